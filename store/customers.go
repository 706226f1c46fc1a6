package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tarn/store/internal/session"
)

// Address is a postal address. The country is an ISO 3166-1 alpha-2 code.
type Address struct {
	AddressLine1 *string
	AddressLine2 *string
	City         *string
	State        *string
	Zipcode      *string
	Country      *string
}

// Customer is who buys.
type Customer struct {
	ID              uuid.UUID `gorm:"primaryKey"`
	OrganizationID  uuid.UUID
	BillingEntityID uuid.UUID
	ExternalID      string
	AccountType     string
	CustomerType    *string
	// SequentialID counts the organization's customers from 1, deleted ones
	// included.
	SequentialID int64
	Slug         string

	Name                    *string
	Firstname               *string
	Lastname                *string
	Email                   *string
	Phone                   *string
	URL                     *string
	LogoURL                 *string
	LegalName               *string
	LegalNumber             *string
	TaxIdentificationNumber *string
	ExternalSalesforceID    *string

	Address         Address `gorm:"embedded"`
	ShippingAddress Address `gorm:"embedded;embeddedPrefix:shipping_"`

	Currency *string
	Timezone *string
	// NetPaymentTerm is in days; nil takes the billing entity's.
	NetPaymentTerm            *int
	FinalizeZeroAmountInvoice string
	SkipInvoiceCustomSections bool
	// InvoiceGracePeriod is in days; nil takes the billing entity's.
	InvoiceGracePeriod    *int
	DocumentLocale        *string
	IssuingDateAnchor     *string
	IssuingDateAdjustment *string

	// PaymentProviderID is the connection through which the customer pays; nil where
	// the customer pays otherwise. PaymentProvider is its kind, such as stripe.
	PaymentProviderID   *uuid.UUID
	PaymentProvider     *string
	PaymentProviderCode *string
	// ProviderCustomerID is the provider's own identifier of the customer.
	ProviderCustomerID     *string
	SyncWithProvider       *bool
	ProviderPaymentMethods []string `gorm:"serializer:json"`
	// DunningCampaignID is what reminds the customer; nil takes the billing entity's.
	DunningCampaignID          *uuid.UUID
	ExcludeFromDunningCampaign bool

	// SearchText is what a search looks through. It is written with the fields
	// that it is made of.
	SearchText string
	DeletedAt  *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time

	// What follows is read with the customer; methods of its own write it. Sections are
	// the custom sections that the customer has picked, by name.
	BillingEntity BillingEntity      `gorm:"-"`
	Metadata      []CustomerMetadata `gorm:"-"`
	Taxes         []Tax              `gorm:"-"`
	Sections      []PickedSection    `gorm:"-"`
}

