package store

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// ActivationRuleStatus is how far a condition of an activation has come.
type ActivationRuleStatus string

// The statuses of rules.
const (
	// ActivationRuleInactive is a rule of a subscription that is not due yet.
	ActivationRuleInactive ActivationRuleStatus = "inactive"
	// ActivationRulePending is a rule that waits for its payment.
	ActivationRulePending ActivationRuleStatus = "pending"
	// ActivationRuleSatisfied is a rule whose payment has succeeded.
	ActivationRuleSatisfied ActivationRuleStatus = "satisfied"
	// ActivationRuleFailed is a rule whose payment has failed.
	ActivationRuleFailed ActivationRuleStatus = "failed"
	// ActivationRuleExpired is a rule whose payment did not come in time.
	ActivationRuleExpired ActivationRuleStatus = "expired"
	// ActivationRuleNotApplicable is a rule of a subscription whose activation
	// had nothing to pay for.
	ActivationRuleNotApplicable ActivationRuleStatus = "not_applicable"
)

// ActivationRule is a condition for the activation of a subscription.
type ActivationRule struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	SubscriptionID uuid.UUID
	// Type is payment, the only one that there is.
	Type string
	// TimeoutHours is after how many hours the activation is given up; zero is
	// never.
	TimeoutHours int
	Status       ActivationRuleStatus
	ExpiresAt    *time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// TableName says to what the rules belong.
func (ActivationRule) TableName() string { return "subscription_activation_rules" }

// ReplaceActivationRules makes these the subscription's rules. One of a type
// that the subscription has already keeps its identity.
func (tx *Tx) ReplaceActivationRules(row *Subscription, rules []ActivationRule) error {
	present := make(map[string]ActivationRule, len(row.ActivationRules))
	for _, rule := range row.ActivationRules {
		present[rule.Type] = rule
	}
	if err := tx.db.Where("subscription_id = ?", row.ID).Delete(&ActivationRule{}).Error; err != nil {
		return fmt.Errorf("delete activation rules: %w", err)
	}
	for i := range rules {
		rule := &rules[i]
		rule.ID, rule.SubscriptionID = NewID(), row.ID
		if old, known := present[rule.Type]; known {
			rule.ID, rule.CreatedAt = old.ID, old.CreatedAt
		}
	}
	if len(rules) > 0 {
		if err := tx.db.Create(&rules).Error; err != nil {
			return fmt.Errorf("insert activation rules: %w", known(err))
		}
	}
	row.ActivationRules = rules
	return nil
}

// loadActivationRules fills in the rules of subscriptions.
func (tx *Tx) loadActivationRules(rows []*Subscription) error {
	var rules []ActivationRule
	err := tx.db.Where("subscription_id IN ?", subscriptionIDs(rows)).Order("created_at, id").Find(&rules).Error
	if err != nil {
		return fmt.Errorf("find the activation rules of subscriptions: %w", err)
	}
	owned := map[uuid.UUID][]ActivationRule{}
	for _, rule := range rules {
		owned[rule.SubscriptionID] = append(owned[rule.SubscriptionID], rule)
	}
	for _, row := range rows {
		row.ActivationRules = owned[row.ID]
	}
	return nil
}
