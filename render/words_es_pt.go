package render

func spanishWords() words {
	return words{
		invoice: "Factura", selfBilled: "Facturación por el destinatario", voided: "ANULADA",
		progressive: "Facturación progresiva", credit: "Créditos de prepago", advance: "Cargos pagados por adelantado",
		reached:        "Su consumo ha alcanzado el umbral de {0}.",
		selfBilledNote: "Facturación por el destinatario: el cliente expide esta factura en nombre y por cuenta del proveedor.",
		number:         "Número de factura", issued: "Fecha de emisión", due: "Vencimiento", purchaseOrder: "Orden de compra",
		from: "De", to: "Facturar a", legalNumber: "Número de registro", taxNumber: "NIF",
		amountDue: "{0} a pagar", dueOn: "{0} a pagar hasta el {1}",
		item: "Concepto", units: "Unidades", unitPrice: "Precio unitario", tax: "Impuesto", amount: "Importe", continued: "(continuación)",
		subscriptionFee: "Cuota de suscripción", trueUp: "{0} – ajuste al mínimo", commitment: "Compromiso mínimo – ajuste", prepaidCredits: "Créditos de prepago",
		firstUnits: "Primeras {0}", fromTo: "De {0} a {1}", above: "Desde {0}", flatFee: "Tarifa fija", flatFeeOf: "{0}: tarifa fija", allUnits: "Todas las unidades",
		freeUnits: "Unidades gratuitas", packages: "Paquetes de {0}", share: "Parte del volumen", perEvent: "Tarifa fija por transacción",
		limits: "Mínimo y máximo por transacción", pair: "{0}: {1}", converted: "{0} a {1} cada uno",
		subtotal: "Subtotal", groupSubtotal: "Subtotal", progressiveCredit: "Ya facturado, {0}", coupon: "Cupón {0}",
		excludingTaxes: "Total sin impuestos", taxOn: "{0} ({1} sobre {2})", includingTaxes: "Total con impuestos", creditNote: "Nota de crédito {0}",
		prepaid: "Créditos de prepago utilizados", total: "Total", paid: "Pagado", offset: "Saldado con notas de crédito", totalDue: "Total a pagar",
		noteTitle: "Nota de crédito", selfBilledNoteTitle: "Nota de crédito del destinatario", noteNumber: "Número de nota de crédito", noteTo: "A favor de",
		givenBack: "{0} abonados el {1}", totalGivenBack: "Total abonado", couponShare: "Cupones e importes ya facturados",
		toBalance: "Abonado en su saldo", refunded: "Reembolsado", offsetNote: "Descontado de la factura",
		receiptTitle: "Recibo de pago", receiptNumber: "Número de recibo", paidBy: "Recibido de", paidOn: "{0} pagados el {1}",
		paymentDate: "Fecha de pago", paidThrough: "Pagado mediante", reference: "Referencia", invoiceTotal: "Total de la factura", amountPaid: "Importe pagado",
		pageOf: "Página {0} de {1}",
	}
}

func portugueseWords() words {
	return words{
		invoice: "Fatura", selfBilled: "Autofaturamento", voided: "CANCELADA",
		progressive: "Faturamento progressivo", credit: "Créditos pré-pagos", advance: "Encargos pagos antecipadamente",
		reached:        "Seu consumo atingiu o limite de {0}.",
		selfBilledNote: "Autofaturamento: esta fatura foi emitida pelo cliente em nome e por conta do fornecedor.",
		number:         "Número da fatura", issued: "Data de emissão", due: "Vencimento", purchaseOrder: "Ordem de compra",
		from: "De", to: "Faturar para", legalNumber: "Número de registro", taxNumber: "Número fiscal",
		amountDue: "{0} a pagar", dueOn: "{0} a pagar até {1}",
		item: "Descrição", units: "Unidades", unitPrice: "Preço unitário", tax: "Imposto", amount: "Valor", continued: "(continuação)",
		subscriptionFee: "Taxa de assinatura", trueUp: "{0} – ajuste ao mínimo", commitment: "Compromisso mínimo – ajuste", prepaidCredits: "Créditos pré-pagos",
		firstUnits: "Primeiras {0}", fromTo: "De {0} a {1}", above: "A partir de {0}", flatFee: "Taxa fixa", flatFeeOf: "{0}: taxa fixa", allUnits: "Todas as unidades",
		freeUnits: "Unidades gratuitas", packages: "Pacotes de {0}", share: "Parte do volume", perEvent: "Taxa fixa por transação",
		limits: "Mínimo e máximo por transação", pair: "{0}: {1}", converted: "{0} a {1} cada",
		subtotal: "Subtotal", groupSubtotal: "Subtotal", progressiveCredit: "Já faturado, {0}", coupon: "Cupom {0}",
		excludingTaxes: "Total sem impostos", taxOn: "{0} ({1} sobre {2})", includingTaxes: "Total com impostos", creditNote: "Nota de crédito {0}",
		prepaid: "Créditos pré-pagos utilizados", total: "Total", paid: "Pago", offset: "Quitado por notas de crédito", totalDue: "Total a pagar",
		noteTitle: "Nota de crédito", selfBilledNoteTitle: "Nota de crédito de autofaturamento", noteNumber: "Número da nota de crédito", noteTo: "A favor de",
		givenBack: "{0} creditados em {1}", totalGivenBack: "Total creditado", couponShare: "Cupons e valores já faturados",
		toBalance: "Creditado em seu saldo", refunded: "Reembolsado", offsetNote: "Deduzido da fatura",
		receiptTitle: "Recibo de pagamento", receiptNumber: "Número do recibo", paidBy: "Recebido de", paidOn: "{0} pagos em {1}",
		paymentDate: "Data do pagamento", paidThrough: "Pago via", reference: "Referência", invoiceTotal: "Total da fatura", amountPaid: "Valor pago",
		pageOf: "Página {0} de {1}",
	}
}
