package engine

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/jobs"
	"tarn/payments"
	"tarn/store"
)

// OrganizationInput is what the administrator says of an organization. On
// creation, what is absent gets its default; on update it stays as it is.
type OrganizationInput struct {
	Name  form.Optional[string]
	Email form.Optional[string]
	Plan  form.Optional[string]
	// AuditLogsPeriod is in days; null keeps API and activity logs for ever.
	AuditLogsPeriod      form.Optional[int]
	DefaultCurrency      form.Optional[string]
	Country              form.Optional[string]
	Timezone             form.Optional[string]
	DocumentNumberPrefix form.Optional[string]
	PremiumLicensed      form.Optional[bool]
	// PremiumIntegrations is the complete list of the add-ons that are on.
	PremiumIntegrations form.Optional[[]string]
	// WebhookInbox keeps events that no endpoint gets; null keeps them while the clock
	// is frozen.
	WebhookInbox           form.Optional[bool]
	DocumentedWebhooksOnly form.Optional[bool]
}

// NewOrganization is an organization that was just made, with the value of its
// first key, which nobody can read again.
type NewOrganization struct {
	Organization store.Organization
	APIKey       store.APIKey
	KeyValue     string
}

// The bounds of an organization's settings.
const (
	maxNameLength      = 255
	maxPrefixLength    = 10
	maxAuditLogsPeriod = 36_500
	maxSlugLength      = 40
)

// earliestClock and latestClock are the years within which a clock may start.
const (
	earliestClock = 1970
	latestClock   = 2199
)

// currencyCode is the form of a currency's code.
var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

// machineZone is what Go calls the zone of the machine, of which nobody else knows which it is.
const machineZone = "Local"

// premiumIntegrations are the add-ons in alphabetical order.
var premiumIntegrations = []string{
	"analytics_dashboards", "api_permissions", "auto_dunning", "avalara", "beta_payment_authorization",
	"custom_roles", "entra_id", "events_targeting_wallets", "forecasted_usage", "from_email",
	"granular_lifetime_usage", "hubspot", "issue_receipts", "lifetime_usage", "manual_payments",
	"multi_entities_enterprise", "multi_entities_pro", "netsuite", "okta", "order_forms", "preview",
	"progressive_billing", "projected_usage", "remove_branding_watermark", "revenue_analytics",
	"revenue_recognition", "revenue_share", "salesforce", "security_logs", "xero",
}

// CreateOrganization adds an organization with all it needs to be used: its
// default billing entity, a key that may do everything, and the schedule of its
// logs. All paid features are on. FrozenAt stops its clock from the start; nil
// leaves it on real time. Request is the request that asked for it, if any.
func CreateOrganization(sys *store.System, request uuid.UUID, frozenAt *time.Time, in OrganizationInput) (NewOrganization, error) {
	return createOrganization(sys, request, frozenAt, in, APIKeyInput{})
}

// createOrganization is CreateOrganization with a word in what the key is.
func createOrganization(sys *store.System, request uuid.UUID, frozenAt *time.Time, in OrganizationInput, first APIKeyInput) (NewOrganization, error) {
	id := store.NewID()
	org := store.Organization{
		ID: id, Plan: store.OrganizationPlanFree, DefaultCurrency: "USD", Timezone: "UTC",
		PremiumLicensed: true, PremiumIntegrations: slices.Clone(premiumIntegrations), FrozenAt: frozenAt,
	}
	name, _ := in.Name.Get()
	org.DocumentNumberPrefix = documentNumberPrefix(name, id)
	details := setOrganization(&org, in)
	if frozenAt != nil && (frozenAt.UTC().Year() < earliestClock || frozenAt.UTC().Year() > latestClock) {
		details.Add("clock.now", fault.CodeOutOfRange)
	}
	if err := details.Err(); err != nil {
		return NewOrganization{}, err
	}
	if err := insertOrganization(sys, &org); err != nil {
		return NewOrganization{}, err
	}
	tx, err := sys.As(store.Scope{Organization: id, Source: store.SourceSystem, Request: request})
	if err != nil {
		return NewOrganization{}, err
	}
	entity := defaultBillingEntity(org)
	if err := tx.InsertBillingEntity(&entity); err != nil {
		return NewOrganization{}, err
	}
	key, value, err := CreateAPIKey(tx, first)
	if err != nil {
		return NewOrganization{}, err
	}
	at, err := nextRetention(tx)
	if err != nil {
		return NewOrganization{}, err
	}
	return NewOrganization{Organization: org, APIKey: key, KeyValue: value}, jobs.Enqueue(tx, retention(at))
}

// UpdateOrganization changes an organization's settings. Logs that a shorter
// retention no longer keeps are removed at once.
func UpdateOrganization(tx *store.Tx, in OrganizationInput) (store.Organization, error) {
	if err := tx.LockOrganization(); err != nil {
		return store.Organization{}, err
	}
	old := tx.Organization()
	before, org := audit.Before(audit.Organization(old)), old
	if err := setOrganization(&org, in).Err(); err != nil {
		return old, err
	}
	if err := tx.UpdateOrganization(org); err != nil {
		return old, err
	}
	org = tx.Organization()
	if err := mirrorToBillingEntity(tx, old, org, in); err != nil {
		return old, err
	}
	if org.Plan != old.Plan || !form.Equal(org.AuditLogsPeriod, old.AuditLogsPeriod) {
		if err := scheduleRetention(tx); err != nil {
			return old, err
		}
	}
	if org.AddOn("auto_dunning") && !old.AddOn("auto_dunning") {
		if err := payments.ScheduleAllDunning(tx); err != nil {
			return old, err
		}
	}
	return org, audit.Updated(tx, before, audit.Organization(org))
}

