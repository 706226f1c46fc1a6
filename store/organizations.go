package store

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tarn/store/internal/named"
)

// OrganizationPlan is what an organization pays for; it decides how long
// request logs are kept.
type OrganizationPlan string

// The plans.
const (
	OrganizationPlanFree       OrganizationPlan = "free"
	OrganizationPlanStarter    OrganizationPlan = "starter"
	OrganizationPlanBeta       OrganizationPlan = "beta"
	OrganizationPlanPro        OrganizationPlan = "pro"
	OrganizationPlanEnterprise OrganizationPlan = "enterprise"
)

// RequestLogRetention is how long a request log can be read.
func (p OrganizationPlan) RequestLogRetention() time.Duration {
	const day = 24 * time.Hour
	switch p {
	case OrganizationPlanFree:
		return 7 * day
	case OrganizationPlanStarter:
		return 30 * day
	case OrganizationPlanBeta, OrganizationPlanPro, OrganizationPlanEnterprise:
		return 90 * day
	}
	return 7 * day
}

// Known reports whether there is such a plan.
func (p OrganizationPlan) Known() bool {
	return slices.Contains([]OrganizationPlan{
		OrganizationPlanFree, OrganizationPlanStarter, OrganizationPlanBeta, OrganizationPlanPro, OrganizationPlanEnterprise,
	}, p)
}

// Organization is a tenant: its settings and its clock.
type Organization struct {
	ID   uuid.UUID `gorm:"primaryKey"`
	Name string
	Slug string
	Plan OrganizationPlan
	// AuditLogsPeriod is how many days API logs and activity logs are kept;
	// nil keeps them for ever.
	AuditLogsPeriod      *int
	DefaultCurrency      string
	Country              *string
	Timezone             string
	Email                *string
	DocumentNumberPrefix string
	// PremiumLicensed switches all paid features; PremiumIntegrations are the
	// add-ons, which count only together with it.
	PremiumLicensed     bool
	PremiumIntegrations []string `gorm:"serializer:json"`
	// WebhookRoutes say which of its webhook endpoints get what.
	WebhookRoutes []WebhookRoute `gorm:"serializer:json"`
	// WebhookInbox says whether webhooks are kept that no endpoint gets; see
	// KeepsWebhooks.
	WebhookInbox *bool
	// DocumentedWebhooksOnly leaves out the types that the published document lacks.
	DocumentedWebhooksOnly bool
	// UsesCustomSections says that a custom section was made once. Where none was, nobody
	// looks for any.
	UsesCustomSections bool
	// HMACKey signs webhooks, in its usual spelling.
	HMACKey uuid.UUID
	// FrozenAt is the instant at which the organization's clock stands; nil
	// means real time.
	FrozenAt  *time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
}

// OrganizationSettings are an organization with the rows that the rest of its
// settings lie in.
type OrganizationSettings struct {
	Organization Organization
	// BillingEntity is the default one.
	BillingEntity BillingEntity
	// WebhookEndpoints are all endpoints, oldest first.
	WebhookEndpoints []WebhookEndpoint
}

// Premium reports whether the licence is on.
func (o Organization) Premium() bool { return o.PremiumLicensed }

// AddOn reports whether a premium add-on is on.
func (o Organization) AddOn(name string) bool {
	return o.PremiumLicensed && slices.Contains(o.PremiumIntegrations, name)
}

// AuditLogsSince is the oldest instant whose API and activity logs are kept at
// now; the zero time when all are.
func (o Organization) AuditLogsSince(now time.Time) time.Time {
	if o.AuditLogsPeriod == nil {
		return time.Time{}
	}
	return now.AddDate(0, 0, -*o.AuditLogsPeriod)
}

// RequestLogsSince is the oldest instant whose request logs are kept at now.
func (o Organization) RequestLogsSince(now time.Time) time.Time {
	return now.Add(-o.Plan.RequestLogRetention())
}

// Organizations lists the tenants, newest first. Each was made at its own time,
// so it is the order of their identifiers that tells.
func (sys *System) Organizations(page Page) (List[Organization], error) {
	return list[Organization](sys.db.Model(&Organization{}), page, "id DESC")
}

// Organization finds a tenant; ErrNotFound when there is none.
func (sys *System) Organization(id uuid.UUID) (Organization, error) {
	var org Organization
	err := sys.db.Take(&org, "id = ?", id).Error
	return org, known(err)
}

// HasOrganizations reports whether any tenant exists.
func (sys *System) HasOrganizations() (bool, error) {
	var count int64
	err := sys.db.Model(&Organization{}).Limit(1).Count(&count).Error
	return count > 0, err
}

// OrganizationBySlug finds a tenant by its short name; ErrNotFound when there is
// none.
func (sys *System) OrganizationBySlug(slug string) (Organization, error) {
	var org Organization
	err := sys.db.Take(&org, "slug = ?", slug).Error
	return org, known(err)
}

