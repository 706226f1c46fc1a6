package store

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// BillingEntity is the seller that an organization bills as.
type BillingEntity struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	// Code never changes.
	Code string
	Name string

	LegalName               *string
	LegalNumber             *string
	TaxIdentificationNumber *string
	Email                   *string
	Phone                   *string
	Address                 Address `gorm:"embedded"`

	DefaultCurrency string
	Timezone        string
	DocumentLocale  string
	// DocumentNumbering says which invoices share a running number:
	// per_customer or per_billing_entity.
	DocumentNumbering    string
	DocumentNumberPrefix string
	// NetPaymentTerm and InvoiceGracePeriod are in days.
	NetPaymentTerm            int
	FinalizeZeroAmountInvoice bool
	InvoiceGracePeriod        int
	IssuingDateAnchor         string
	IssuingDateAdjustment     string
	InvoiceFooter             *string
	// EmailSettings are the documents that are sent to customers by e-mail.
	EmailSettings   []string `gorm:"serializer:json"`
	Einvoicing      bool
	EUTaxManagement bool
	// IsDefault marks the one that customers get when none is named.
	IsDefault bool
	// DunningCampaignID is what reminds customers of what is overdue.
	DunningCampaignID *uuid.UUID
	CreatedAt         time.Time
	UpdatedAt         time.Time

	// Logo and Taxes are read only where a billing entity itself is shown;
	// methods of their own write them.
	Logo  *BillingEntityLogo `gorm:"-"`
	Taxes []Tax              `gorm:"-"`
	// Sections are the custom sections that it has picked, by name. They are read where a
	// billing entity is shown and with customers; a method of their own writes them.
	Sections []PickedSection `gorm:"-"`
}

// What a running number of invoices counts.
const (
	NumberedPerCustomer = "per_customer"
	NumberedPerEntity   = "per_billing_entity"
)

// BillingEntityLogo is the picture that a billing entity's documents bear.
type BillingEntityLogo struct {
	BillingEntityID uuid.UUID `gorm:"primaryKey"`
	OrganizationID  uuid.UUID
	// ContentType is the picture's media type.
	ContentType string
	Content     []byte
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// InsertBillingEntity adds a billing entity; ErrDuplicate when the code is
// taken.
func (tx *Tx) InsertBillingEntity(row *BillingEntity) error {
	if row.EmailSettings == nil {
		row.EmailSettings = []string{}
	}
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the billing entity: %w", known(err))
	}
	return nil
}

// UpdateBillingEntity stores all fields of a billing entity but its code.
func (tx *Tx) UpdateBillingEntity(row *BillingEntity) error {
	err := tx.db.Model(row).Select("*").Omit("id", "organization_id", "code", "is_default", "created_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the billing entity: %w", known(err))
	}
	return nil
}

// BillingEntities are all of the organization's, oldest first, with their
// logos.
func (tx *Tx) BillingEntities() ([]BillingEntity, error) {
	var rows []BillingEntity
	if err := tx.db.Order("created_at, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the billing entities: %w", err)
	}
	return rows, inBatches(rows, tx.loadLogos)
}

// CountBillingEntities is how many billing entities the organization has.
func (tx *Tx) CountBillingEntities() (int64, error) {
	var count int64
	err := tx.db.Model(&BillingEntity{}).Count(&count).Error
	return count, err
}

// billingEntitySequence counts nothing; its row is the lock of creations.
const billingEntitySequence = "billing_entities"

// LockBillingEntityCreation makes other transactions that would add a billing
// entity wait for this one. Who counts them after it counts what they added.
func (tx *Tx) LockBillingEntityCreation() error { return tx.lockSequence(billingEntitySequence) }

// DefaultBillingEntity is the one that was made with the organization.
func (tx *Tx) DefaultBillingEntity() (BillingEntity, error) {
	return one[BillingEntity](tx.db.Where("is_default"))
}

// BillingEntity finds a billing entity by its code; ErrNotFound when there is
// none.
func (tx *Tx) BillingEntity(code string) (BillingEntity, error) {
	return one[BillingEntity](tx.db.Where("code = ?", code))
}

// BillingEntityByID finds a billing entity by tarn's own identifier; ErrNotFound
// when there is none.
func (tx *Tx) BillingEntityByID(id uuid.UUID) (BillingEntity, error) {
	return one[BillingEntity](tx.db.Where("id = ?", id))
}

// ShownBillingEntity is BillingEntity with all that its own endpoint shows.
func (tx *Tx) ShownBillingEntity(code string) (BillingEntity, error) {
	return tx.shownBillingEntity(tx.db.Where("code = ?", code))
}

// BillingEntityForUpdate is ShownBillingEntity for a transaction that will
// change it: others that would do the same wait. Rows that refer to it can
// still be added.
func (tx *Tx) BillingEntityForUpdate(code string) (BillingEntity, error) {
	return tx.shownBillingEntity(tx.db.Clauses(forSettings).Where("code = ?", code))
}

