package iso

// Exponent returns how many decimal places the minor unit of a currency has,
// by ISO 4217: 2 for "EUR", whose cent is 0.01, 0 for "JPY", 3 for "KWD". A
// code that is not known has 2, as most currencies do.
func Exponent(currency string) int32 {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "JOD", "KWD":
		return 3
	case "CLF":
		return 4
	default:
		return 2
	}
}
