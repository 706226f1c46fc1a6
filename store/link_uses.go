package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// linkUse says that a link has done something once. Links are known by their
// signatures.
type linkUse struct {
	OrganizationID uuid.UUID `gorm:"primaryKey"`
	Signature      []byte    `gorm:"primaryKey"`
	Action         string    `gorm:"primaryKey"`
	ExpiresAt      time.Time
}

// UseLink notes that the link of a token, which OpenLink has opened, does something;
// first reports whether it does it for the first time. Of several transactions that use
// it at once, one is the first. What links were used for that have expired is forgotten.
func (tx *Tx) UseLink(token string, link Link, action string) (first bool, err error) {
	decoded, err := decodeLink(token)
	if err != nil {
		return false, err
	}
	if err := tx.db.Where("expires_at <= ?", tx.now).Delete(&linkUse{}).Error; err != nil {
		return false, fmt.Errorf("forget the uses of links: %w", err)
	}
	row := linkUse{Signature: decoded[linkSignedSize:], Action: action, ExpiresAt: link.ExpiresAt}
	result := tx.db.Clauses(ignoreDuplicates).Create(&row)
	if result.Error != nil {
		return false, fmt.Errorf("insert the use of a link: %w", known(result.Error))
	}
	return result.RowsAffected > 0, nil
}

// LinkUsed reports whether the link of a token has done something.
func (tx *Tx) LinkUsed(token, action string) (bool, error) {
	decoded, err := decodeLink(token)
	if err != nil {
		return false, err
	}
	return exists(tx.db.Model(&linkUse{}).Where("signature = ? AND action = ?", decoded[linkSignedSize:], action))
}
