package engine

import (
	"regexp"
	"slices"
	"strings"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// minSlugLength is the least length of an organization's short name.
const minSlugLength = 3

// slugForm is how a short name is spelled.
var slugForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// reservedSlugs are the short names that nobody can have, because they are or
// may become parts of the server's own addresses.
var reservedSlugs = []string{
	"admin", "api", "app", "customer-portal", "docs", "health", "login", "metrics", "openapi", "ready",
	"static", "status", "support", "www",
}

// OrganizationSettingsInput is what an organization says of itself. What is
// absent stays as it is.
type OrganizationSettingsInput struct {
	// Slug is the short name, in any case.
	Slug form.Optional[string]
	// WebhookURL is the address of the first webhook endpoint, which is made
	// when there is none.
	WebhookURL form.Optional[string]
	// BillingEntity are the settings that the organization shares with its
	// default billing entity. Its numbering is per_customer or
	// per_organization.
	BillingEntity BillingEntityInput
}

// UpdateOrganizationSettings changes what an organization may change of itself.
// Everything but the short name and the webhook's address holds for the default
// billing entity too.
//
// Lago: the change is recorded as one of the default billing entity. tarn also
// records what changes of the organization and of the endpoint.
func UpdateOrganizationSettings(tx *store.Tx, in OrganizationSettingsInput) (store.OrganizationSettings, error) {
	settings, err := settingsForUpdate(tx)
	if err != nil {
		return settings, err
	}
	before, old := audit.Before(audit.BillingEntity(settings.BillingEntity)), settings.BillingEntity
	shared := in.BillingEntity
	if numbering, err := shared.DocumentNumbering.Get(); err == nil && numbering == numberedPerOrganization {
		shared.DocumentNumbering.Set(store.NumberedPerEntity)
	}
	details := setBillingEntity(tx, &settings.BillingEntity, shared)
	mirrorToOrganization(&settings.Organization, settings.BillingEntity, shared)
	if err := setSlug(tx, details, &settings.Organization, in.Slug); err != nil {
		return settings, err
	}
	endpoint, refused, err := firstWebhookEndpoint(tx, settings.WebhookEndpoints, in.WebhookURL)
	if err != nil {
		return settings, err
	}
	details.Merge(refused)
	if err := details.Err(); err != nil {
		return settings, err
	}
	if err := saveOrganization(tx, &settings.Organization); err != nil {
		return settings, err
	}
	if err := saveBillingEntity(tx, before, old, &settings.BillingEntity, shared); err != nil {
		return settings, err
	}
	settings.WebhookEndpoints, err = saveFirstWebhookEndpoint(tx, settings.WebhookEndpoints, endpoint)
	return settings, err
}

// settingsForUpdate reads an organization's settings, and makes others that
// would change them wait.
func settingsForUpdate(tx *store.Tx) (store.OrganizationSettings, error) {
	var settings store.OrganizationSettings
	if err := tx.LockOrganization(); err != nil {
		return settings, err
	}
	settings.Organization = tx.Organization()
	var err error
	if settings.BillingEntity, err = tx.DefaultBillingEntityForUpdate(); err != nil {
		return settings, err
	}
	settings.WebhookEndpoints, err = tx.OldestWebhookEndpoints()
	return settings, err
}

// mirrorToOrganization gives the organization what an input changed of its
// default billing entity and both have.
func mirrorToOrganization(organization *store.Organization, entity store.BillingEntity, in BillingEntityInput) {
	if in.DefaultCurrency.IsSpecified() {
		organization.DefaultCurrency = entity.DefaultCurrency
	}
	if in.Address.Country.IsSpecified() {
		organization.Country = entity.Address.Country
	}
	if in.Timezone.IsSpecified() {
		organization.Timezone = entity.Timezone
	}
	if in.Email.IsSpecified() {
		organization.Email = entity.Email
	}
	if in.DocumentNumberPrefix.IsSpecified() {
		organization.DocumentNumberPrefix = entity.DocumentNumberPrefix
	}
}

// setSlug puts the short name into the row and checks it.
func setSlug(tx *store.Tx, details fault.Details, organization *store.Organization, input form.Optional[string]) error {
	if !input.IsSpecified() {
		return nil
	}
	slug, _ := input.Get()
	slug = strings.ToLower(strings.TrimSpace(slug))
	organization.Slug = slug
	switch {
	case slug == "":
		details.Add("slug", fault.CodeMandatory)
	case len(slug) < minSlugLength:
		details.Add("slug", fault.CodeTooShort)
	case len(slug) > maxSlugLength:
		details.Add("slug", fault.CodeTooLong)
	case !slugForm.MatchString(slug):
		details.Add("slug", fault.CodeInvalid)
	case slices.Contains(reservedSlugs, slug):
		details.Add("slug", fault.CodeReserved)
	default:
		taken, err := tx.SlugTaken(slug)
		if err != nil {
			return err
		}
		if taken {
			details.Add("slug", fault.CodeAlreadyExist)
		}
	}
	return nil
}

// firstWebhookEndpoint is the first endpoint with another address, or a new
// one; none when the input names no address.
func firstWebhookEndpoint(tx *store.Tx, present []store.WebhookEndpoint, address form.Optional[string]) (*store.WebhookEndpoint, fault.Details, error) {
	if !address.IsSpecified() {
		return nil, nil, nil
	}
	endpoint := store.WebhookEndpoint{ID: store.NewID(), SignatureAlgo: signatureJWT}
	if len(present) > 0 {
		endpoint = present[0]
	}
	details, err := setWebhookEndpoint(tx, &endpoint, WebhookEndpointInput{WebhookURL: address})
	return &endpoint, details, err
}

// saveFirstWebhookEndpoint stores the first endpoint and returns all of them.
func saveFirstWebhookEndpoint(tx *store.Tx, present []store.WebhookEndpoint, endpoint *store.WebhookEndpoint) ([]store.WebhookEndpoint, error) {
	switch {
	case endpoint == nil:
		return present, nil
	case len(present) == 0:
		if err := tx.InsertWebhookEndpoint(endpoint); err != nil {
			return nil, form.Taken(err, "webhook_url")
		}
		if err := tx.RouteWebhooks(); err != nil {
			return nil, err
		}
		return []store.WebhookEndpoint{*endpoint}, audit.Created(tx, audit.WebhookEndpoint(*endpoint))
	}
	before := audit.Before(audit.WebhookEndpoint(present[0]))
	if err := tx.UpdateWebhookEndpoint(endpoint); err != nil {
		return nil, form.Taken(err, "webhook_url")
	}
	all := append([]store.WebhookEndpoint{*endpoint}, present[1:]...)
	return all, audit.Updated(tx, before, audit.WebhookEndpoint(*endpoint))
}

// saveOrganization stores an organization's own row, if anything of it changed.
func saveOrganization(tx *store.Tx, organization *store.Organization) error {
	if sameSettings(tx.Organization(), *organization) {
		return nil
	}
	before := audit.Before(audit.Organization(tx.Organization()))
	if err := tx.UpdateOrganization(*organization); err != nil {
		return form.Taken(err, "slug")
	}
	*organization = tx.Organization()
	return audit.Updated(tx, before, audit.Organization(*organization))
}

// sameSettings reports whether two rows agree in what an organization may
// change of itself.
func sameSettings(a, b store.Organization) bool {
	return a.Slug == b.Slug && a.DefaultCurrency == b.DefaultCurrency && a.Timezone == b.Timezone &&
		a.DocumentNumberPrefix == b.DocumentNumberPrefix && form.Equal(a.Country, b.Country) && form.Equal(a.Email, b.Email)
}
