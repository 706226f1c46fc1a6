package charge

// keyAmount is the price of a unit or of a package, an amount.
const keyAmount = "amount"

// standard charges the same amount for every unit.
var standard = specification{
	members:  map[string]tidy{keyAmount: asSent},
	defaults: func() Properties { return Properties{keyAmount: "0"} },
	validate: validateStandard,
}

func validateStandard(p Properties, _ Context, found *findings) {
	requireAmount(p[keyAmount], codeAmount, found)
}

// requireAmount reports a value that is no amount.
func requireAmount(value any, code string, found *findings) {
	if _, ok := readAmount(value); !ok {
		found.add(code)
	}
}
