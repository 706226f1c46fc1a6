package charge

// dynamic adds up the amounts that the events bring along. It has no
// properties of its own.
var dynamic = specification{
	defaults: func() Properties { return Properties{} },
	validate: func(Properties, Context, *findings) {},
}
