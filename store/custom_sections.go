package store

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"tarn/store/internal/session"
)

// InvoiceCustomSection is a text of an organization's own that invoices can bear.
type InvoiceCustomSection struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	Code           string
	Name           string
	// DisplayName is the heading on invoices, Details the text below it.
	DisplayName *string
	Details     *string
	Description *string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// SectionOwnerType says what picks custom sections.
type SectionOwnerType string

// The owners.
const (
	SectionsOfBillingEntity     SectionOwnerType = "billing_entity"
	SectionsOfCustomer          SectionOwnerType = "customer"
	SectionsOfSubscription      SectionOwnerType = "subscription"
	SectionsOfWallet            SectionOwnerType = "wallet"
	SectionsOfRule              SectionOwnerType = "recurring_transaction_rule"
	SectionsOfWalletTransaction SectionOwnerType = "wallet_transaction"
)

// SectionOwner is who picks custom sections.
type SectionOwner struct {
	Type SectionOwnerType
	ID   uuid.UUID
}

// CustomSectionPick says that the invoices of an owner bear a custom section.
type CustomSectionPick struct {
	ID                     uuid.UUID `gorm:"primaryKey"`
	OrganizationID         uuid.UUID
	OwnerType              SectionOwnerType
	OwnerID                uuid.UUID
	InvoiceCustomSectionID uuid.UUID
	CreatedAt              time.Time
}

// PickedSection is a pick with its section.
type PickedSection struct {
	ID        uuid.UUID
	OwnerID   uuid.UUID
	CreatedAt time.Time
	Section   InvoiceCustomSection `gorm:"embedded;embeddedPrefix:section_"`
}

// AppliedCustomSection is a custom section on an invoice. It is kept as it was.
type AppliedCustomSection struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	InvoiceID      uuid.UUID
	Code           string
	Name           string
	DisplayName    *string
	Details        *string
	CreatedAt      time.Time
}

// ApplicableSections are the sections that the customer's invoices bear where nothing
// closer to them has picked any: the customer's own, or else those of its billing entity.
func (c *Customer) ApplicableSections() []PickedSection {
	switch {
	case c.SkipInvoiceCustomSections:
		return nil
	case len(c.Sections) > 0:
		return c.Sections
	}
	return c.BillingEntity.Sections
}

// CustomSections are the organization's custom sections, newest first.
func (tx *Tx) CustomSections() ([]InvoiceCustomSection, error) {
	var rows []InvoiceCustomSection
	if err := tx.db.Order("created_at DESC, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find the custom sections: %w", err)
	}
	return rows, nil
}

// CustomSection finds a custom section by its code; ErrNotFound when there is none.
func (tx *Tx) CustomSection(code string) (InvoiceCustomSection, error) {
	return one[InvoiceCustomSection](tx.db.Where("code = ?", code))
}

// CustomSectionForUpdate is CustomSection for a transaction that will change it.
func (tx *Tx) CustomSectionForUpdate(code string) (InvoiceCustomSection, error) {
	return one[InvoiceCustomSection](tx.locked().Where("code = ?", code))
}

// InsertCustomSection adds a custom section; ErrDuplicate when the code is taken.
func (tx *Tx) InsertCustomSection(row *InvoiceCustomSection) error {
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the custom section: %w", known(err))
	}
	if tx.org.UsesCustomSections {
		return nil
	}
	err := tx.system().Model(&Organization{ID: tx.organizationID()}).UpdateColumn("uses_custom_sections", true).Error
	if err != nil {
		return fmt.Errorf("note that there are custom sections: %w", err)
	}
	tx.org.UsesCustomSections = true
	return nil
}

// UpdateCustomSection stores a custom section; ErrDuplicate when the code is taken.
func (tx *Tx) UpdateCustomSection(row *InvoiceCustomSection) error {
	if err := tx.db.Model(row).Select("*").Omit("id", "organization_id", "created_at").Updates(row).Error; err != nil {
		return fmt.Errorf("update the custom section: %w", known(err))
	}
	return nil
}

