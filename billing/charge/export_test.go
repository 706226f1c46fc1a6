package charge

// Models returns all charge models.
func Models() []Model {
	return []Model{
		ModelStandard, ModelGraduated, ModelPackage, ModelPercentage,
		ModelVolume, ModelGraduatedPercentage, ModelCustom, ModelDynamic,
	}
}