// CustomerMetadata is one pair of a customer's metadata.
type CustomerMetadata struct {
	ID               uuid.UUID `gorm:"primaryKey"`
	OrganizationID   uuid.UUID
	CustomerID       uuid.UUID
	Key              string
	Value            string
	DisplayInInvoice bool
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// TableName is the plural that the schema has.
func (CustomerMetadata) TableName() string { return "customer_metadata" }

// customerTax attaches a tax to a customer.
type customerTax struct {
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID `gorm:"primaryKey"`
	TaxID          uuid.UUID `gorm:"primaryKey"`
}

// CustomerFilter limits a list of customers. Empty fields do not; values
// within a field are alternatives.
type CustomerFilter struct {
	// SearchTerm is looked for in names, external id and email, in any case.
	SearchTerm       string
	ExternalID       *string
	AccountTypes     []string
	BillingEntityIDs []uuid.UUID
	Countries        []string
	States           []string
	Zipcodes         []string
	Currencies       []string
	CustomerType     *string
	// HasCustomerType and HasTaxIdentificationNumber ask whether the field is
	// filled.
	HasCustomerType            *bool
	HasTaxIdentificationNumber *bool
	// Metadata asks for pairs; an empty value asks that the key is absent.
	Metadata map[string]string
}

// Customers lists the customers that are not deleted, newest first.
func (tx *Tx) Customers(filter CustomerFilter, page Page) (List[Customer], error) {
	var counts *gorm.DB
	if blank(filter) {
		counts = tx.countsOf("customers")
	}
	query := filter.apply(tx, tx.db.Model(&Customer{}).Where("customers.deleted_at IS NULL"))
	result, err := listCounted[Customer](query, counts, page, "customers.created_at DESC, customers.id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadCustomers)
}

func (f CustomerFilter) apply(tx *Tx, query *gorm.DB) *gorm.DB {
	if f.ExternalID != nil {
		query = query.Where("external_id = ?", *f.ExternalID)
	} else if f.SearchTerm != "" {
		pattern := "%" + escapeLike(strings.ToLower(f.SearchTerm)) + "%"
		query = query.Where(`search_text LIKE ? ESCAPE '\'`, pattern)
	}
	query = anyOf(query, "account_type", f.AccountTypes)
	query = anyOf(query, "billing_entity_id", f.BillingEntityIDs)
	query = anyOf(query, "country", f.Countries)
	query = anyOf(query, "state", f.States)
	query = anyOf(query, "zipcode", f.Zipcodes)
	query = anyOf(query, "currency", f.Currencies)
	if f.CustomerType != nil {
		query = query.Where("customer_type = ?", *f.CustomerType)
	}
	query = filled(query, "customer_type", f.HasCustomerType)
	query = filled(query, "tax_identification_number", f.HasTaxIdentificationNumber)
	for key, value := range f.Metadata {
		pairs := tx.db.Model(&CustomerMetadata{}).Select("1").Where("customer_metadata.customer_id = customers.id AND customer_metadata.key = ?", key)
		if value == "" {
			query = query.Where("NOT EXISTS (?)", pairs)
		} else {
			query = query.Where("EXISTS (?)", pairs.Where("customer_metadata.value = ?", value))
		}
	}
	return query
}

// Customer finds a customer by the client's own identifier; ErrNotFound when
// there is none or it is deleted.
func (tx *Tx) Customer(externalID string) (Customer, error) {
	return tx.customer(tx.db, externalID)
}

// CustomerForUpdate is Customer for a transaction that will change it: others
// that would do the same wait.
func (tx *Tx) CustomerForUpdate(externalID string) (Customer, error) {
	return tx.customer(tx.locked(), externalID)
}

// CustomerByID finds a customer by tarn's own identifier; ErrNotFound when there
// is none or it is deleted.
func (tx *Tx) CustomerByID(id uuid.UUID) (Customer, error) {
	return tx.shownCustomer(tx.db.Where("id = ?", id))
}

// LockCustomerCreation makes other transactions that would add a customer wait
// for this one. Who looks a customer up after it sees what they added.
func (tx *Tx) LockCustomerCreation() error { return tx.lockSequence(customerSequence) }

// NextCustomerNumber is the next sequential id. It counts deleted customers.
func (tx *Tx) NextCustomerNumber() (int64, error) { return tx.NextInSequence(customerSequence) }

// customerSequence counts the organization's customers.
const customerSequence = "customers"

func (tx *Tx) customer(query *gorm.DB, externalID string) (Customer, error) {
	return tx.shownCustomer(query.Where("external_id = ?", externalID))
}

func (tx *Tx) shownCustomer(query *gorm.DB) (Customer, error) {
	row, err := one[Customer](query.Where("deleted_at IS NULL"))
	if err != nil {
		return row, err
	}
	rows := []Customer{row}
	err = tx.loadCustomers(rows)
	return rows[0], err
}

// InsertCustomer adds a customer; ErrDuplicate when the external id is taken.
func (tx *Tx) InsertCustomer(row *Customer) error {
	row.SearchText = row.searchText()
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the customer: %w", known(err))
	}
	return nil
}

// UpdateCustomer stores the customer's own fields.
func (tx *Tx) UpdateCustomer(row *Customer) error {
	row.SearchText = row.searchText()
	err := tx.db.Model(row).Select("*").
		Omit("id", "organization_id", "external_id", "sequential_id", "slug", "created_at", "deleted_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the customer: %w", known(err))
	}
	return nil
}

// DeleteCustomer hides a customer; its external id is free again.
func (tx *Tx) DeleteCustomer(row *Customer) error {
	now := tx.now
	row.DeletedAt = &now
	if err := tx.db.Model(row).Select("deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("delete the customer: %w", err)
	}
	return nil
}

// SetCustomerTaxes makes these the customer's taxes.
func (tx *Tx) SetCustomerTaxes(row *Customer, taxes []Tax) error {
	links := make([]customerTax, len(taxes))
	for i, tax := range taxes {
		links[i] = customerTax{CustomerID: row.ID, TaxID: tax.ID}
	}
	if err := relinkTaxes(tx, tx.db.Where("customer_id = ?", row.ID), links, "the customer"); err != nil {
		return err
	}
	row.Taxes = taxes
	return nil
}

