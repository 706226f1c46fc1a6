package render

func germanWords() words {
	return words{
		// The tax law wants this word for an invoice that the buyer writes, so a
		// credit note has another one.
		invoice: "Rechnung", selfBilled: "Gutschrift", voided: "STORNIERT",
		progressive: "Zwischenabrechnung", credit: "Guthaben", advance: "Im Voraus bezahlte Gebühren",
		reached:        "Ihre Nutzung hat die Schwelle von {0} erreicht.",
		selfBilledNote: "Gutschrift: Diese Rechnung hat der Leistungsempfänger im Namen und für Rechnung des Leistenden ausgestellt.",
		number:         "Rechnungsnummer", issued: "Ausstellungsdatum", due: "Fällig am", purchaseOrder: "Bestellnummer",
		from: "Von", to: "Rechnung an", legalNumber: "Registernummer", taxNumber: "USt-IdNr.",
		amountDue: "{0} zu zahlen", dueOn: "{0} zu zahlen bis {1}",
		item: "Position", units: "Menge", unitPrice: "Einzelpreis", tax: "Steuer", amount: "Betrag", continued: "(Fortsetzung)",
		subscriptionFee: "Grundgebühr", trueUp: "{0} – Ausgleich zum Mindestbetrag", commitment: "Mindestumsatz – Ausgleich", prepaidCredits: "Guthaben",
		firstUnits: "Die ersten {0}", fromTo: "{0} bis {1}", above: "Ab {0}", flatFee: "Pauschale", flatFeeOf: "{0}: Pauschale", allUnits: "Alle Einheiten",
		freeUnits: "Freie Einheiten", packages: "Pakete zu {0}", share: "Anteil am Volumen", perEvent: "Festbetrag je Transaktion",
		limits: "Mindest- und Höchstbetrag je Transaktion", pair: "{0}: {1}", converted: "{0} zu je {1}",
		subtotal: "Zwischensumme", groupSubtotal: "Zwischensumme", progressiveCredit: "Bereits abgerechnet, {0}", coupon: "Gutschein {0}",
		excludingTaxes: "Summe netto", taxOn: "{0} ({1} auf {2})", includingTaxes: "Summe brutto", creditNote: "Korrektur {0}",
		prepaid: "Eingelöstes Guthaben", total: "Gesamtbetrag", paid: "Bezahlt", offset: "Durch Korrekturen beglichen", totalDue: "Zu zahlen",
		noteTitle: "Rechnungskorrektur", selfBilledNoteTitle: "Korrektur einer Gutschrift", noteNumber: "Korrekturnummer", noteTo: "Zugunsten von",
		givenBack: "{0} gutgeschrieben am {1}", totalGivenBack: "Gutgeschrieben", couponShare: "Gutscheine und bereits Abgerechnetes",
		toBalance: "Ihrem Guthaben gutgeschrieben", refunded: "Erstattet", offsetNote: "Mit der Rechnung verrechnet",
		receiptTitle: "Zahlungsbeleg", receiptNumber: "Belegnummer", paidBy: "Erhalten von", paidOn: "{0} bezahlt am {1}",
		paymentDate: "Zahlungsdatum", paidThrough: "Bezahlt über", reference: "Referenz", invoiceTotal: "Rechnungsbetrag", amountPaid: "Bezahlter Betrag",
		pageOf: "Seite {0} von {1}",
	}
}

func italianWords() words {
	return words{
		invoice: "Fattura", selfBilled: "Autofattura", voided: "ANNULLATA",
		progressive: "Fatturazione progressiva", credit: "Crediti prepagati", advance: "Importi pagati in anticipo",
		reached:        "Il suo utilizzo ha raggiunto la soglia di {0}.",
		selfBilledNote: "Autofattura: questa fattura è emessa dal cliente in nome e per conto del fornitore.",
		number:         "Numero fattura", issued: "Data di emissione", due: "Scadenza", purchaseOrder: "Ordine d’acquisto",
		from: "Da", to: "Fatturato a", legalNumber: "Numero di registro", taxNumber: "Partita IVA",
		amountDue: "{0} da pagare", dueOn: "{0} da pagare, scadenza {1}",
		item: "Descrizione", units: "Unità", unitPrice: "Prezzo unitario", tax: "Imposta", amount: "Importo", continued: "(segue)",
		subscriptionFee: "Canone di abbonamento", trueUp: "{0} – integrazione al minimo", commitment: "Impegno minimo – integrazione", prepaidCredits: "Crediti prepagati",
		firstUnits: "Le prime {0}", fromTo: "Da {0} a {1}", above: "Da {0} in poi", flatFee: "Importo fisso", flatFeeOf: "{0}: importo fisso", allUnits: "Tutte le unità",
		freeUnits: "Unità gratuite", packages: "Pacchetti da {0}", share: "Quota del volume", perEvent: "Importo fisso per transazione",
		limits: "Minimo e massimo per transazione", pair: "{0}: {1}", converted: "{0} a {1} ciascuno",
		subtotal: "Subtotale", groupSubtotal: "Subtotale", progressiveCredit: "Già fatturato, {0}", coupon: "Coupon {0}",
		excludingTaxes: "Totale imponibile", taxOn: "{0} ({1} su {2})", includingTaxes: "Totale imposte incluse", creditNote: "Nota di credito {0}",
		prepaid: "Crediti prepagati utilizzati", total: "Totale", paid: "Pagato", offset: "Saldato con note di credito", totalDue: "Totale da pagare",
		noteTitle: "Nota di credito", selfBilledNoteTitle: "Nota di credito in autofatturazione", noteNumber: "Numero nota di credito", noteTo: "A favore di",
		givenBack: "{0} accreditati, {1}", totalGivenBack: "Totale accreditato", couponShare: "Coupon e importi già fatturati",
		toBalance: "Accreditato sul suo saldo", refunded: "Rimborsato", offsetNote: "Detratto dalla fattura",
		receiptTitle: "Ricevuta di pagamento", receiptNumber: "Numero ricevuta", paidBy: "Ricevuto da", paidOn: "{0} pagati, {1}",
		paymentDate: "Data di pagamento", paidThrough: "Pagato tramite", reference: "Riferimento", invoiceTotal: "Totale fattura", amountPaid: "Importo pagato",
		pageOf: "Pagina {0} di {1}",
	}
}
