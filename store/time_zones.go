package store

import (
	"sync"
	"time"
)

// ApplicableTimezone is the name of the zone in which the customer's days begin
// and end: its own, or else its billing entity's, or else UTC.
func (c *Customer) ApplicableTimezone() string {
	switch {
	case c.Timezone != nil && *c.Timezone != "":
		return *c.Timezone
	case c.BillingEntity.Timezone != "":
		return c.BillingEntity.Timezone
	}
	return "UTC"
}

// Location is ApplicableTimezone as a zone.
func (c *Customer) Location() *time.Location { return location(c.ApplicableTimezone()) }

// Location is the zone in which the billing entity's days begin and end: UTC
// where it has none.
func (e *BillingEntity) Location() *time.Location { return location(e.Timezone) }

// location is a zone by its name. The contract lets only names of zones into the
// rows; another one would be UTC.
func location(name string) *time.Location {
	if known, loaded := locations.Load(name); loaded {
		zone, _ := known.(*time.Location)
		return zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		zone = time.UTC
	}
	locations.Store(name, zone)
	return zone
}

// locations are the zones that were loaded, by name: reading one takes a file.
var locations sync.Map //nolint:gochecknoglobals // zones never change while the program runs