// DeleteOrganization removes an organization with everything it owns, logs
// included, and returns what it was.
func DeleteOrganization(tx *store.Tx) (store.Organization, error) {
	return tx.Organization(), tx.DeleteOrganization()
}

// setOrganization puts the input into the row and checks the rules.
func setOrganization(org *store.Organization, in OrganizationInput) fault.Details {
	plan := string(org.Plan)
	form.Assign(&org.Name, in.Name)
	form.Assign(&plan, in.Plan)
	form.Assign(&org.DefaultCurrency, in.DefaultCurrency)
	form.Assign(&org.Timezone, in.Timezone)
	form.Assign(&org.DocumentNumberPrefix, in.DocumentNumberPrefix)
	form.Assign(&org.PremiumLicensed, in.PremiumLicensed)
	form.Assign(&org.PremiumIntegrations, in.PremiumIntegrations)
	form.AssignNullable(&org.Email, in.Email)
	form.AssignNullable(&org.AuditLogsPeriod, in.AuditLogsPeriod)
	form.AssignNullable(&org.Country, in.Country)
	form.AssignNullable(&org.WebhookInbox, in.WebhookInbox)
	form.Assign(&org.DocumentedWebhooksOnly, in.DocumentedWebhooksOnly)
	org.Email, org.Plan = form.CleanEmail(org.Email), store.OrganizationPlan(plan)
	org.DocumentNumberPrefix = strings.ToUpper(org.DocumentNumberPrefix) // as the billing entity's

	details := fault.Details{}
	form.CheckFilled(details, "name", org.Name, maxNameLength)
	form.CheckFilled(details, "document_number_prefix", org.DocumentNumberPrefix, maxPrefixLength)
	form.CheckCountry(details, "country", org.Country)
	if org.Email != nil && !form.IsEmail(*org.Email) {
		details.Add("email", "invalid_email_format")
	}
	if !org.Plan.Known() {
		details.Add("plan", fault.CodeInvalid)
	}
	if days := org.AuditLogsPeriod; days != nil && (*days < 1 || *days > maxAuditLogsPeriod) {
		details.Add("audit_logs_period", fault.CodeOutOfRange)
	}
	if !currencyCode.MatchString(org.DefaultCurrency) {
		details.Add("default_currency", fault.CodeInvalid)
	}
	if _, err := time.LoadLocation(org.Timezone); err != nil || org.Timezone == "" || org.Timezone == machineZone {
		details.Add("timezone", fault.CodeInvalid)
	}
	for i, name := range org.PremiumIntegrations {
		if _, known := slices.BinarySearch(premiumIntegrations, name); !known {
			details.Add("premium.integrations."+strconv.Itoa(i), fault.CodeInvalid)
		}
	}
	org.PremiumIntegrations = form.SortedSet(org.PremiumIntegrations)
	return details
}

// insertOrganization finds a slug that is free: the name alone, or with as much
// of the identifier as it takes.
func insertOrganization(sys *store.System, org *store.Organization) error {
	base, id := slugOf(org.Name), strings.ReplaceAll(org.ID.String(), "-", "")
	org.Slug = base
	var err error
	for _, digits := range []int{4, 8, 12, len(id)} {
		if err = sys.InsertOrganization(org); !errors.Is(err, store.ErrDuplicate) {
			return err
		}
		org.Slug = base + "-" + id[len(id)-digits:]
	}
	return sys.InsertOrganization(org)
}

// slugOf spells a name in lower-case letters and digits, with hyphens for all
// else.
func slugOf(name string) string {
	var slug strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case slug.Len() >= maxSlugLength:
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			slug.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
			// The accent of the letter before.
		case slug.Len() > 0 && !strings.HasSuffix(slug.String(), "-"):
			slug.WriteByte('-')
		}
	}
	if text := strings.Trim(slug.String(), "-"); text != "" {
		return text
	}
	return "organization"
}

// documentNumberPrefix is what an organization's document numbers begin with
// unless it chooses otherwise: ACM-4A1C for Acme.
func documentNumberPrefix(name string, id uuid.UUID) string {
	letters := []rune(strings.TrimSpace(name))
	text := id.String()
	return strings.ToUpper(string(letters[:min(3, len(letters))]) + "-" + text[len(text)-4:])
}

// defaultBillingEntity is the billing entity that comes with an organization
// and shares its identifier.
func defaultBillingEntity(org store.Organization) store.BillingEntity {
	entity := newBillingEntity(org.ID, org.Slug, org.Name)
	entity.IsDefault = true
	entity.DefaultCurrency, entity.Timezone = org.DefaultCurrency, org.Timezone
	entity.Address.Country, entity.Email = org.Country, org.Email
	entity.DocumentNumberPrefix = org.DocumentNumberPrefix
	return entity
}

// mirrorToBillingEntity gives the default billing entity what the administrator
// changed of the organization and both have.
func mirrorToBillingEntity(tx *store.Tx, old, changed store.Organization, in OrganizationInput) error {
	if sameSettings(old, changed) {
		return nil
	}
	entity, err := tx.DefaultBillingEntityForUpdate()
	if err != nil {
		return err
	}
	before, unchanged := audit.Before(audit.BillingEntity(entity)), entity
	shared := BillingEntityInput{
		Email: in.Email, DefaultCurrency: in.DefaultCurrency, Timezone: in.Timezone,
		DocumentNumberPrefix: in.DocumentNumberPrefix, Address: AddressInput{Country: in.Country},
	}
	// What the administrator may set depends on no licence.
	assignBillingEntity(&entity, shared, true)
	return saveBillingEntity(tx, before, unchanged, &entity, shared)
}
