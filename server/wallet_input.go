package server

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"tarn/form"
	"tarn/gen"
	"tarn/nullable"
	"tarn/wallets"
)

// newWalletInput maps a new wallet.
func newWalletInput(body gen.WalletCreateInput_Wallet) wallets.NewInput {
	in := wallets.NewInput{
		Input: walletInput(gen.WalletUpdateInput_Wallet{
			Name: body.Name, Code: body.Code, Priority: body.Priority, BillingEntityCode: body.BillingEntityCode,
			ExpirationAt: body.ExpirationAt, PurchaseOrderNumber: body.PurchaseOrderNumber,
			InvoiceRequiresSuccessfulPayment: body.InvoiceRequiresSuccessfulPayment, InvoiceCustomSection: body.InvoiceCustomSection,
			PaidTopUpMinAmountCents: body.PaidTopUpMinAmountCents, PaidTopUpMaxAmountCents: body.PaidTopUpMaxAmountCents,
			AppliesTo: mapped(body.AppliesTo, func(in gen.WalletCreateInput_Wallet_AppliesTo) gen.WalletUpdateInput_Wallet_AppliesTo {
				return gen.WalletUpdateInput_Wallet_AppliesTo(in)
			}),
			Metadata: body.Metadata, PaymentMethod: body.PaymentMethod, RecurringTransactionRules: body.RecurringTransactionRules,
		}),
		Currency:            words(given(body.Currency)),
		RateAmount:          body.RateAmount,
		PaidCredits:         sent(body.PaidCredits),
		GrantedCredits:      sent(body.GrantedCredits),
		TransactionMetadata: given(body.TransactionMetadata),
		TransactionName:     body.TransactionName,
		TransactionPriority: body.TransactionPriority,
	}
	in.IgnorePaidTopUpLimits, _ = body.IgnorePaidTopUpLimitsOnCreation.Get() // absent and null do not
	return in
}

// walletInput maps what creation and update of a wallet share.
func walletInput(body gen.WalletUpdateInput_Wallet) wallets.Input {
	in := wallets.Input{
		Name:                             body.Name,
		Code:                             body.Code,
		Priority:                         given(body.Priority),
		BillingEntityCode:                body.BillingEntityCode,
		ExpirationAt:                     body.ExpirationAt,
		PurchaseOrderNumber:              body.PurchaseOrderNumber,
		InvoiceRequiresSuccessfulPayment: given(body.InvoiceRequiresSuccessfulPayment),
		CustomSections:                   customSections(body.InvoiceCustomSection),
		PaidTopUpMinAmountCents:          cents(body.PaidTopUpMinAmountCents),
		PaidTopUpMaxAmountCents:          cents(body.PaidTopUpMaxAmountCents),
		Metadata:                         itemMetadata(body.Metadata),
		PaymentMethod:                    paymentMethodOfJSON(sent(body.PaymentMethod)),
	}
	if targets, err := body.AppliesTo.Get(); err == nil {
		in.Limitations = wallets.Limitations{FeeTypes: targets.FeeTypes, BillableMetricCodes: targets.BillableMetricCodes}
	}
	if body.RecurringTransactionRules != nil {
		in.Rules.Set(ruleInputs(*body.RecurringTransactionRules))
	}
	return in
}

// Recurring rules have one code for whatever is wrong with them, so the contract
// leaves them to what follows, and to the rules of wallets.

// ruleInputs reads the list of rules. What is no list stands for a rule that says
// nothing, which cannot be; so does an entry that is no object.
func ruleInputs(text json.RawMessage) []wallets.RuleInput {
	entries := []json.RawMessage{}
	if json.Unmarshal(text, &entries) != nil {
		return []wallets.RuleInput{{}}
	}
	inputs := make([]wallets.RuleInput, len(entries))
	for i, entry := range entries {
		inputs[i] = ruleInput(membersOfJSON(entry))
	}
	return inputs
}

func ruleInput(members map[string]json.RawMessage) wallets.RuleInput {
	in := wallets.RuleInput{
		ID:                               scalarOfJSON(members["lago_id"]),
		Trigger:                          scalarOfJSON(members["trigger"]),
		Interval:                         scalarOfJSON(members["interval"]),
		Method:                           scalarOfJSON(members["method"]),
		PaidCredits:                      members["paid_credits"],
		GrantedCredits:                   members["granted_credits"],
		ThresholdCredits:                 members["threshold_credits"],
		TargetOngoingBalance:             members["target_ongoing_balance"],
		GrantsTargetTopUp:                truthOfJSON(members["grants_target_top_up"]),
		StartedAt:                        scalarOfJSON(members["started_at"]),
		ExpirationAt:                     scalarOfJSON(members["expiration_at"]),
		InvoiceRequiresSuccessfulPayment: truthOfJSON(members["invoice_requires_successful_payment"]),
		IgnorePaidTopUpLimits:            truthOfJSON(members["ignore_paid_top_up_limits"]),
		CustomSections:                   customSectionsOfJSON(members["invoice_custom_section"]),
		TransactionName:                  scalarOfJSON(members["transaction_name"]),
		PurchaseOrderNumber:              scalarOfJSON(members["purchase_order_number"]),
	}
	if pairs := members["transaction_metadata"]; pairs != nil && string(pairs) != "null" {
		in.TransactionMetadata.Set(pairs)
	}
	in.PaymentMethod = paymentMethodOfJSON(members["payment_method"])
	return in
}

// customSectionsOfJSON is customSections for JSON; what is no list of texts names nothing.
func customSectionsOfJSON(text json.RawMessage) form.CustomSections {
	members := membersOfJSON(text)
	in := form.CustomSections{Skip: truthOfJSON(members["skip_invoice_custom_sections"])}
	var codes []string
	if json.Unmarshal(members["invoice_custom_section_codes"], &codes) == nil && codes != nil {
		in.Codes.Set(codes)
	}
	return in
}

// sent is JSON as it was sent; nil where it is absent or null.
func sent(text *json.RawMessage) json.RawMessage {
	if text == nil {
		return nil
	}
	return *text
}

// paymentMethodOfJSON reads a reference to how something is paid; null and an empty
// object are absent. What is no reference names nothing that exists.
func paymentMethodOfJSON(text json.RawMessage) nullable.Nullable[form.PaymentMethod] {
	members := membersOfJSON(text)
	if len(members) == 0 && (text == nil || slices.Contains([]string{"null", "{}"}, string(text))) {
		return nullable.Nullable[form.PaymentMethod]{}
	}
	return nullable.NewNullableWithValue(form.PaymentMethod{
		Type: scalarOfJSON(members["payment_method_type"]),
		ID:   mapped(scalarOfJSON(members["payment_method_id"]), identifierOf),
	})
}

// identifierOf reads an identifier; what is none names nothing.
func identifierOf(text string) uuid.UUID { return form.Identifier(nullable.NewNullableWithValue(text)) }
