package store

import (
	"fmt"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// taxLink says that a row of some table has a tax of its own.
type taxLink struct {
	OwnerID uuid.UUID
	TaxID   uuid.UUID
}

// relinkTaxes puts other links in the place of those that a query finds. owner
// says in errors whose they are.
func relinkTaxes[Link any](tx *Tx, present *gorm.DB, links []Link, owner string) error {
	if err := present.Delete(new(Link)).Error; err != nil {
		return fmt.Errorf("detach the taxes of %s: %w", owner, err)
	}
	if len(links) == 0 {
		return nil
	}
	if err := tx.db.Clauses(ignoreDuplicates).CreateInBatches(&links, batchSize).Error; err != nil {
		return fmt.Errorf("attach the taxes of %s: %w", owner, known(err))
	}
	return nil
}

// linkedTaxes reads the taxes of links, by owner. Each owner's come by name;
// deleted ones are left out.
func (tx *Tx) linkedTaxes(links []taxLink) (map[uuid.UUID][]Tax, error) {
	owners := map[uuid.UUID][]uuid.UUID{}
	var ids []uuid.UUID
	for _, link := range links {
		if owners[link.TaxID] == nil {
			ids = append(ids, link.TaxID)
		}
		owners[link.TaxID] = append(owners[link.TaxID], link.OwnerID)
	}
	var taxes []Tax
	err := inBatches(ids, func(part []uuid.UUID) error {
		var found []Tax
		err := tx.db.Where("id IN ? AND deleted_at IS NULL", part).Find(&found).Error
		taxes = append(taxes, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read linked taxes: %w", err)
	}
	if err := inBatches(taxes, tx.loadTaxedEntities); err != nil {
		return nil, err
	}
	slices.SortFunc(taxes, compareTaxes)
	byOwner := map[uuid.UUID][]Tax{}
	for _, tax := range taxes {
		for _, owner := range owners[tax.ID] {
			byOwner[owner] = append(byOwner[owner], tax)
		}
	}
	return byOwner, nil
}
