package web

func englishPortal() portalWords {
	return portalWords{
		AmountDue: "Amount due", NothingDue: "There is nothing to pay.", OpenCount: "Open invoices: {0}", OverdueOf: "Overdue: {0}",
		NextBill: "Next invoice", SoFar: "Estimated from what was used so far.",
		SubscriptionFees: "Subscriptions", UsageFees: "Usage", FixedFees: "Fixed charges", CommitmentFees: "Minimum commitment",
		Coupons: "Coupons", AlreadyBilled: "Already billed", Taxes: "Taxes", CreditNotesUsed: "Credit notes", PrepaidUsed: "Prepaid credits",
		Total: "Total",

		Subscriptions: "Subscriptions", NoSubscriptions: "You have no subscriptions yet.",
		Active: "Active", Pending: "Upcoming", Since: "Since {0}", StartsOn: "Starts on {0}", EndsOn: "Ends on {0}", ChangesTo: "Changes to {0} on {1}",
		Weekly: "{0} per week", Monthly: "{0} per month", Quarterly: "{0} per quarter", Semiannual: "{0} per half-year", Yearly: "{0} per year",
		Usage: "Usage", Units: "Units", Amount: "Amount", UsageTotal: "Total so far", NoUsage: "Nothing was used in this period yet.",

		OpenInvoices: "Open invoices", Invoices: "Invoices", NoInvoices: "You have no invoices yet.",
		IssuedOn: "Issued on {0}", DueOn: "Due on {0}", LeftToPay: "{0} left to pay", SelfBilled: "Self-billing invoice",
		Open: "Open", Overdue: "Overdue", Processing: "Payment in progress", Paid: "Paid", Failed: "Payment failed", Voided: "Void", Disputed: "Payment disputed",
		Pay: "Pay {0}", PayInvoice: "Pay invoice {0}", File: "PDF", FileOf: "{0} as PDF",
		CreditNotes: "Credit notes", NoteOf: "For invoice {0}",
		NoteAvailable: "{0} available", NoteConsumed: "Used", Refunding: "Refund in progress", Refunded: "Refunded", RefundFailed: "Refund failed",
		Wallets: "Prepaid credits", Credits: "{0} credits", AfterUsage: "{0} after current usage", ExpiresOn: "Expires on {0}",
		PaymentMethods: "Payment methods", NoPaymentMethods: "You have not added a payment method yet.", AddPaymentMethod: "Add a payment method", Default: "Default",
		AddedOn: "Added on {0}",
		Older:   "Older", Newer: "Newer", Unavailable: "This is not possible at the moment. Please try again later.", Contact: "Questions? We are glad to help:", OpensUntil: "This link opens until {0}.",
		NotFoundTitle: "Page not found", NotFound: "The link is not complete, or it has expired. Ask for a new one where you got it.",
	}
}

func frenchPortal() portalWords {
	return portalWords{
		AmountDue: "Montant à payer", NothingDue: "Vous n’avez rien à payer.", OpenCount: "Factures à payer : {0}", OverdueOf: "En retard : {0}",
		NextBill: "Prochaine facture", SoFar: "Estimation d’après la consommation à ce jour.",
		SubscriptionFees: "Abonnements", UsageFees: "Consommation", FixedFees: "Frais fixes", CommitmentFees: "Engagement minimum",
		Coupons: "Coupons", AlreadyBilled: "Déjà facturé", Taxes: "Taxes", CreditNotesUsed: "Avoirs", PrepaidUsed: "Crédits prépayés",
		Total: "Total",

		Subscriptions: "Abonnements", NoSubscriptions: "Vous n’avez pas encore d’abonnement.",
		Active: "Actif", Pending: "À venir", Since: "Depuis le {0}", StartsOn: "Débute le {0}", EndsOn: "Se termine le {0}", ChangesTo: "Passe à {0} le {1}",
		Weekly: "{0} par semaine", Monthly: "{0} par mois", Quarterly: "{0} par trimestre", Semiannual: "{0} par semestre", Yearly: "{0} par an",
		Usage: "Consommation", Units: "Unités", Amount: "Montant", UsageTotal: "Total à ce jour", NoUsage: "Aucune consommation dans cette période pour l’instant.",

		OpenInvoices: "Factures à payer", Invoices: "Factures", NoInvoices: "Vous n’avez pas encore de facture.",
		IssuedOn: "Émise le {0}", DueOn: "À payer au plus tard le {0}", LeftToPay: "Reste à payer : {0}", SelfBilled: "Autofacturation",
		Open: "À payer", Overdue: "En retard", Processing: "Paiement en cours", Paid: "Payée", Failed: "Paiement refusé", Voided: "Annulée", Disputed: "Paiement contesté",
		Pay: "Payer {0}", PayInvoice: "Payer la facture {0}", File: "PDF", FileOf: "{0} en PDF",
		CreditNotes: "Avoirs", NoteOf: "Sur la facture {0}",
		NoteAvailable: "{0} disponibles", NoteConsumed: "Utilisé", Refunding: "Remboursement en cours", Refunded: "Remboursé", RefundFailed: "Remboursement échoué",
		Wallets: "Crédits prépayés", Credits: "{0} crédits", AfterUsage: "{0} après la consommation en cours", ExpiresOn: "Expire le {0}",
		PaymentMethods: "Moyens de paiement", NoPaymentMethods: "Vous n’avez pas encore ajouté de moyen de paiement.", AddPaymentMethod: "Ajouter un moyen de paiement", Default: "Par défaut",
		AddedOn: "Ajouté le {0}",
		Older:   "Plus anciens", Newer: "Plus récents", Unavailable: "Ce n’est pas possible pour le moment. Veuillez réessayer plus tard.", Contact: "Une question ? Nous sommes là :", OpensUntil: "Ce lien est valable jusqu’au {0}.",
		NotFoundTitle: "Page introuvable", NotFound: "Le lien est incomplet ou a expiré. Demandez-en un nouveau là où vous l’avez reçu.",
	}
}
