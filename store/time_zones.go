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

// Location is ApplicableTimezone as a zone. The contract lets only names of
// zones into the rows; another one would be UTC.
func (c *Customer) Location() *time.Location {
	name := c.ApplicableTimezone()
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
