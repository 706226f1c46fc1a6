package store

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// PrivilegeType says which values a privilege takes.
type PrivilegeType string

// The types of privileges of the contract.
const (
	PrivilegeInteger PrivilegeType = "integer"
	PrivilegeString  PrivilegeType = "string"
	PrivilegeBoolean PrivilegeType = "boolean"
	// PrivilegeSelect takes one of a list of texts.
	PrivilegeSelect PrivilegeType = "select"
)

// Known reports whether there is such a type.
func (t PrivilegeType) Known() bool {
	switch t {
	case PrivilegeInteger, PrivilegeString, PrivilegeBoolean, PrivilegeSelect:
		return true
	}
	return false
}

// Feature is something that plans can grant.
type Feature struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	Code           string
	Name           *string
	Description    *string
	// SearchText is what a search looks through. It is written with the fields
	// that it is made of.
	SearchText string
	DeletedAt  *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
	// Privileges are read with the feature, oldest first; SavePrivileges
	// writes them.
	Privileges []Privilege `gorm:"-"`
}

// Privilege is a property of a feature, for which a plan that grants the
// feature may have a value.
type Privilege struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	FeatureID      uuid.UUID
	// Code is unique within the feature.
	Code      string
	Name      *string
	ValueType PrivilegeType
	Config    PrivilegeConfig `gorm:"serializer:json"`
	DeletedAt *time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
}

// PrivilegeConfig is what the type of a privilege needs to know more.
type PrivilegeConfig struct {
	// SelectOptions are the values of a select; other types have none.
	SelectOptions []string `json:"select_options,omitempty"`
}

// Features lists the features that are not deleted, newest first. A search
// looks for a part of the code, the name or the description, in upper or lower
// case; an empty one finds all.
func (tx *Tx) Features(search string, page Page) (List[Feature], error) {
	query := tx.db.Model(&Feature{}).Where("deleted_at IS NULL")
	if search = strings.TrimSpace(search); search != "" {
		query = query.Where(`search_text LIKE ? ESCAPE '\'`, "%"+escapeLike(strings.ToLower(search))+"%")
	}
	result, err := list[Feature](query, page, "created_at DESC, id")
	if err != nil {
		return result, err
	}
	return result, inBatches(result.Rows, tx.loadPrivileges)
}

// Feature finds a feature by its code; ErrNotFound when there is none or it is
// deleted.
func (tx *Tx) Feature(code string) (Feature, error) { return tx.feature(tx.db, code) }

// FeatureForUpdate is Feature for a transaction that will change the feature or
// its privileges: others that would do the same, or grant it, wait.
func (tx *Tx) FeatureForUpdate(code string) (Feature, error) { return tx.feature(tx.locked(), code) }

func (tx *Tx) feature(query *gorm.DB, code string) (Feature, error) {
	row, err := one[Feature](query.Where("code = ? AND deleted_at IS NULL", code))
	if err != nil {
		return row, err
	}
	rows := []Feature{row}
	err = tx.loadPrivileges(rows)
	return rows[0], err
}

// FeaturesByCode finds those of the codes that exist. Until the transaction
// ends, nobody else changes or deletes the features.
func (tx *Tx) FeaturesByCode(codes []string) ([]Feature, error) {
	var rows []Feature
	err := inBatches(codes, func(part []string) error {
		var found []Feature
		err := tx.shared().Where("code IN ? AND deleted_at IS NULL", part).Order("id").Find(&found).Error
		rows = append(rows, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find features: %w", err)
	}
	return rows, inBatches(rows, tx.loadPrivileges)
}

// FeatureCodeTaken reports whether a feature that is not deleted has the code.
func (tx *Tx) FeatureCodeTaken(code string) (bool, error) {
	var count int64
	err := tx.db.Model(&Feature{}).Where("code = ? AND deleted_at IS NULL", code).Count(&count).Error
	return count > 0, err
}

// InsertFeature adds a feature without its privileges; ErrDuplicate when the
// code is taken.
func (tx *Tx) InsertFeature(row *Feature) error {
	row.SearchText = row.searchText()
	if err := tx.db.Create(row).Error; err != nil {
		return fmt.Errorf("insert the feature: %w", known(err))
	}
	return nil
}

// UpdateFeature stores the name and the description of a feature.
func (tx *Tx) UpdateFeature(row *Feature) error {
	row.SearchText = row.searchText()
	err := tx.db.Model(row).Select("name", "description", "search_text", "updated_at").Updates(row).Error
	if err != nil {
		return fmt.Errorf("update the feature: %w", err)
	}
	return nil
}

// SavePrivileges stores the privileges of a feature, new ones and changed ones;
// ErrDuplicate when two have one code.
func (tx *Tx) SavePrivileges(row *Feature) error {
	if len(row.Privileges) == 0 {
		return nil
	}
	for i := range row.Privileges {
		row.Privileges[i].FeatureID = row.ID
	}
	err := tx.db.Clauses(replacing("name", "config", "updated_at")).CreateInBatches(&row.Privileges, batchSize).Error
	if err != nil {
		return fmt.Errorf("save privileges: %w", known(err))
	}
	return nil
}

// DeletePrivilege hides a privilege, and removes its values from everything
// that grants its feature.
func (tx *Tx) DeletePrivilege(row *Privilege) error {
	now := tx.now
	row.DeletedAt = &now
	if err := tx.db.Model(row).Select("deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("delete the privilege: %w", err)
	}
	if err := tx.db.Where("privilege_id = ?", row.ID).Delete(&EntitlementValue{}).Error; err != nil {
		return fmt.Errorf("delete the values of the privilege: %w", err)
	}
	return nil
}

// DeleteFeature hides a feature and its privileges, and takes it from
// everything that grants it. The row that is handed in keeps its privileges, so
// that they can still be shown.
func (tx *Tx) DeleteFeature(row *Feature) error {
	now := tx.now
	row.DeletedAt = &now
	if err := tx.db.Model(row).Select("deleted_at", "updated_at").Updates(row).Error; err != nil {
		return fmt.Errorf("delete the feature: %w", err)
	}
	err := tx.db.Model(&Privilege{}).Where("feature_id = ? AND deleted_at IS NULL", row.ID).Update("deleted_at", now).Error
	if err != nil {
		return fmt.Errorf("delete the privileges of the feature: %w", err)
	}
	return tx.deleteEntitlements(func(query *gorm.DB) *gorm.DB { return query.Where("feature_id = ?", row.ID) })
}

// loadPrivileges fills in the privileges of features.
func (tx *Tx) loadPrivileges(features []Feature) error {
	index := make(map[uuid.UUID]*Feature, len(features))
	ids := make([]uuid.UUID, len(features))
	for i := range features {
		ids[i] = features[i].ID
		index[features[i].ID] = &features[i]
	}
	if len(ids) == 0 {
		return nil
	}
	var privileges []Privilege
	err := tx.db.Where("feature_id IN ? AND deleted_at IS NULL", ids).Order("created_at, id").Find(&privileges).Error
	if err != nil {
		return fmt.Errorf("find the privileges of features: %w", err)
	}
	for _, privilege := range privileges {
		feature := index[privilege.FeatureID]
		feature.Privileges = append(feature.Privileges, privilege)
	}
	return nil
}

// searchText is what a search looks through, in lower case: databases know
// fewer letters than Go does, and not all the same ones.
func (f *Feature) searchText() string {
	texts := []string{f.Code}
	for _, text := range []*string{f.Name, f.Description} {
		if text != nil {
			texts = append(texts, *text)
		}
	}
	return strings.ToLower(strings.Join(texts, "\n"))
}
