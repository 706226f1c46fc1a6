package engine

import (
	"slices"
	"time"

	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/store"
)

// addOnPreview is the premium add-on without which only new subscriptions are
// previewed.
const addOnPreview = "preview"

// PreviewInput asks for an invoice that is not made: of a new subscription, or
// where it names external ids, the next one of subscriptions as they are, the last
// one, or the one of a change of plans.
type PreviewInput struct {
	// BillingEntityCode is the one that would bill a new subscription.
	BillingEntityCode string
	// Customer is the one of its external id, with what else is given changed; a
	// new one without an external id.
	Customer CustomerInput
	// NamesIntegrations says that the customer has accounts elsewhere. No
	// integration can be connected to tarn.
	NamesIntegrations bool
	// PlanCode, BillingTime and SubscriptionAt are those of a new subscription,
	// which begins now where it does not say when.
	PlanCode       string
	BillingTime    string
	SubscriptionAt form.Optional[time.Time]
	// Coupons count where the customer has none.
	Coupons []PreviewCoupon

	// ExternalIDs name the subscriptions; null is no list.
	ExternalIDs form.Optional[[]string]
	// NewPlanCode is the plan that the one subscription changes to.
	NewPlanCode string
	// TerminatedAt is when the one subscription ends; null is no instant.
	TerminatedAt form.Optional[time.Time]
}

// preview is a request for an invoice that is not made, with the records that it
// names.
type preview struct {
	tx       *store.Tx
	in       PreviewInput
	customer store.Customer
	// stored says that there is such a customer.
	stored bool
	// entity is the billing entity of a new subscription's own; nil for none.
	entity *store.BillingEntity
	run    invoicing.Run
	// apart says that the periods of the subscriptions end on different days.
	apart bool
}

// PreviewInvoice reckons an invoice of subscriptions without making it. Nothing
// is kept. It refuses unknown records with NotFound faults, values that break a
// rule with Validation faults, organizations without the premium licence with a
// Forbidden one, and subscriptions that exist without the add-on for them with a
// NotAllowed one.
//
// Lago: what is said of subscriptions is refused before the licence is asked for,
// and that they do not exist after it.
func PreviewInvoice(tx *store.Tx, in PreviewInput) (store.Invoice, error) {
	p := &preview{tx: tx, in: in}
	if err := p.findEntity(); err != nil {
		return store.Invoice{}, err
	}
	if err := p.findCustomer(); err != nil {
		return store.Invoice{}, err
	}
	if err := p.plan(); err != nil {
		return store.Invoice{}, err
	}
	if err := p.checkLicence(); err != nil {
		return store.Invoice{}, err
	}
	if err := p.checkTogether(); err != nil {
		return store.Invoice{}, err
	}
	coupons, err := previewedCoupons(tx, in.Coupons)
	if err != nil {
		return store.Invoice{}, err
	}
	return invoicing.Preview(tx, p.run, coupons)
}

// findEntity finds the billing entity that the input names.
func (p *preview) findEntity() error {
	if form.Blank(p.in.BillingEntityCode) {
		return nil
	}
	entity, err := p.tx.BillingEntity(p.in.BillingEntityCode)
	if err != nil {
		return form.NotFound(err, "billing_entity")
	}
	p.entity = &entity
	return nil
}

// findCustomer finds the customer, or makes up a new one of the default billing
// entity, and changes what the input says of it.
func (p *preview) findCustomer() error {
	var err error
	if p.stored = !form.Blank(p.in.Customer.ExternalID); p.stored {
		if p.customer, err = p.tx.Customer(p.in.Customer.ExternalID); err != nil {
			return form.NotFound(err, "customer")
		}
	} else {
		p.customer = store.Customer{
			ID: store.NewID(), AccountType: accountCustomer, FinalizeZeroAmountInvoice: store.ZeroInvoiceInherit,
			CreatedAt: p.tx.Now(), UpdatedAt: p.tx.Now(),
		}
		if p.customer.BillingEntity, err = p.tx.DefaultBillingEntity(); err != nil {
			return err
		}
		p.customer.BillingEntityID = p.customer.BillingEntity.ID
	}
	if p.in.NamesIntegrations {
		return fault.Missing("integration")
	}
	assignCustomer(&p.customer, p.in.Customer)
	assignCustomerSettings(&p.customer, p.in.Customer, p.tx.Organization())
	return nil
}

// checkLicence refuses what the organization has no licence for, and a preview of
// subscriptions that do not exist.
func (p *preview) checkLicence() error {
	if err := licensed(p.tx); err != nil {
		return err
	}
	if len(p.run.Items) == 0 {
		return fault.Missing("subscription")
	}
	if p.namesSubscriptions() && !p.tx.Organization().AddOn(addOnPreview) {
		return fault.Refused("premium_integration_missing")
	}
	return nil
}

// checkTogether refuses subscriptions that cannot be on one invoice.
func (p *preview) checkTogether() error {
	first := p.run.Items[0].Subscription
	differs := func(unlike func(*store.Subscription) bool) bool {
		return slices.ContainsFunc(p.run.Items, func(item invoicing.Item) bool { return unlike(item.Subscription) })
	}
	switch {
	case differs(func(row *store.Subscription) bool { return row.Plan.AmountCurrency != first.Plan.AmountCurrency }):
		return fault.Invalid("base", "subscription_currencies_does_not_match")
	case p.apart:
		return fault.Invalid("base", "billing_periods_does_not_match")
	case differs(func(row *store.Subscription) bool { return row.BillingEntity.ID != first.BillingEntity.ID }):
		return fault.Invalid("base", "subscription_billing_entities_do_not_match")
	}
	return nil
}
