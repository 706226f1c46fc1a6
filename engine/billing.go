package engine

import "tarn/store"

// This file is the one place where subscriptions touch billing. Its functions
// are called within the transaction of the change, right after the rows have
// their new state and before the activities are recorded. They make no invoices
// and no credit notes yet.

// billActivation bills the start of a subscription: the first period of a plan
// that is paid in advance, unless its trial runs, and otherwise what its fixed
// charges ask for in advance. It is not called for a start that lies in the
// past.
func billActivation(*store.Tx, store.Subscription) error { return nil }

// billTermination bills the end of a subscription as its on_termination options
// say: first the credit note for what was paid in advance, then the invoice for
// what is not billed yet, which uses that credit.
func billTermination(*store.Tx, store.Subscription) error { return nil }

// billPlanChange bills a change of plans: what is left of the first
// subscription, which ended, and the first period of the second, which took its
// place, on one invoice.
// Upgrades come here at once, downgrades with the billing run.
func billPlanChange(_ *store.Tx, _, _ store.Subscription) error { return nil }

// billPeriod bills the active subscriptions of one customer that have their
// billing day, grouped into invoices. A day may come up twice, when the
// customer's time zone changes; what was billed on it is not billed again.
func billPeriod(*store.Tx, []store.Subscription) error { return nil }

// billTrialEnd bills what is left of the period in which a trial ends, for a plan
// that is paid in advance.
func billTrialEnd(*store.Tx, store.Subscription) error { return nil }

// billUnits bills other units of fixed charges in advance that count from this
// instant on.
func billUnits(*store.Tx, store.Subscription) error { return nil }