// DefaultBillingEntityForUpdate is BillingEntityForUpdate for the default one.
func (tx *Tx) DefaultBillingEntityForUpdate() (BillingEntity, error) {
	return tx.shownBillingEntity(tx.db.Clauses(forSettings).Where("is_default"))
}

// forSettings locks a row whose key does not change.
var forSettings = clause.Locking{Strength: "NO KEY UPDATE"}

func (tx *Tx) shownBillingEntity(query *gorm.DB) (BillingEntity, error) {
	row, err := one[BillingEntity](query)
	if err != nil {
		return row, err
	}
	rows := []BillingEntity{row}
	if err := errors.Join(tx.loadLogos(rows), tx.loadBillingEntityTaxes(&rows[0])); err != nil {
		return row, err
	}
	picked, err := tx.SectionsPicked([]uuid.UUID{row.ID})
	rows[0].Sections = picked[row.ID]
	return rows[0], err
}

// BillingEntitiesByCode finds those of the codes that exist.
func (tx *Tx) BillingEntitiesByCode(codes []string) ([]BillingEntity, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	var rows []BillingEntity
	err := tx.db.Where("code IN ?", codes).Order("created_at, id").Find(&rows).Error
	return rows, err
}

// SetBillingEntityLogo gives a billing entity a logo in place of the one it
// had; nil takes it away.
func (tx *Tx) SetBillingEntityLogo(row *BillingEntity, logo *BillingEntityLogo) error {
	row.Logo = logo
	if logo == nil {
		err := tx.db.Where("billing_entity_id = ?", row.ID).Delete(&BillingEntityLogo{}).Error
		if err != nil {
			return fmt.Errorf("remove the logo: %w", err)
		}
		return nil
	}
	logo.BillingEntityID = row.ID
	err := tx.db.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "billing_entity_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"content_type", "content", "updated_at"}),
	}).Create(logo).Error
	if err != nil {
		return fmt.Errorf("store the logo: %w", known(err))
	}
	return nil
}

// SetBillingEntityTaxes makes these the taxes that a billing entity applies.
func (tx *Tx) SetBillingEntityTaxes(row *BillingEntity, taxes []Tax) error {
	links := make([]billingEntityTax, len(taxes))
	for i, tax := range taxes {
		links[i] = billingEntityTax{BillingEntityID: row.ID, TaxID: tax.ID}
	}
	if err := relinkTaxes(tx, tx.db.Where("billing_entity_id = ?", row.ID), links, "the billing entity"); err != nil {
		return err
	}
	return tx.loadBillingEntityTaxes(row)
}

// loadBillingEntityTaxes reads the taxes that a billing entity applies.
func (tx *Tx) loadBillingEntityTaxes(row *BillingEntity) error {
	row.Taxes = nil
	applied := tx.db.Model(&billingEntityTax{}).Select("tax_id").Where("billing_entity_id = ?", row.ID)
	err := tx.db.Where("id IN (?) AND deleted_at IS NULL", applied).Order("name, created_at DESC, id").Find(&row.Taxes).Error
	if err != nil {
		return fmt.Errorf("read the billing entity's taxes: %w", err)
	}
	return inBatches(row.Taxes, tx.loadTaxedEntities)
}

// BillingEntityLogo is the logo of a billing entity; nil when it has none.
func (tx *Tx) BillingEntityLogo(entity uuid.UUID) (*BillingEntityLogo, error) {
	logo, err := one[BillingEntityLogo](tx.db.Where("billing_entity_id = ?", entity))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the logo: %w", err)
	}
	return &logo, nil
}

func (tx *Tx) loadLogos(entities []BillingEntity) error {
	index := make(map[uuid.UUID]*BillingEntity, len(entities))
	ids := make([]uuid.UUID, len(entities))
	for i := range entities {
		ids[i], index[entities[i].ID] = entities[i].ID, &entities[i]
	}
	var logos []BillingEntityLogo
	if err := tx.db.Where("billing_entity_id IN ?", ids).Find(&logos).Error; err != nil {
		return fmt.Errorf("read the logos: %w", err)
	}
	for i := range logos {
		index[logos[i].BillingEntityID].Logo = &logos[i]
	}
	return nil
}

// TaxesByCodeInAnyCase finds the taxes whose codes are those, by name. Letters
// of ASCII match in any case, all others as they are.
func (tx *Tx) TaxesByCodeInAnyCase(codes []string) ([]Tax, error) {
	var rows []Tax
	err := inBatches(codes, func(part []string) error {
		lowered := make([]string, len(part))
		for i, code := range part {
			lowered[i] = strings.ToLower(code)
		}
		var found []Tax
		err := tx.db.Where("(LOWER(code) IN ? OR code IN ?) AND deleted_at IS NULL", lowered, part).
			Order("name, created_at DESC, id").Find(&found).Error
		rows = append(rows, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find taxes in any case: %w", err)
	}
	return rows, nil
}
