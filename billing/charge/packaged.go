package charge

import (
	"encoding/json"

	"github.com/shopspring/decimal"
)

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
	price:    pricePackaged,
	project:  packagedAmount,
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

// PackageDetails are the amount_details of the package model. Without units
// all of them are zero.
type PackageDetails struct {
	FreeUnits            Decimal `json:"free_units"`
	PaidUnits            Decimal `json:"paid_units"`
	PerPackageSize       int64   `json:"per_package_size"`
	PerPackageUnitAmount Decimal `json:"per_package_unit_amount"`
}

func (PackageDetails) isDetails() {}

// pricePackaged prices the packages. The amount is spread over the units that
// are paid, unlike that of other models.
func pricePackaged(p Properties, usage Usage, _ Options) Price {
	paid := positive(paidUnits(p, usage.Units))
	amount := packagedAmount(p, usage.Units)
	price := Price{Amount: amount, UnitAmount: quotient(amount, paid), Details: PackageDetails{}}
	if !usage.Units.IsZero() {
		free, _ := readInteger(p[keyFreeUnits])
		size, _ := readInteger(p[keyPackageSize])
		price.Details = PackageDetails{
			FreeUnits: Decimal{integer(free)}, PaidUnits: Decimal{paid},
			PerPackageSize: size, PerPackageUnitAmount: Decimal{amountOf(p[keyAmount])},
		}
	}
	return price
}

// paidUnits are the units that are not free; below zero when some of the free
// ones are left.
func paidUnits(p Properties, units decimal.Decimal) decimal.Decimal {
	free, _ := readInteger(p[keyFreeUnits])
	return units.Sub(integer(free))
}

// packagedAmount is the price of the packages that so many units begin.
func packagedAmount(p Properties, units decimal.Decimal) decimal.Decimal {
	size, _ := readInteger(p[keyPackageSize])
	paid := paidUnits(p, units)
	if size <= 0 || !paid.IsPositive() {
		return decimal.Zero
	}
	packages, rest := paid.QuoRem(integer(size), 0)
	if rest.IsPositive() {
		packages = packages.Add(integer(1))
	}
	return packages.Mul(amountOf(p[keyAmount]))
}
