package payments

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/store"
)

// CampaignInput is what the administrator says of a dunning campaign. On update, what is
// absent stays as it is.
type CampaignInput struct {
	Code        form.Optional[string]
	Name        form.Optional[string]
	Description form.Optional[string]
	// MaxAttempts is how often a customer is reminded in each currency.
	MaxAttempts         form.Optional[int]
	DaysBetweenAttempts form.Optional[int]
	// Thresholds replace all that there were.
	Thresholds form.Optional[[]CampaignThreshold]
}

// CampaignThreshold is what must be overdue in a currency for a reminder.
type CampaignThreshold struct {
	Currency    string
	AmountCents int64
}

const (
	// maxCampaignText is how many characters code and name have at most.
	maxCampaignText = 255
	// maxCampaignNumber bounds attempts and the days between them.
	maxCampaignNumber = 1000
)

// licensedForDunning refuses organizations without the premium integration with a Denied
// fault.
func licensedForDunning(tx *store.Tx) error {
	if !tx.Organization().AddOn("auto_dunning") {
		return fault.Denied("feature_unavailable")
	}
	return nil
}

// CreateCampaign adds a dunning campaign. It refuses organizations without the premium
// integration with a Denied fault, and values that break a rule with a Validation fault.
func CreateCampaign(tx *store.Tx, in CampaignInput) (store.DunningCampaign, error) {
	row := store.DunningCampaign{ID: store.NewID()}
	if err := licensedForDunning(tx); err != nil {
		return row, err
	}
	if err := setCampaign(tx, &row, in); err != nil {
		return row, err
	}
	if err := tx.InsertDunningCampaign(&row); err != nil {
		return row, form.Taken(err, "code")
	}
	if err := replaceThresholds(tx, &row, in.Thresholds); err != nil {
		return row, err
	}
	return row, audit.Created(tx, audit.DunningCampaign(row))
}

// UpdateCampaign changes a dunning campaign. Reminders that were made count on.
func UpdateCampaign(tx *store.Tx, code string, in CampaignInput) (store.DunningCampaign, error) {
	row, err := campaignForUpdate(tx, code)
	if err != nil {
		return row, err
	}
	before := audit.Before(audit.DunningCampaign(row))
	if err := setCampaign(tx, &row, in); err != nil {
		return row, err
	}
	if err := tx.UpdateDunningCampaign(&row); err != nil {
		return row, form.Taken(err, "code")
	}
	if err := replaceThresholds(tx, &row, in.Thresholds); err != nil {
		return row, err
	}
	if err := audit.Updated(tx, before, audit.DunningCampaign(row)); err != nil {
		return row, err
	}
	return row, ScheduleAllDunning(tx)
}

// DeleteCampaign hides a dunning campaign; whoever chose it is reminded by none. What it
// asked for stays.
func DeleteCampaign(tx *store.Tx, code string) (store.DunningCampaign, error) {
	row, err := campaignForUpdate(tx, code)
	if err != nil {
		return row, err
	}
	last := row
	if err := tx.DeleteDunningCampaign(&row); err != nil {
		return row, err
	}
	return last, audit.Deleted(tx, audit.DunningCampaign(last))
}

// campaignForUpdate finds a campaign that will change.
func campaignForUpdate(tx *store.Tx, code string) (store.DunningCampaign, error) {
	if err := licensedForDunning(tx); err != nil {
		return store.DunningCampaign{}, err
	}
	row, err := tx.DunningCampaignForUpdate(code)
	return row, form.NotFound(err, "dunning_campaign")
}