// InsertOrganization adds a tenant. ErrDuplicate when the slug is taken; the
// transaction can go on then and try another.
func (sys *System) InsertOrganization(org *Organization) error {
	now := sys.store.Instant(*org)
	org.CreatedAt, org.UpdatedAt = now, now
	org.HMACKey = uuid.New()
	if org.WebhookRoutes == nil {
		org.WebhookRoutes = []WebhookRoute{}
	}
	result := sys.db.Clauses(ignoreDuplicates).Create(org)
	if result.Error != nil {
		return fmt.Errorf("insert the organization: %w", known(result.Error))
	}
	if result.RowsAffected == 0 {
		return ErrDuplicate
	}
	return sys.insertPortalKey(*org)
}

// UpdateOrganization stores all settings but the clock, what webhooks need, and whether
// there are custom sections.
func (tx *Tx) UpdateOrganization(org Organization) error {
	org.UpdatedAt = tx.now
	err := tx.system().Model(&Organization{ID: tx.organizationID()}).
		Select("*").Omit("id", "webhook_routes", "uses_custom_sections", "hmac_key", "frozen_at", "created_at").Updates(org).Error
	if err != nil {
		return fmt.Errorf("update the organization: %w", known(err))
	}
	tx.org = org
	return nil
}

// SetClock moves the organization's clock: to a frozen instant, or to real
// time when frozen is nil. The transaction must be of SourceSystem, and have
// locked an organization that was on real time.
func (tx *Tx) SetClock(frozen *time.Time) error {
	if err := errors.Join(tx.doLast(), tx.writeTrail()); err != nil {
		return err
	}
	err := tx.system().Model(&Organization{ID: tx.organizationID()}).UpdateColumn("frozen_at", frozen).Error
	if err != nil {
		return fmt.Errorf("move the clock: %w", err)
	}
	tx.org.FrozenAt = frozen
	// The new month gets its log tables when a log is written in it: a journey
	// through quiet years shall leave none behind.
	tx.now = tx.store.Instant(tx.org)
	return nil
}

// LockOrganization makes other transactions that lock it wait for this one, and
// reads its settings again. It comes before everything else in a transaction,
// since the clock may have been frozen while it waited: Now is right after it.
func (tx *Tx) LockOrganization() error {
	var org Organization
	err := tx.system().Clauses(forClock).Take(&org, "id = ?", tx.organizationID()).Error
	if err != nil {
		return fmt.Errorf("lock the organization: %w", known(err))
	}
	tx.org = org
	if org.FrozenAt != nil {
		tx.now = tx.store.Instant(org)
	}
	return nil
}

// DeleteOrganization removes the tenant and everything it owns. It waits for
// the transactions that write for it.
func (tx *Tx) DeleteOrganization() error {
	tx.trail, tx.last = trail{}, nil
	var org Organization
	if err := tx.system().Clauses(forUpdate).Take(&org, "id = ?", tx.organizationID()).Error; err != nil {
		return fmt.Errorf("lock the organization: %w", known(err))
	}
	for _, log := range []any{&ActivityLog{}, &APILog{}, &RequestLog{}, &LogCount{}, &Event{}, &UsageMark{}} {
		if err := tx.db.Where("1 = 1").Delete(log).Error; err != nil {
			return fmt.Errorf("delete the organization's logs and events: %w", err)
		}
	}
	result := tx.system().Delete(&Organization{}, "id = ?", tx.organizationID())
	if result.Error != nil {
		return fmt.Errorf("delete the organization: %w", result.Error)
	}
	for _, counts := range []any{&InvoiceCount{}, &RowCount{}} { // triggers have kept them until now
		if err := tx.db.Where("1 = 1").Delete(counts).Error; err != nil {
			return fmt.Errorf("delete the counts of the organization's rows: %w", err)
		}
	}
	return nil
}

// system is for the organization's own row, which names no organization
// besides itself; statements with it are limited to the tenant's id.
func (tx *Tx) system() *gorm.DB { return tx.db.Set(scopeKey, systemScope{}) }

// NextInSequence counts one up in a named sequence of the organization and
// returns the new value, starting at 1. A rolled-back transaction leaves no
// gap; concurrent transactions wait for each other.
func (tx *Tx) NextInSequence(name string) (int64, error) {
	var value int64
	err := tx.sql(`INSERT INTO sequences (organization_id, name, value) VALUES ({organization}, {name}, 1)
		ON CONFLICT (organization_id, name) DO UPDATE SET value = sequences.value + 1 RETURNING value`,
		named.Arguments{"name": name}).Scan(&value).Error
	if err != nil {
		return 0, fmt.Errorf("count up the sequence %s: %w", name, err)
	}
	return value, nil
}

// lockSequence makes other transactions that use a named sequence wait for this
// one, without counting.
func (tx *Tx) lockSequence(name string) error {
	_, err := tx.exec(`INSERT INTO sequences (organization_id, name, value) VALUES ({organization}, {name}, 0)
		ON CONFLICT (organization_id, name) DO UPDATE SET value = sequences.value`, named.Arguments{"name": name})
	if err != nil {
		return fmt.Errorf("lock the sequence %s: %w", name, err)
	}
	return nil
}

// SlugTaken reports whether another organization has a short name.
func (tx *Tx) SlugTaken(slug string) (bool, error) {
	var count int64
	err := tx.system().Model(&Organization{}).Where("slug = ? AND id <> ?", slug, tx.organizationID()).Count(&count).Error
	return count > 0, err
}
