package locale

import "golang.org/x/text/language"

func english() Language {
	return Language{
		tag:      language.English,
		months:   [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		longDate: "{m} {d}, {y}", shortDate: "{mmm} {d}, {y}",
		point: ".", group: ",", grouped: 3,
		money: "{s}{n}", percent: "%",
	}
}

func french() Language {
	return Language{
		tag:      language.French,
		months:   [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		longDate: "{d} {m} {y}", shortDate: "{dd}/{mm}/{y}", firstDay: "1er",
		point: ",", group: narrow, grouped: 3,
		money: "{n}" + noBreak + "{s}", percent: noBreak + "%",
	}
}

func german() Language {
	return Language{
		tag:      language.German,
		months:   [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
		longDate: "{d}. {m} {y}", shortDate: "{dd}.{mm}.{y}",
		point: ",", group: ".", grouped: 3,
		money: "{n}" + noBreak + "{s}", percent: noBreak + "%",
	}
}

func italian() Language {
	return Language{
		tag:      language.Italian,
		months:   [12]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
		longDate: "{d} {m} {y}", shortDate: "{dd}/{mm}/{y}", firstDay: "1º",
		point: ",", group: ".", grouped: 3,
		money: "{n}" + noBreak + "{s}", percent: "%",
	}
}

func spanish() Language {
	return Language{
		tag:      language.Spanish,
		months:   [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		longDate: "{d} de {m} de {y}", shortDate: "{dd}/{mm}/{y}",
		// Four digits stand together.
		point: ",", group: ".", grouped: 4,
		money: "{n}" + noBreak + "{s}", percent: noBreak + "%",
	}
}

func portuguese() Language {
	return Language{
		tag:      language.BrazilianPortuguese,
		months:   [12]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
		longDate: "{d} de {m} de {y}", shortDate: "{dd}/{mm}/{y}", firstDay: "1º",
		point: ",", group: ".", grouped: 3,
		money: "{s}" + noBreak + "{n}", percent: "%",
	}
}
