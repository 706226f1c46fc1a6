package charge

// dynamic adds up the amounts that the events bring along. It has no
// properties of its own.
var dynamic = specification{
	defaults: func() Properties { return Properties{} },
	validate: func(Properties, Context, *findings) {},
	price:    priceDynamic,
}

// priceDynamic takes the events' own amounts, unless there are no units.
func priceDynamic(_ Properties, usage Usage, options Options) Price {
	if usage.Units.IsZero() {
		return Price{Details: NoDetails{}}
	}
	return spread(majorUnits(usage.PreciseTotalAmountCents, options.Currency), usage, options, NoDetails{})
}
