package charge

import "encoding/json"

// Properties of the package model.
const (
	keyPackageSize = "package_size" // units in a package, an integer over zero
	keyFreeUnits   = "free_units"   // units before the first package, an integer
)

// packaged charges an amount for every package of units that is begun, after
// some free units.
var packaged = specification{
	members: map[string]tidy{
		keyAmount: asSent, keyPackageSize: plainNumber, keyFreeUnits: plainNumber,
	},
	defaults: func() Properties {
		return Properties{
			keyAmount: "0", keyPackageSize: json.Number("1"), keyFreeUnits: json.Number("0"),
		}
	},
	validate: validatePackaged,
}

// Lago: free units have to be given, even when there are none.
func validatePackaged(p Properties, _ Context, found *findings) {
	requireAmount(p[keyAmount], codeAmount, found)
	if units, ok := readInteger(p[keyFreeUnits]); !ok || units < 0 {
		found.add(codeFreeUnits)
	}
	if size, ok := readInteger(p[keyPackageSize]); !ok || size <= 0 {
		found.add(codePackageSize)
	}
}
