package engine

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/store"
)

// The defaults of billing entities that are words.
const (
	defaultCurrency         = "USD"
	defaultTimezone         = "UTC"
	defaultDocumentLocale   = "en"
	defaultDateAnchor       = "next_period_start"
	defaultDateAdjustment   = "align_with_finalization_date"
	numberedPerOrganization = "per_organization"
)

// The add-ons that allow more billing entities than the default one, and how
// many there are with the smaller one.
const (
	addOnEntitiesPro        = "multi_entities_pro"
	addOnEntitiesEnterprise = "multi_entities_enterprise"
	maxEntitiesPro          = 2
)

// BillingEntityInput is what a client says of a billing entity. On creation,
// what is absent gets its default; on update it stays as it is, and null
// empties it. Lists replace all that was there; null for one counts as absent.
type BillingEntityInput struct {
	// Code names the billing entity. It never changes.
	Code form.Optional[string]
	Name form.Optional[string]

	LegalName               form.Optional[string]
	LegalNumber             form.Optional[string]
	TaxIdentificationNumber form.Optional[string]
	Email                   form.Optional[string]
	Phone                   form.Optional[string]
	Address                 AddressInput

	// DefaultCurrency is an ISO 4217 code in any case.
	DefaultCurrency form.Optional[string]
	// Timezone counts only with the premium licence.
	Timezone             form.Optional[string]
	DocumentNumbering    form.Optional[string]
	DocumentNumberPrefix form.Optional[string]
	// NetPaymentTerm is in days.
	NetPaymentTerm            form.Optional[int]
	FinalizeZeroAmountInvoice form.Optional[bool]
	// EmailSettings count only with the premium licence.
	EmailSettings form.Optional[[]string]
	Einvoicing    form.Optional[bool]
	// EUTaxManagement lets the EU's VAT rules choose the taxes of customers.
	// Switching it on gives the organization those taxes.
	EUTaxManagement form.Optional[bool]
	// Logo is a picture as a data URL; null or blank removes it.
	Logo    form.Optional[string]
	Billing BillingEntityBillingInput

	// TaxCodes are in any case. They count on update only.
	TaxCodes form.Optional[[]string]
	// InvoiceCustomSectionCodes name the custom sections of the customers' invoices;
	// unknown ones are ignored. They count on update only.
	InvoiceCustomSectionCodes form.Optional[[]string]
}

// BillingEntityBillingInput says how a billing entity bills.
type BillingEntityBillingInput struct {
	InvoiceFooter  form.Optional[string]
	DocumentLocale form.Optional[string]
	// InvoiceGracePeriod is in days. It counts only with the premium licence.
	InvoiceGracePeriod form.Optional[int]
	// IssuingDateAnchor and IssuingDateAdjustment count only with the premium
	// licence on creation.
	IssuingDateAnchor     form.Optional[string]
	IssuingDateAdjustment form.Optional[string]
}

// CreateBillingEntity adds a billing entity. It refuses more of them than the
// organization's add-ons allow with a Forbidden fault, and values that break a
// rule with a Validation fault.
func CreateBillingEntity(tx *store.Tx, in BillingEntityInput) (store.BillingEntity, error) {
	code, _ := in.Code.Get()
	name, _ := in.Name.Get()
	entity := newBillingEntity(store.NewID(), code, name)
	if err := tx.LockBillingEntityCreation(); err != nil {
		return entity, err
	}
	if err := checkEntityLimit(tx); err != nil {
		return entity, err
	}
	premium := tx.Organization().Premium()
	assignBillingEntity(&entity, in, premium)
	if premium {
		assignIssuingDates(&entity, in.Billing)
	}
	if numbering, err := in.DocumentNumbering.Get(); err == nil {
		entity.DocumentNumbering = numbering
	}
	details := checkBillingEntity(&entity)
	logo := readLogo(details, in.Logo)
	if err := checkBillingEntityCode(tx, details, entity.Code); err != nil {
		return entity, err
	}
	if err := details.Err(); err != nil {
		return entity, err
	}
	if err := tx.InsertBillingEntity(&entity); err != nil {
		return entity, form.Taken(err, "code")
	}
	if logo != nil {
		if err := tx.SetBillingEntityLogo(&entity, logo); err != nil {
			return entity, err
		}
	}
	if err := generateEUTaxes(tx, in.EUTaxManagement); err != nil {
		return entity, err
	}
	return entity, audit.Created(tx, audit.BillingEntity(entity))
}

