package web

func germanPortal() portalWords {
	return portalWords{
		AmountDue: "Offener Betrag", NothingDue: "Es ist nichts zu zahlen.", OpenCount: "Offene Rechnungen: {0}", OverdueOf: "Überfällig: {0}",
		NextBill: "Nächste Rechnung", SoFar: "Geschätzt nach der bisherigen Nutzung.",
		SubscriptionFees: "Abonnements", UsageFees: "Nutzung", FixedFees: "Feste Gebühren", CommitmentFees: "Mindestumsatz",
		Coupons: "Gutscheine", AlreadyBilled: "Bereits abgerechnet", Taxes: "Steuern", CreditNotesUsed: "Rechnungskorrekturen", PrepaidUsed: "Guthaben",
		Total: "Gesamtbetrag",

		Subscriptions: "Abonnements", NoSubscriptions: "Sie haben noch kein Abonnement.",
		Active: "Aktiv", Pending: "Bevorstehend", Since: "Seit {0}", StartsOn: "Beginnt am {0}", EndsOn: "Endet am {0}", ChangesTo: "Wechselt am {1} zu {0}",
		Weekly: "{0} pro Woche", Monthly: "{0} pro Monat", Quarterly: "{0} pro Quartal", Semiannual: "{0} pro Halbjahr", Yearly: "{0} pro Jahr",
		Usage: "Nutzung", Units: "Menge", Amount: "Betrag", UsageTotal: "Bisher insgesamt", NoUsage: "In diesem Zeitraum wurde noch nichts genutzt.",

		OpenInvoices: "Offene Rechnungen", Invoices: "Rechnungen", NoInvoices: "Sie haben noch keine Rechnung.",
		IssuedOn: "Ausgestellt am {0}", DueOn: "Fällig am {0}", LeftToPay: "Noch {0} zu zahlen", SelfBilled: "Gutschrift (Selbstfakturierung)",
		Open: "Offen", Overdue: "Überfällig", Processing: "Zahlung läuft", Paid: "Bezahlt", Failed: "Zahlung fehlgeschlagen", Voided: "Storniert", Disputed: "Zahlung beanstandet",
		Pay: "{0} zahlen", PayInvoice: "Rechnung {0} zahlen", File: "PDF", FileOf: "{0} als PDF",
		CreditNotes: "Rechnungskorrekturen", NoteOf: "Zur Rechnung {0}",
		NoteAvailable: "{0} verfügbar", NoteConsumed: "Verbraucht", Refunding: "Erstattung läuft", Refunded: "Erstattet", RefundFailed: "Erstattung fehlgeschlagen",
		Wallets: "Guthaben", Credits: "{0} Einheiten", AfterUsage: "{0} nach laufender Nutzung", ExpiresOn: "Gültig bis {0}",
		PaymentMethods: "Zahlungsarten", NoPaymentMethods: "Sie haben noch keine Zahlungsart hinterlegt.", AddPaymentMethod: "Zahlungsart hinzufügen", Default: "Standard",
		AddedOn: "Hinzugefügt am {0}",
		Older:   "Ältere", Newer: "Neuere", Unavailable: "Das ist im Augenblick nicht möglich. Bitte versuchen Sie es später noch einmal.", Contact: "Fragen? Wir helfen gern:", OpensUntil: "Dieser Link gilt bis {0}.",
		NotFoundTitle: "Seite nicht gefunden", NotFound: "Der Link ist unvollständig oder abgelaufen. Bitten Sie dort um einen neuen, wo Sie ihn erhalten haben.",
	}
}

func italianPortal() portalWords {
	return portalWords{
		AmountDue: "Importo da pagare", NothingDue: "Non c’è nulla da pagare.", OpenCount: "Fatture da pagare: {0}", OverdueOf: "Scaduto: {0}",
		NextBill: "Prossima fattura", SoFar: "Stima in base all’utilizzo fino a oggi.",
		SubscriptionFees: "Abbonamenti", UsageFees: "Utilizzo", FixedFees: "Costi fissi", CommitmentFees: "Impegno minimo",
		Coupons: "Coupon", AlreadyBilled: "Già fatturato", Taxes: "Imposte", CreditNotesUsed: "Note di credito", PrepaidUsed: "Crediti prepagati",
		Total: "Totale",

		Subscriptions: "Abbonamenti", NoSubscriptions: "Non ha ancora abbonamenti.",
		Active: "Attivo", Pending: "In arrivo", Since: "Dal {0}", StartsOn: "Inizia il {0}", EndsOn: "Termina il {0}", ChangesTo: "Passa a {0} il {1}",
		Weekly: "{0} a settimana", Monthly: "{0} al mese", Quarterly: "{0} a trimestre", Semiannual: "{0} a semestre", Yearly: "{0} all’anno",
		Usage: "Utilizzo", Units: "Unità", Amount: "Importo", UsageTotal: "Totale finora", NoUsage: "Nessun utilizzo in questo periodo finora.",

		OpenInvoices: "Fatture da pagare", Invoices: "Fatture", NoInvoices: "Non ha ancora fatture.",
		IssuedOn: "Emessa il {0}", DueOn: "Scadenza {0}", LeftToPay: "Restano da pagare {0}", SelfBilled: "Autofattura",
		Open: "Da pagare", Overdue: "Scaduta", Processing: "Pagamento in corso", Paid: "Pagata", Failed: "Pagamento non riuscito", Voided: "Annullata", Disputed: "Pagamento contestato",
		Pay: "Paga {0}", PayInvoice: "Paga la fattura {0}", File: "PDF", FileOf: "{0} in PDF",
		CreditNotes: "Note di credito", NoteOf: "Per la fattura {0}",
		NoteAvailable: "{0} disponibili", NoteConsumed: "Utilizzata", Refunding: "Rimborso in corso", Refunded: "Rimborsata", RefundFailed: "Rimborso non riuscito",
		Wallets: "Crediti prepagati", Credits: "{0} crediti", AfterUsage: "{0} dopo l’utilizzo in corso", ExpiresOn: "Scade il {0}",
		PaymentMethods: "Metodi di pagamento", NoPaymentMethods: "Non ha ancora aggiunto un metodo di pagamento.", AddPaymentMethod: "Aggiungi un metodo di pagamento", Default: "Predefinito",
		AddedOn: "Aggiunto il {0}",
		Older:   "Meno recenti", Newer: "Più recenti", Unavailable: "Al momento non è possibile. Riprovi più tardi.", Contact: "Domande? Siamo a Sua disposizione:", OpensUntil: "Questo link è valido fino al {0}.",
		NotFoundTitle: "Pagina non trovata", NotFound: "Il link non è completo o è scaduto. Ne chieda uno nuovo a chi glielo ha inviato.",
	}
}
