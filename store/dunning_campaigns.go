package store

import (
	"time"

	"github.com/google/uuid"
)

// DunningCampaign says how customers are reminded of what is overdue.
type DunningCampaign struct {
	ID             uuid.UUID `gorm:"primaryKey"`
	OrganizationID uuid.UUID
	Code           string
	Name           string
	Description    *string
	// MaxAttempts is how often a customer is reminded in each currency.
	MaxAttempts         int
	DaysBetweenAttempts int
	DeletedAt           *time.Time
	CreatedAt           time.Time
	UpdatedAt           time.Time

	// Thresholds are read with the campaign; a method of their own writes them.
	Thresholds []DunningCampaignThreshold `gorm:"-"`
}

// DunningCampaignThreshold is what must be overdue in a currency for a reminder.
type DunningCampaignThreshold struct {
	ID                uuid.UUID `gorm:"primaryKey"`
	OrganizationID    uuid.UUID
	DunningCampaignID uuid.UUID
	Currency          string
	AmountCents       int64
	CreatedAt         time.Time
}

// DunningAttempt is how often a customer was reminded of what is overdue in a currency.
type DunningAttempt struct {
	OrganizationID uuid.UUID
	CustomerID     uuid.UUID `gorm:"primaryKey"`
	Currency       string    `gorm:"primaryKey"`
	Attempts       int
	LastAttemptAt  time.Time
}