// UpdateBillingEntity changes a billing entity. Every field but the code may
// change at any time. It refuses unknown taxes with a NotFound fault.
func UpdateBillingEntity(tx *store.Tx, code string, in BillingEntityInput) (store.BillingEntity, error) {
	entity, err := tx.BillingEntityForUpdate(code)
	if err != nil {
		return entity, form.NotFound(err, "billing_entity")
	}
	before, old := audit.Before(audit.BillingEntity(entity)), entity
	if err := setBillingEntity(tx, &entity, in).Err(); err != nil {
		return entity, err
	}
	err = saveBillingEntity(tx, before, old, &entity, in)
	return entity, err
}

// newBillingEntity is a billing entity with all its defaults.
func newBillingEntity(id uuid.UUID, code, name string) store.BillingEntity {
	return store.BillingEntity{
		ID: id, Code: code, Name: name,
		DefaultCurrency: defaultCurrency, Timezone: defaultTimezone,
		DocumentLocale: defaultDocumentLocale, DocumentNumbering: store.NumberedPerCustomer,
		DocumentNumberPrefix:      documentNumberPrefix(name, id),
		FinalizeZeroAmountInvoice: true,
		IssuingDateAnchor:         defaultDateAnchor, IssuingDateAdjustment: defaultDateAdjustment,
		EmailSettings: []string{},
	}
}

// checkEntityLimit refuses a further billing entity where the add-ons do not
// allow it.
func checkEntityLimit(tx *store.Tx) error {
	organization := tx.Organization()
	if organization.AddOn(addOnEntitiesEnterprise) {
		return nil
	}
	count, err := tx.CountBillingEntities()
	if err != nil {
		return err
	}
	if organization.AddOn(addOnEntitiesPro) && count < maxEntitiesPro {
		return nil
	}
	return fault.Denied("feature_unavailable")
}

// setBillingEntity puts the input of an update into the row and returns the
// rules that it breaks.
//
// Lago: every word but per_customer means per_billing_entity.
func setBillingEntity(tx *store.Tx, entity *store.BillingEntity, in BillingEntityInput) fault.Details {
	form.Assign(&entity.Name, in.Name)
	assignBillingEntity(entity, in, tx.Organization().Premium())
	assignIssuingDates(entity, in.Billing)
	if numbering, err := in.DocumentNumbering.Get(); err == nil {
		entity.DocumentNumbering = store.NumberedPerEntity
		if numbering == store.NumberedPerCustomer {
			entity.DocumentNumbering = store.NumberedPerCustomer
		}
	}
	details := checkBillingEntity(entity)
	if logo := readLogo(details, in.Logo); in.Logo.IsSpecified() {
		entity.Logo = logo
	}
	return details
}

// saveBillingEntity stores what setBillingEntity made of a row, with its logo
// and its taxes, and records the activity. The taxes that the input switches on
// come before those that it names, which may be among them. old is the row as it was.
func saveBillingEntity(tx *store.Tx, before audit.Snapshot, old store.BillingEntity, entity *store.BillingEntity, in BillingEntityInput) error {
	if err := tx.UpdateBillingEntity(entity); err != nil {
		return err
	}
	if err := followEntityTerms(tx, old, *entity); err != nil {
		return err
	}
	if in.Logo.IsSpecified() {
		if err := tx.SetBillingEntityLogo(entity, entity.Logo); err != nil {
			return err
		}
	}
	if err := generateEUTaxes(tx, in.EUTaxManagement); err != nil {
		return err
	}
	if codes, err := in.TaxCodes.Get(); err == nil {
		if err := replaceBillingEntityTaxes(tx, entity, codes); err != nil {
			return err
		}
	}
	if err := pickEntitySections(tx, entity, in); err != nil {
		return err
	}
	return audit.Updated(tx, before, audit.BillingEntity(*entity))
}

// followEntityTerms lets what is ahead of the customers of a billing entity follow
// its other zone or its other terms. Customers with terms of their own stay with them.
func followEntityTerms(tx *store.Tx, before, after store.BillingEntity) error {
	if after.Timezone != before.Timezone {
		if err := rescheduleBillingEntity(tx, after.ID); err != nil {
			return err
		}
	}
	if !invoicing.TermsChanged(&store.Customer{BillingEntity: before}, &store.Customer{BillingEntity: after}) {
		return nil
	}
	return invoicing.DraftsRedated(tx, store.DraftsFor{BillingEntity: &after.ID})
}

// replaceBillingEntityTaxes makes the named taxes those that a billing entity
// applies.
func replaceBillingEntityTaxes(tx *store.Tx, entity *store.BillingEntity, codes []string) error {
	taxes, err := taxesInAnyCase(tx, codes)
	if err != nil {
		return err
	}
	if err := tx.SetBillingEntityTaxes(entity, taxes); err != nil {
		return err
	}
	return invoicing.DraftsChanged(tx, store.DraftsFor{BillingEntity: &entity.ID})
}
