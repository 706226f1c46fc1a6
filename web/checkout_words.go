package web

import "tarn/locale"

// checkoutWords are everything that the pages where customers pay say in a language. {0}
// stands for a value. The fields are exported because templates read them.
type checkoutWords struct {
	PayInvoice, YourPayment, AddMethod, Processing, Paid, Added, Left, Nothing string
	LooksAgain, MayClose, Unchanged, NotOwed, WillCharge                       string
	PaymentDeclined, MethodDeclined                                            string
	Customer, Invoice, Amount, IssuedOn, DueOn                                 string
	Pay, Decline, Leave, Back                                                  string
	Simulation, OpensUntil                                                     string
}

// checkoutWordsOf returns the words of a language.
func checkoutWordsOf(l locale.Language) checkoutWords {
	switch l.Code() {
	case "fr":
		return frenchCheckout()
	case "de":
		return germanCheckout()
	case "es":
		return spanishCheckout()
	case "it":
		return italianCheckout()
	case "pt":
		return portugueseCheckout()
	default:
		return englishCheckout()
	}
}

func englishCheckout() checkoutWords {
	return checkoutWords{
		PayInvoice: "Pay your invoice", YourPayment: "Your payment", AddMethod: "Add a payment method", Processing: "Your payment is being processed",
		Paid: "Thank you, this is paid", Added: "Your payment method was added", Left: "You have left the payment page", Nothing: "There is nothing to pay here any more",
		LooksAgain: "This page looks again by itself until it is done.", MayClose: "You may close this page.",
		Unchanged: "Nothing was changed. You can come back as long as the link opens.",
		NotOwed:   "What this link was for is no longer owed, or is paid in another way. You may close this page.", WillCharge: "{0} will charge it for what falls due.",
		PaymentDeclined: "The payment was declined.", MethodDeclined: "The payment method was declined.",
		Customer: "Customer", Invoice: "Invoice", Amount: "Amount", IssuedOn: "Issued on", DueOn: "Due on",
		Pay: "Pay {0}", Decline: "Decline", Leave: "Leave", Back: "Back to the payment page",
		Simulation: "This page is a simulation of {0}: no money moves.", OpensUntil: "The link opens until {0}.",
	}
}

func frenchCheckout() checkoutWords {
	return checkoutWords{
		PayInvoice: "Payer votre facture", YourPayment: "Votre paiement", AddMethod: "Ajouter un moyen de paiement", Processing: "Votre paiement est en cours",
		Paid: "Merci, c’est payé", Added: "Votre moyen de paiement a été ajouté", Left: "Vous avez quitté la page de paiement", Nothing: "Il n’y a plus rien à payer ici",
		LooksAgain: "Cette page s’actualise d’elle-même jusqu’à la fin du paiement.", MayClose: "Vous pouvez fermer cette page.",
		Unchanged: "Rien n’a été modifié. Vous pouvez revenir tant que le lien est valable.",
		NotOwed:   "Ce que ce lien concernait n’est plus dû ou a été payé autrement. Vous pouvez fermer cette page.", WillCharge: "{0} l’utilisera pour ce qui est à payer.",
		PaymentDeclined: "Le paiement a été refusé.", MethodDeclined: "Le moyen de paiement a été refusé.",
		Customer: "Client", Invoice: "Facture", Amount: "Montant", IssuedOn: "Émise le", DueOn: "À payer au plus tard le",
		Pay: "Payer {0}", Decline: "Refuser", Leave: "Quitter", Back: "Retour à la page de paiement",
		Simulation: "Cette page est une simulation de {0} : aucune somme n’est versée.", OpensUntil: "Le lien est valable jusqu’au {0}.",
	}
}

func germanCheckout() checkoutWords {
	return checkoutWords{
		PayInvoice: "Ihre Rechnung zahlen", YourPayment: "Ihre Zahlung", AddMethod: "Zahlungsart hinzufügen", Processing: "Ihre Zahlung wird bearbeitet",
		Paid: "Danke, das ist bezahlt", Added: "Ihre Zahlungsart wurde hinzugefügt", Left: "Sie haben die Zahlungsseite verlassen", Nothing: "Hier ist nichts mehr zu zahlen",
		LooksAgain: "Diese Seite sieht von selbst nach, bis es so weit ist.", MayClose: "Sie können diese Seite schließen.",
		Unchanged: "Es wurde nichts geändert. Sie können zurückkommen, solange der Link gilt.",
		NotOwed:   "Wofür dieser Link war, ist nicht mehr zu zahlen oder anders bezahlt. Sie können diese Seite schließen.", WillCharge: "{0} belastet sie mit dem, was fällig wird.",
		PaymentDeclined: "Die Zahlung wurde abgelehnt.", MethodDeclined: "Die Zahlungsart wurde abgelehnt.",
		Customer: "Kunde", Invoice: "Rechnung", Amount: "Betrag", IssuedOn: "Ausgestellt am", DueOn: "Fällig am",
		Pay: "{0} zahlen", Decline: "Ablehnen", Leave: "Verlassen", Back: "Zurück zur Zahlungsseite",
		Simulation: "Diese Seite ist eine Simulation von {0}: Es fließt kein Geld.", OpensUntil: "Der Link gilt bis {0}.",
	}
}