// setCampaign puts the input into the row and checks the rules.
func setCampaign(tx *store.Tx, row *store.DunningCampaign, in CampaignInput) error {
	form.AssignText(&row.Code, in.Code)
	form.AssignText(&row.Name, in.Name)
	form.AssignNullable(&row.Description, in.Description)
	form.Assign(&row.MaxAttempts, in.MaxAttempts)
	form.Assign(&row.DaysBetweenAttempts, in.DaysBetweenAttempts)
	details := fault.Details{}
	other, err := tx.DunningCampaign(row.Code)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	form.CheckCode(details, row.Code, err == nil && other.ID != row.ID)
	form.CheckLongest(details, "code", &row.Code, maxCampaignText)
	form.CheckFilled(details, "name", row.Name, maxCampaignText)
	checkCampaignNumber(details, "max_attempts", row.MaxAttempts)
	checkCampaignNumber(details, "days_between_attempts", row.DaysBetweenAttempts)
	checkThresholds(details, in.Thresholds)
	return details.Err()
}

// checkThresholds refuses a campaign without thresholds, and those that no debt can reach.
func checkThresholds(details fault.Details, input form.Optional[[]CampaignThreshold]) {
	thresholds, err := input.Get()
	if err == nil && len(thresholds) == 0 {
		details.Add("thresholds", fault.CodeMandatory)
	}
	for i, threshold := range thresholds {
		if money.Beyond(threshold.AmountCents) {
			details.Add(fmt.Sprintf("thresholds.%d.amount_cents", i), fault.CodeOutOfRange)
		}
	}
}

func checkCampaignNumber(details fault.Details, field string, number int) {
	if number < 1 || number > maxCampaignNumber {
		details.Add(field, fault.CodeOutOfRange)
	}
}

// replaceThresholds makes what the input says the thresholds of a campaign; absent and
// null leave them.
func replaceThresholds(tx *store.Tx, row *store.DunningCampaign, input form.Optional[[]CampaignThreshold]) error {
	given, err := input.Get()
	if err != nil {
		return nil //nolint:nilerr // nothing is replaced
	}
	thresholds := make([]store.DunningCampaignThreshold, len(given))
	for i, threshold := range given {
		thresholds[i] = store.DunningCampaignThreshold{
			ID: store.NewID(), DunningCampaignID: row.ID, Currency: threshold.Currency, AmountCents: threshold.AmountCents,
		}
	}
	slices.SortFunc(thresholds, func(a, b store.DunningCampaignThreshold) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.AmountCents, b.AmountCents))
	})
	return tx.SetDunningThresholds(row, thresholds)
}

// DunningInput is which campaign reminds a customer, or the customers of a billing
// entity. Absent members stay as they are.
type DunningInput struct {
	// CampaignCode names a campaign; null for none of its own.
	CampaignCode form.Optional[string]
	// Exclude leaves a customer out of all campaigns.
	Exclude form.Optional[bool]
}

// Dunning is how a customer is reminded.
type Dunning struct {
	// Campaign is the customer's own, nil where it has none.
	Campaign *store.DunningCampaign
	Exclude  bool
	Attempts []store.DunningAttempt
}

// DunningOf says how a customer is reminded; a NotFound fault for an unknown one.
func DunningOf(tx *store.Tx, externalCustomerID string) (Dunning, error) {
	customer, err := tx.Customer(externalCustomerID)
	if err != nil {
		return Dunning{}, form.NotFound(err, "customer")
	}
	return dunningOf(tx, &customer)
}

func dunningOf(tx *store.Tx, customer *store.Customer) (Dunning, error) {
	row := Dunning{Exclude: customer.ExcludeFromDunningCampaign}
	var err error
	if row.Campaign, err = campaignOf(tx, customer.DunningCampaignID); err != nil {
		return row, err
	}
	row.Attempts, err = tx.DunningAttempts(customer.ID)
	return row, err
}

// campaignOf is the campaign that an identifier names; nil for none.
func campaignOf(tx *store.Tx, id *uuid.UUID) (*store.DunningCampaign, error) {
	if id == nil {
		return nil, nil //nolint:nilnil // none is an answer
	}
	row, err := tx.DunningCampaignByID(*id)
	return &row, err
}