// DeleteCustomSection removes a custom section, and takes it from everybody who has picked
// it.
func (tx *Tx) DeleteCustomSection(row *InvoiceCustomSection) error {
	if err := tx.db.Delete(row).Error; err != nil {
		return fmt.Errorf("delete the custom section: %w", err)
	}
	return nil
}

// forPicking keeps a section from being deleted while it is picked.
var forPicking = clause.Locking{Strength: "KEY SHARE"}

// CustomSectionsByCode finds those of the codes that exist, for a transaction that will
// pick them.
func (tx *Tx) CustomSectionsByCode(codes []string) ([]InvoiceCustomSection, error) {
	return customSections(tx, "code IN ?", codes)
}

// CustomSectionsByID is CustomSectionsByCode for identifiers.
func (tx *Tx) CustomSectionsByID(ids []uuid.UUID) ([]InvoiceCustomSection, error) {
	return customSections(tx, "id IN ?", ids)
}

func customSections[Key any](tx *Tx, condition string, keys []Key) ([]InvoiceCustomSection, error) {
	if !tx.org.UsesCustomSections {
		return nil, nil
	}
	var rows []InvoiceCustomSection
	err := inBatches(keys, func(part []Key) error {
		var found []InvoiceCustomSection
		err := tx.db.Clauses(forPicking).Where(condition, part).Order("id").Find(&found).Error
		rows = append(rows, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find custom sections: %w", err)
	}
	return rows, nil
}

// PickSections makes these the sections that an owner has picked, of those that it had
// picked before, and returns the picks by name. What was picked before stays the pick that
// it was.
func (tx *Tx) PickSections(owner SectionOwner, before []PickedSection, sections []InvoiceCustomSection) ([]PickedSection, error) {
	var picked []PickedSection
	var made []CustomSectionPick
	for _, section := range sections {
		at := slices.IndexFunc(before, func(pick PickedSection) bool { return pick.Section.ID == section.ID })
		if at >= 0 {
			picked = append(picked, before[at])
			continue
		}
		pick := CustomSectionPick{
			ID: NewID(), OwnerType: owner.Type, OwnerID: owner.ID, InvoiceCustomSectionID: section.ID, CreatedAt: tx.now,
		}
		made = append(made, pick)
		picked = append(picked, PickedSection{ID: pick.ID, OwnerID: owner.ID, CreatedAt: pick.CreatedAt, Section: section})
	}
	if err := tx.dropPicks(owner, before, picked); err != nil {
		return nil, err
	}
	sortSections(picked)
	return picked, insertAll(tx, made, batchSize, "picks of custom sections")
}

// dropPicks removes those picks of an owner that it does not keep.
func (tx *Tx) dropPicks(owner SectionOwner, before, kept []PickedSection) error {
	dropped := slices.DeleteFunc(slices.Clone(before), func(pick PickedSection) bool {
		return slices.ContainsFunc(kept, func(other PickedSection) bool { return other.ID == pick.ID })
	})
	return inBatches(dropped, func(part []PickedSection) error {
		ids := rowIDs(part, func(pick *PickedSection) uuid.UUID { return pick.ID })
		err := tx.db.Where("owner_type = ? AND owner_id = ? AND id IN ?", owner.Type, owner.ID, ids).Delete(&CustomSectionPick{}).Error
		if err != nil {
			return fmt.Errorf("delete picks of custom sections: %w", err)
		}
		return nil
	})
}

// SectionsPicked are what owners have picked, by their identifiers: each one's by name.
// Nobody waits for the answer where the organization has never had a custom section.
func (tx *Tx) SectionsPicked(owners []uuid.UUID) (map[uuid.UUID][]PickedSection, error) {
	if !tx.org.UsesCustomSections {
		return nil, nil //nolint:nilnil // nothing is picked
	}
	owners = slices.SortedFunc(slices.Values(owners), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	var picks []PickedSection
	err := inBatches(slices.Compact(owners), func(part []uuid.UUID) error {
		var found []PickedSection
		err := session.Fetch(tx.wantPicks(part, &found))
		picks = append(picks, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find picked custom sections: %w", err)
	}
	return byOwner(picks), nil
}

// byOwner are picks by their owners, each one's by name.
func byOwner(picks []PickedSection) map[uuid.UUID][]PickedSection {
	sortSections(picks)
	picked := map[uuid.UUID][]PickedSection{}
	for _, pick := range picks {
		picked[pick.OwnerID] = append(picked[pick.OwnerID], pick)
	}
	return picked
}

// wantPicks wants what owners have picked.
func (tx *Tx) wantPicks(owners []uuid.UUID, into *[]PickedSection) session.Wanted {
	query := tx.db.Model(&CustomSectionPick{}).
		Select(`custom_section_picks.id, custom_section_picks.owner_id, custom_section_picks.created_at, s.id AS section_id,
			s.organization_id AS section_organization_id, s.code AS section_code, s.name AS section_name, s.display_name AS section_display_name,
			s.details AS section_details, s.description AS section_description, s.created_at AS section_created_at,
			s.updated_at AS section_updated_at`).
		Joins("JOIN invoice_custom_sections s ON s.id = custom_section_picks.invoice_custom_section_id").
		Where("custom_section_picks.owner_id IN ?", owners)
	return session.RowsOf(query, into)
}

// Compare orders custom sections by name.
func (s InvoiceCustomSection) Compare(other InvoiceCustomSection) int {
	return cmp.Or(cmp.Compare(s.Name, other.Name), cmp.Compare(s.Code, other.Code))
}

// sortSections sorts picks by the names of their sections.
func sortSections(picks []PickedSection) {
	slices.SortFunc(picks, func(a, b PickedSection) int { return a.Section.Compare(b.Section) })
}

// LoadSellerSections reads what the billing entity of a customer has picked, which may have
// become another one.
func (tx *Tx) LoadSellerSections(row *Customer) error {
	picked, err := tx.SectionsPicked([]uuid.UUID{row.BillingEntityID})
	row.BillingEntity.Sections = picked[row.BillingEntityID]
	return err
}

// sectionOwners are customers and their billing entities.
func sectionOwners(customers []Customer) []uuid.UUID {
	ids := make([]uuid.UUID, 0, 2*len(customers))
	for i := range customers {
		ids = append(ids, customers[i].ID, customers[i].BillingEntityID)
	}
	return ids
}

// spreadSections gives customers and their billing entities what they have picked.
func spreadSections(customers []Customer, picks []PickedSection) {
	if len(picks) == 0 {
		return
	}
	picked := byOwner(picks)
	for i := range customers {
		customers[i].Sections, customers[i].BillingEntity.Sections = picked[customers[i].ID], picked[customers[i].BillingEntityID]
	}
}

// loadSubscriptionSections fills in the sections that subscriptions have picked.
func (tx *Tx) loadSubscriptionSections(rows []*Subscription) error {
	ids := rowIDs(rows, func(row **Subscription) uuid.UUID { return (*row).ID })
	picked, err := tx.SectionsPicked(ids)
	for _, row := range rows {
		row.Sections = picked[row.ID]
	}
	return err
}

// loadWalletSections fills in the sections that wallets and their rules have picked.
func (tx *Tx) loadWalletSections(rows []Wallet) error {
	var ids []uuid.UUID
	for i := range rows {
		ids = append(ids, rows[i].ID)
		for _, rule := range rows[i].Rules {
			ids = append(ids, rule.ID)
		}
	}
	picked, err := tx.SectionsPicked(ids)
	for i := range rows {
		rows[i].Sections = picked[rows[i].ID]
		for j := range rows[i].Rules {
			rows[i].Rules[j].Sections = picked[rows[i].Rules[j].ID]
		}
	}
	return err
}

// InsertAppliedSections adds the custom sections of invoices.
func (tx *Tx) InsertAppliedSections(rows []AppliedCustomSection) error {
	return insertAll(tx, rows, batchSize, "the custom sections of invoices")
}

// CustomSectionTaken reports whether another custom section has a code.
func (tx *Tx) CustomSectionTaken(code string, except uuid.UUID) (bool, error) {
	other, err := tx.CustomSection(code)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && other.ID != except, err
}
