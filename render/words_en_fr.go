package render

func englishWords() words {
	return words{
		invoice: "Invoice", selfBilled: "Self-billing invoice", voided: "VOID",
		progressive: "Progressive billing", credit: "Prepaid credits", advance: "Fees paid in advance",
		reached:        "Your usage has reached the threshold of {0}.",
		selfBilledNote: "Self-billing: this invoice was issued by the customer in the name and on behalf of the supplier.",
		number:         "Invoice number", issued: "Issue date", due: "Payment due", purchaseOrder: "Purchase order",
		from: "From", to: "Bill to", legalNumber: "Company number", taxNumber: "Tax ID",
		amountDue: "{0} due", dueOn: "{0} due on {1}",
		item: "Item", units: "Units", unitPrice: "Unit price", tax: "Tax", amount: "Amount", continued: "(continued)",
		subscriptionFee: "Subscription fee", trueUp: "{0} – minimum spend adjustment", commitment: "Minimum commitment – adjustment", prepaidCredits: "Prepaid credits",
		firstUnits: "First {0}", fromTo: "{0} to {1}", above: "{0} and above", flatFee: "Flat fee", flatFeeOf: "{0}: flat fee", allUnits: "All units",
		freeUnits: "Free units", packages: "Packages of {0}", share: "Share of the volume", perEvent: "Fixed fee per transaction",
		limits: "Minimum and maximum per transaction", pair: "{0}: {1}", converted: "{0} at {1} each",
		subtotal: "Subtotal", groupSubtotal: "Subtotal", progressiveCredit: "Already billed, {0}", coupon: "Coupon {0}",
		excludingTaxes: "Total excluding tax", taxOn: "{0} ({1} on {2})", includingTaxes: "Total including tax", creditNote: "Credit note {0}",
		prepaid: "Prepaid credits used", total: "Total", paid: "Paid", offset: "Settled by credit notes", totalDue: "Total due",
		noteTitle: "Credit note", selfBilledNoteTitle: "Self-billing credit note", noteNumber: "Credit note number", noteTo: "Credit to",
		givenBack: "{0} credited on {1}", totalGivenBack: "Total credited", couponShare: "Coupons and amounts already billed",
		toBalance: "Credited to your balance", refunded: "Refunded", offsetNote: "Deducted from the invoice",
		receiptTitle: "Payment receipt", receiptNumber: "Receipt number", paidBy: "Received from", paidOn: "{0} paid on {1}",
		paymentDate: "Payment date", paidThrough: "Paid through", reference: "Reference", invoiceTotal: "Invoice total", amountPaid: "Amount paid",
		pageOf: "Page {0} of {1}",
	}
}

func frenchWords() words {
	return words{
		invoice: "Facture", selfBilled: "Autofacturation", voided: "ANNULÉE",
		progressive: "Facturation progressive", credit: "Crédits prépayés", advance: "Frais payés d’avance",
		reached:        "Votre consommation a atteint le seuil de {0}.",
		selfBilledNote: "Autofacturation : cette facture est émise par le client au nom et pour le compte du fournisseur.",
		number:         "Numéro de facture", issued: "Date d’émission", due: "Date d’échéance", purchaseOrder: "Bon de commande",
		from: "De", to: "Facturé à", legalNumber: "Numéro d’entreprise", taxNumber: "N° TVA",
		amountDue: "{0} à payer", dueOn: "{0} à payer au plus tard le {1}",
		item: "Désignation", units: "Unités", unitPrice: "Prix unitaire", tax: "Taxe", amount: "Montant", continued: "(suite)",
		subscriptionFee: "Abonnement", trueUp: "{0} – complément au minimum", commitment: "Engagement minimum – complément", prepaidCredits: "Crédits prépayés",
		firstUnits: "Les {0} premières", fromTo: "De {0} à {1}", above: "À partir de {0}", flatFee: "Forfait", flatFeeOf: "{0} : forfait", allUnits: "Toutes les unités",
		freeUnits: "Unités gratuites", packages: "Lots de {0}", share: "Part du volume", perEvent: "Frais fixes par transaction",
		limits: "Minimum et maximum par transaction", pair: "{0} : {1}", converted: "{0} à {1} l’unité",
		subtotal: "Sous-total", groupSubtotal: "Sous-total", progressiveCredit: "Déjà facturé, {0}", coupon: "Coupon {0}",
		excludingTaxes: "Total HT", taxOn: "{0} ({1} sur {2})", includingTaxes: "Total TTC", creditNote: "Avoir {0}",
		prepaid: "Crédits prépayés utilisés", total: "Total", paid: "Payé", offset: "Réglé par avoirs", totalDue: "Total à payer",
		noteTitle: "Avoir", selfBilledNoteTitle: "Avoir d’autofacturation", noteNumber: "Numéro d’avoir", noteTo: "En faveur de",
		givenBack: "{0} crédités le {1}", totalGivenBack: "Total crédité", couponShare: "Coupons et montants déjà facturés",
		toBalance: "Porté à votre solde", refunded: "Remboursé", offsetNote: "Déduit de la facture",
		receiptTitle: "Reçu de paiement", receiptNumber: "Numéro de reçu", paidBy: "Reçu de", paidOn: "{0} payés le {1}",
		paymentDate: "Date de paiement", paidThrough: "Payé via", reference: "Référence", invoiceTotal: "Total de la facture", amountPaid: "Montant payé",
		pageOf: "Page {0} sur {1}",
	}
}