// InsertCustomerMetadata adds a pair; ErrDuplicate when the customer has the
// key already.
func (tx *Tx) InsertCustomerMetadata(row *CustomerMetadata) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert customer metadata: %w", known(err))
	}
	return nil
}

// UpdateCustomerMetadata stores a pair; ErrDuplicate when another pair of the
// customer has the key.
func (tx *Tx) UpdateCustomerMetadata(row *CustomerMetadata) error {
	err := tx.db.Model(row).Select("key", "value", "display_in_invoice", "updated_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update customer metadata: %w", known(err))
	}
	return nil
}

// DeleteCustomerMetadata removes pairs by their identifiers.
func (tx *Tx) DeleteCustomerMetadata(customer uuid.UUID, ids []uuid.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	err := tx.db.Where("customer_id = ? AND id IN ?", customer, ids).Delete(&CustomerMetadata{}).Error
	if err != nil {
		return fmt.Errorf("delete customer metadata: %w", err)
	}
	return nil
}

// loadCustomers fills in what is read with customers, in one round trip for any
// number of them that have no taxes.
func (tx *Tx) loadCustomers(customers []Customer) error {
	if len(customers) == 0 {
		return nil
	}
	index := make(map[uuid.UUID]*Customer, len(customers))
	ids := make([]any, len(customers)) // as both statements take them
	sellers := map[uuid.UUID]*BillingEntity{}
	for i := range customers {
		ids[i] = customers[i].ID
		index[customers[i].ID], sellers[customers[i].BillingEntityID] = &customers[i], nil
	}
	var entities []BillingEntity
	var metadata []CustomerMetadata
	var links []customerTax
	var picks []PickedSection
	wanted := []session.Wanted{
		session.RowsOf(tx.db.Where("id IN ?", slices.Collect(maps.Keys(sellers))), &entities),
		session.RowsOf(tx.db.Where("customer_id IN ?", ids).Order("created_at, id"), &metadata),
		session.RowsOf(tx.db.Where("customer_id IN ?", ids), &links),
	}
	if tx.org.UsesCustomSections {
		wanted = append(wanted, tx.wantPicks(sectionOwners(customers), &picks))
	}
	if err := session.Fetch(wanted...); err != nil {
		return fmt.Errorf("read what belongs to customers: %w", err)
	}
	for i := range entities {
		sellers[entities[i].ID] = &entities[i]
	}
	for i := range customers {
		if seller := sellers[customers[i].BillingEntityID]; seller != nil {
			customers[i].BillingEntity = *seller
		}
	}
	spreadSections(customers, picks)
	for _, pair := range metadata {
		customer := index[pair.CustomerID]
		customer.Metadata = append(customer.Metadata, pair)
	}
	return tx.loadCustomerTaxes(links, index)
}

func (tx *Tx) loadCustomerTaxes(links []customerTax, index map[uuid.UUID]*Customer) error {
	if len(links) == 0 {
		return nil
	}
	customersOf := make(map[uuid.UUID][]uuid.UUID, len(links))
	taxIDs := make([]uuid.UUID, 0, len(links))
	for _, link := range links {
		customersOf[link.TaxID] = append(customersOf[link.TaxID], link.CustomerID)
		taxIDs = append(taxIDs, link.TaxID)
	}
	var taxes []Tax
	err := tx.db.Where("id IN ? AND deleted_at IS NULL", taxIDs).Order("name, created_at DESC, id").Find(&taxes).Error
	if err != nil {
		return fmt.Errorf("read the customers' taxes: %w", err)
	}
	if err := tx.loadTaxedEntities(taxes); err != nil {
		return err
	}
	for _, tax := range taxes {
		for _, id := range customersOf[tax.ID] {
			index[id].Taxes = append(index[id].Taxes, tax)
		}
	}
	return nil
}

// searchText is what a search looks through, in lower case: databases know
// fewer letters than Go does, and not all the same ones.
func (c *Customer) searchText() string {
	texts := []string{c.ExternalID}
	for _, text := range []*string{c.Name, c.Firstname, c.Lastname, c.LegalName, c.Email} {
		if text != nil {
			texts = append(texts, *text)
		}
	}
	return strings.ToLower(strings.Join(texts, "\n"))
}

// filled keeps rows whose column has a value, or has none; nil keeps all.
func filled(query *gorm.DB, column string, want *bool) *gorm.DB {
	switch {
	case want == nil:
		return query
	case *want:
		return query.Where(column + " IS NOT NULL AND " + column + " <> ''")
	}
	return query.Where("(" + column + " IS NULL OR " + column + " = '')")
}
