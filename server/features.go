package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/nullable"
	"tarn/wire"
)

// FindAllFeatures lists the features.
func (s *Server) FindAllFeatures(ctx context.Context, request gen.FindAllFeaturesRequestObject) (gen.FindAllFeaturesResponseObject, error) {
	search := ""
	if request.Params.SearchTerm != nil {
		search = *request.Params.SearchTerm
	}
	features, err := txFrom(ctx).Features(search, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllFeatures200JSONResponse{Features: wire.Each(features.Rows, wire.Feature), Meta: wire.Meta(features)}, nil
}

// CreateFeature adds a feature with its privileges.
func (s *Server) CreateFeature(ctx context.Context, request gen.CreateFeatureRequestObject) (gen.CreateFeatureResponseObject, error) {
	body := request.Body.Feature
	feature, err := engine.CreateFeature(txFrom(ctx), engine.FeatureInput{
		Code:        nullable.NewNullableWithValue(body.Code),
		Name:        body.Name,
		Description: body.Description,
		Privileges:  mappedList(body.Privileges, privilegeInput),
	})
	if err != nil {
		return nil, err
	}
	return gen.CreateFeature200JSONResponse{Feature: wire.Feature(feature)}, nil
}

// FindFeature shows a feature.
func (s *Server) FindFeature(ctx context.Context, request gen.FindFeatureRequestObject) (gen.FindFeatureResponseObject, error) {
	feature, err := txFrom(ctx).Feature(request.Code)
	if err != nil {
		return nil, form.NotFound(err, "feature")
	}
	return gen.FindFeature200JSONResponse{Feature: wire.Feature(feature)}, nil
}

// UpdateFeature changes a feature and adds privileges to it.
func (s *Server) UpdateFeature(ctx context.Context, request gen.UpdateFeatureRequestObject) (gen.UpdateFeatureResponseObject, error) {
	body := request.Body.Feature
	feature, err := engine.UpdateFeature(txFrom(ctx), request.Code, engine.FeatureInput{
		Name:        body.Name,
		Description: body.Description,
		Privileges:  mappedList(body.Privileges, privilegeInput),
	})
	if err != nil {
		return nil, err
	}
	return gen.UpdateFeature200JSONResponse{Feature: wire.Feature(feature)}, nil
}

// DestroyFeature deletes a feature.
func (s *Server) DestroyFeature(ctx context.Context, request gen.DestroyFeatureRequestObject) (gen.DestroyFeatureResponseObject, error) {
	feature, err := engine.DeleteFeature(txFrom(ctx), request.Code)
	if err != nil {
		return nil, err
	}
	return gen.DestroyFeature200JSONResponse{Feature: wire.Feature(feature)}, nil
}

// DeleteFeaturePrivilege deletes a privilege of a feature.
func (s *Server) DeleteFeaturePrivilege(ctx context.Context, request gen.DeleteFeaturePrivilegeRequestObject) (gen.DeleteFeaturePrivilegeResponseObject, error) {
	feature, err := engine.DeletePrivilege(txFrom(ctx), request.Code, request.PrivilegeCode)
	if err != nil {
		return nil, err
	}
	return gen.DeleteFeaturePrivilege200JSONResponse{Feature: wire.Feature(feature)}, nil
}

func privilegeInput(body gen.FeaturePrivilegeInput) engine.PrivilegeInput {
	config, _ := body.Config.Get() // absent and null are none
	return engine.PrivilegeInput{Code: body.Code, Name: body.Name, ValueType: body.ValueType, Config: config}
}
