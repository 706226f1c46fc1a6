package store

import (
	"cmp"
	"strings"
)

// DisplayName is how people call a customer: by its name, the person's, the company's
// legal one, or the seller's own word for the customer.
func (c *Customer) DisplayName() string {
	person := strings.TrimSpace(trimmed(c.Firstname) + " " + trimmed(c.Lastname))
	return cmp.Or(trimmed(c.Name), person, trimmed(c.LegalName), c.ExternalID)
}

// DisplayName is how people call a subscription: by its name or else by that of its plan.
func (s *Subscription) DisplayName() string {
	return cmp.Or(trimmed(s.Name), s.Plan.DisplayName())
}

// DisplayName is how people call a plan.
func (p *Plan) DisplayName() string { return cmp.Or(trimmed(p.InvoiceDisplayName), p.Name) }

// DisplayName is how people call what a charge measures.
func (c *Charge) DisplayName() string {
	return cmp.Or(trimmed(c.InvoiceDisplayName), c.BillableMetric.Name)
}

// trimmed is a text that a row may lack.
func trimmed(of *string) string {
	if of == nil {
		return ""
	}
	return strings.TrimSpace(*of)
}