// ChooseDunning says which campaign reminds a customer. With another campaign, reminders
// begin anew.
func ChooseDunning(tx *store.Tx, externalCustomerID string, in DunningInput) (Dunning, error) {
	if err := licensedForDunning(tx); err != nil {
		return Dunning{}, err
	}
	customer, err := tx.CustomerForUpdate(externalCustomerID)
	if err != nil {
		return Dunning{}, form.NotFound(err, "customer")
	}
	before, shown := customer.DunnedBy(), audit.Before(audit.Customer(customer))
	if err := assignCampaign(tx, &customer.DunningCampaignID, in.CampaignCode); err != nil {
		return Dunning{}, err
	}
	form.Assign(&customer.ExcludeFromDunningCampaign, in.Exclude)
	if err := tx.UpdateCustomer(&customer); err != nil {
		return Dunning{}, err
	}
	if err := audit.Updated(tx, shown, audit.Customer(customer)); err != nil {
		return Dunning{}, err
	}
	if err := beginDunning(tx, before, &customer); err != nil {
		return Dunning{}, err
	}
	return dunningOf(tx, &customer)
}

// assignCampaign puts the campaign that a code names into a row.
func assignCampaign(tx *store.Tx, id **uuid.UUID, input form.Optional[string]) error {
	if !input.IsSpecified() {
		return nil
	}
	*id = nil
	code, err := input.Get()
	if err != nil {
		return nil //nolint:nilerr // null is none
	}
	campaign, err := tx.DunningCampaign(code)
	if err != nil {
		return form.NotFound(err, "dunning_campaign")
	}
	*id = &campaign.ID
	return nil
}

// beginDunning lets the reminders of a customer begin anew where another campaign makes
// them than before.
func beginDunning(tx *store.Tx, before *uuid.UUID, customer *store.Customer) error {
	if form.Equal(before, customer.DunnedBy()) {
		return nil
	}
	if err := tx.ForgetDunningAttempts([]uuid.UUID{customer.ID}); err != nil {
		return err
	}
	return invoicing.ScheduleDunning(tx, customer, tx.Now())
}

// ChooseDunningOfEntity says which campaign reminds the customers of a billing entity
// that have none of their own, and returns it; nil for none.
func ChooseDunningOfEntity(tx *store.Tx, code string, in DunningInput) (*store.DunningCampaign, error) {
	if err := licensedForDunning(tx); err != nil {
		return nil, err
	}
	entity, err := tx.BillingEntityForUpdate(code)
	if err != nil {
		return nil, form.NotFound(err, "billing_entity")
	}
	before, shown := entity.DunningCampaignID, audit.Before(audit.BillingEntity(entity))
	if err := assignCampaign(tx, &entity.DunningCampaignID, in.CampaignCode); err != nil {
		return nil, err
	}
	if err := tx.UpdateBillingEntity(&entity); err != nil {
		return nil, err
	}
	if err := audit.Updated(tx, shown, audit.BillingEntity(entity)); err != nil {
		return nil, err
	}
	if !form.Equal(before, entity.DunningCampaignID) {
		if err := tx.ForgetDunningOfEntity(entity.ID); err != nil {
			return nil, err
		}
	}
	if err := ScheduleAllDunning(tx); err != nil {
		return nil, err
	}
	return campaignOf(tx, entity.DunningCampaignID)
}

// DunningOfEntity is the campaign that reminds the customers of a billing entity that
// have none of their own; nil for none.
func DunningOfEntity(tx *store.Tx, code string) (*store.DunningCampaign, error) {
	entity, err := tx.BillingEntity(code)
	if err != nil {
		return nil, form.NotFound(err, "billing_entity")
	}
	return campaignOf(tx, entity.DunningCampaignID)
}

// ScheduleAllDunning lets every customer that owes something overdue be looked at, where
// a campaign reminds it: it is called when campaigns, or whom they remind, have changed.
func ScheduleAllDunning(tx *store.Tx) error {
	if !tx.Organization().AddOn("auto_dunning") {
		return nil
	}
	customers, err := tx.OverdueCustomers()
	if err != nil {
		return err
	}
	for i := range customers {
		if err := invoicing.ScheduleDunning(tx, &customers[i], tx.Now()); err != nil {
			return err
		}
	}
	return nil
}