func italianCheckout() checkoutWords {
	return checkoutWords{
		PayInvoice: "Pagare la fattura", YourPayment: "Il Suo pagamento", AddMethod: "Aggiungere un metodo di pagamento", Processing: "Il pagamento è in corso",
		Paid: "Grazie, è pagato", Added: "Il metodo di pagamento è stato aggiunto", Left: "Ha lasciato la pagina di pagamento", Nothing: "Qui non c’è più nulla da pagare",
		LooksAgain: "Questa pagina si aggiorna da sola fino alla fine.", MayClose: "Può chiudere questa pagina.",
		Unchanged: "Nulla è stato modificato. Può tornare finché il link è valido.",
		NotOwed:   "Ciò a cui serviva questo link non è più dovuto o è pagato in altro modo. Può chiudere questa pagina.", WillCharge: "{0} lo userà per quanto sarà dovuto.",
		PaymentDeclined: "Il pagamento è stato rifiutato.", MethodDeclined: "Il metodo di pagamento è stato rifiutato.",
		Customer: "Cliente", Invoice: "Fattura", Amount: "Importo", IssuedOn: "Emessa il", DueOn: "Scadenza",
		Pay: "Paga {0}", Decline: "Rifiuta", Leave: "Esci", Back: "Torna alla pagina di pagamento",
		Simulation: "Questa pagina è una simulazione di {0}: nessuna somma viene versata.", OpensUntil: "Il link è valido fino al {0}.",
	}
}

func spanishCheckout() checkoutWords {
	return checkoutWords{
		PayInvoice: "Pagar su factura", YourPayment: "Su pago", AddMethod: "Añadir un método de pago", Processing: "Su pago se está procesando",
		Paid: "Gracias, está pagado", Added: "Su método de pago se ha añadido", Left: "Ha salido de la página de pago", Nothing: "Aquí ya no hay nada que pagar",
		LooksAgain: "Esta página se actualiza sola hasta que termine.", MayClose: "Puede cerrar esta página.",
		Unchanged: "No se ha cambiado nada. Puede volver mientras el enlace sea válido.",
		NotOwed:   "Lo que pedía este enlace ya no se debe o se ha pagado de otra forma. Puede cerrar esta página.", WillCharge: "{0} lo usará para lo que venza.",
		PaymentDeclined: "El pago ha sido rechazado.", MethodDeclined: "El método de pago ha sido rechazado.",
		Customer: "Cliente", Invoice: "Factura", Amount: "Importe", IssuedOn: "Emitida el", DueOn: "Vence el",
		Pay: "Pagar {0}", Decline: "Rechazar", Leave: "Salir", Back: "Volver a la página de pago",
		Simulation: "Esta página es una simulación de {0}: no se mueve dinero.", OpensUntil: "El enlace es válido hasta el {0}.",
	}
}

func portugueseCheckout() checkoutWords {
	return checkoutWords{
		PayInvoice: "Pagar sua fatura", YourPayment: "Seu pagamento", AddMethod: "Adicionar uma forma de pagamento", Processing: "Seu pagamento está em andamento",
		Paid: "Obrigado, está pago", Added: "Sua forma de pagamento foi adicionada", Left: "Você saiu da página de pagamento", Nothing: "Não há mais nada a pagar aqui",
		LooksAgain: "Esta página se atualiza sozinha até terminar.", MayClose: "Você pode fechar esta página.",
		Unchanged: "Nada foi alterado. Você pode voltar enquanto o link for válido.",
		NotOwed:   "O que este link cobrava não é mais devido ou foi pago de outra forma. Você pode fechar esta página.", WillCharge: "{0} vai usá-la para o que vencer.",
		PaymentDeclined: "O pagamento foi recusado.", MethodDeclined: "A forma de pagamento foi recusada.",
		Customer: "Cliente", Invoice: "Fatura", Amount: "Valor", IssuedOn: "Emitida em", DueOn: "Vencimento",
		Pay: "Pagar {0}", Decline: "Recusar", Leave: "Sair", Back: "Voltar à página de pagamento",
		Simulation: "Esta página é uma simulação de {0}: nenhum valor é movimentado.", OpensUntil: "O link é válido até {0}.",
	}
}
