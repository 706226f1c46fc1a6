package web

func spanishPortal() portalWords {
	return portalWords{
		AmountDue: "Importe pendiente", NothingDue: "No hay nada que pagar.", OpenCount: "Facturas pendientes: {0}", OverdueOf: "Vencido: {0}",
		NextBill: "Próxima factura", SoFar: "Estimación según el consumo hasta ahora.",
		SubscriptionFees: "Suscripciones", UsageFees: "Consumo", FixedFees: "Cargos fijos", CommitmentFees: "Compromiso mínimo",
		Coupons: "Cupones", AlreadyBilled: "Ya facturado", Taxes: "Impuestos", CreditNotesUsed: "Notas de crédito", PrepaidUsed: "Créditos de prepago",
		Total: "Total",

		Subscriptions: "Suscripciones", NoSubscriptions: "Todavía no tiene suscripciones.",
		Active: "Activa", Pending: "Próxima", Since: "Desde el {0}", StartsOn: "Empieza el {0}", EndsOn: "Termina el {0}", ChangesTo: "Cambia a {0} el {1}",
		Weekly: "{0} por semana", Monthly: "{0} al mes", Quarterly: "{0} al trimestre", Semiannual: "{0} al semestre", Yearly: "{0} al año",
		Usage: "Consumo", Units: "Unidades", Amount: "Importe", UsageTotal: "Total hasta ahora", NoUsage: "Todavía no hay consumo en este periodo.",

		OpenInvoices: "Facturas pendientes", Invoices: "Facturas", NoInvoices: "Todavía no tiene facturas.",
		IssuedOn: "Emitida el {0}", DueOn: "Vence el {0}", LeftToPay: "Quedan por pagar {0}", SelfBilled: "Facturación por el destinatario",
		Open: "Pendiente", Overdue: "Vencida", Processing: "Pago en curso", Paid: "Pagada", Failed: "Pago fallido", Voided: "Anulada", Disputed: "Pago disputado",
		Pay: "Pagar {0}", PayInvoice: "Pagar la factura {0}", File: "PDF", FileOf: "{0} en PDF",
		CreditNotes: "Notas de crédito", NoteOf: "De la factura {0}",
		NoteAvailable: "{0} disponibles", NoteConsumed: "Utilizada", Refunding: "Reembolso en curso", Refunded: "Reembolsada", RefundFailed: "Reembolso fallido",
		Wallets: "Créditos de prepago", Credits: "{0} créditos", AfterUsage: "{0} tras el consumo en curso", ExpiresOn: "Caduca el {0}",
		PaymentMethods: "Métodos de pago", NoPaymentMethods: "Todavía no ha añadido un método de pago.", AddPaymentMethod: "Añadir un método de pago", Default: "Predeterminado",
		AddedOn: "Añadido el {0}",
		Older:   "Anteriores", Newer: "Más recientes", Unavailable: "No es posible en este momento. Inténtelo de nuevo más tarde.", Contact: "¿Preguntas? Estamos para ayudarle:", OpensUntil: "Este enlace es válido hasta el {0}.",
		NotFoundTitle: "Página no encontrada", NotFound: "El enlace está incompleto o ha caducado. Pida uno nuevo a quien se lo envió.",
	}
}

func portuguesePortal() portalWords {
	return portalWords{
		AmountDue: "Valor em aberto", NothingDue: "Não há nada a pagar.", OpenCount: "Faturas em aberto: {0}", OverdueOf: "Vencido: {0}",
		NextBill: "Próxima fatura", SoFar: "Estimativa com base no consumo até agora.",
		SubscriptionFees: "Assinaturas", UsageFees: "Consumo", FixedFees: "Encargos fixos", CommitmentFees: "Compromisso mínimo",
		Coupons: "Cupons", AlreadyBilled: "Já faturado", Taxes: "Impostos", CreditNotesUsed: "Notas de crédito", PrepaidUsed: "Créditos pré-pagos",
		Total: "Total",

		Subscriptions: "Assinaturas", NoSubscriptions: "Você ainda não tem assinaturas.",
		Active: "Ativa", Pending: "Futura", Since: "Desde {0}", StartsOn: "Começa em {0}", EndsOn: "Termina em {0}", ChangesTo: "Muda para {0} em {1}",
		Weekly: "{0} por semana", Monthly: "{0} por mês", Quarterly: "{0} por trimestre", Semiannual: "{0} por semestre", Yearly: "{0} por ano",
		Usage: "Consumo", Units: "Unidades", Amount: "Valor", UsageTotal: "Total até agora", NoUsage: "Ainda não há consumo neste período.",

		OpenInvoices: "Faturas em aberto", Invoices: "Faturas", NoInvoices: "Você ainda não tem faturas.",
		IssuedOn: "Emitida em {0}", DueOn: "Vence em {0}", LeftToPay: "Faltam {0}", SelfBilled: "Autofaturamento",
		Open: "Em aberto", Overdue: "Vencida", Processing: "Pagamento em andamento", Paid: "Paga", Failed: "Pagamento recusado", Voided: "Cancelada", Disputed: "Pagamento contestado",
		Pay: "Pagar {0}", PayInvoice: "Pagar a fatura {0}", File: "PDF", FileOf: "{0} em PDF",
		CreditNotes: "Notas de crédito", NoteOf: "Da fatura {0}",
		NoteAvailable: "{0} disponíveis", NoteConsumed: "Utilizada", Refunding: "Reembolso em andamento", Refunded: "Reembolsada", RefundFailed: "Reembolso recusado",
		Wallets: "Créditos pré-pagos", Credits: "{0} créditos", AfterUsage: "{0} após o consumo atual", ExpiresOn: "Expira em {0}",
		PaymentMethods: "Formas de pagamento", NoPaymentMethods: "Você ainda não adicionou uma forma de pagamento.", AddPaymentMethod: "Adicionar uma forma de pagamento", Default: "Padrão",
		AddedOn: "Adicionada em {0}",
		Older:   "Mais antigas", Newer: "Mais recentes", Unavailable: "Isso não é possível no momento. Tente novamente mais tarde.", Contact: "Dúvidas? Estamos à disposição:", OpensUntil: "Este link é válido até {0}.",
		NotFoundTitle: "Página não encontrada", NotFound: "O link está incompleto ou expirou. Peça um novo a quem o enviou.",
	}
}
