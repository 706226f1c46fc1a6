package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"tarn/bench/monthend/check"
)

// customer is a customer and what is planned for it. Everything about it follows from
// the seed and its number.
type customer struct {
	check.Customer
	random        *rand.Rand
	subscriptions []*subscription
	wallets       []check.Wallet
	coupons       []string
	// count makes identifiers.
	count int
}

// subscription is a subscription and what is planned for it.
type subscription struct {
	id, plan      string
	byAnniversary bool
	// starts, changes and ends are days of the run; 0 is never.
	starts, changes, ends int
	next, creditNote      string
	thresholds            []string
	alive                 bool
	// waits is after how many days it starts when it was asked for, endsItself says that
	// it knows its end from the start.
	waits      int
	endsItself bool
}

// oneIn says yes once in so many times.
func (c *customer) oneIn(n int) bool { return c.random.IntN(n) == 0 }

// pick is one of some values.
func pick[T any](c *customer, values []T) T { return values[c.random.IntN(len(values))] }

// newCustomer plans a customer.
func (w *world) newCustomer(number int) *customer {
	c := &customer{random: rand.New(rand.NewPCG(w.settings.seed, uint64(number)))}
	c.ID = fmt.Sprintf("c%d", number)
	c.Zone, c.Currency = zones()[number%len(zones())], currencies()[number/2%len(currencies())]
	c.Term = pick(c, []int{0, 0, 7, 30})
	if c.oneIn(4) {
		c.Grace = 1 + c.random.IntN(3)
	}
	if c.oneIn(3) {
		c.Taxes = pick(c, [][]string{{"reduced"}, {"city", "vat"}, {"free"}})
	}
	if c.oneIn(3) {
		c.Entity = entities()[0].Code
	}
	c.SkipsZero = c.oneIn(3)
	if c.oneIn(2) {
		c.Outcomes = pick(c, [][]string{
			{"succeed"},
			{"succeed"},
			{"decline", "succeed"},
			{"decline"},
			{"succeed", "error", "error", "decline", "succeed"},
			{"succeed", "succeed", "decline", "error", "succeed"},
			{"error", "error", "error", "error", "error", "succeed"},
			{"pending", "succeed", "pending"},
		})
	}
	if c.oneIn(3) {
		all := coupons(c.Currency)
		c.coupons = pick(c, [][]string{{all[0].Code}, {all[1].Code, all[3].Code}, {all[2].Code, all[4].Code}, {all[1].Code, all[5].Code}, {all[5].Code}})
	}
	if c.oneIn(2) {
		c.wallets = append(c.wallets, check.Wallet{Code: "main", Rate: "1", Priority: 50})
		if c.oneIn(2) {
			c.wallets[0].Monthly = "8"
		}
	}
	if len(c.wallets) > 0 && c.oneIn(2) {
		c.wallets = append(c.wallets, check.Wallet{Code: "usage", Rate: "2.5", Priority: 10, FeeTypes: []string{"charge"}})
	}
	for n := range 1 + c.random.IntN(2) {
		c.subscriptions = append(c.subscriptions, w.newSubscription(c, n))
	}
	return c
}

// newSubscription plans a subscription of a customer.
func (w *world) newSubscription(c *customer, number int) *subscription {
	s := &subscription{id: fmt.Sprintf("%s-%d", c.ID, number), plan: pick(c, plans(c.Currency)).Code, byAnniversary: c.oneIn(2)}
	if c.oneIn(2) {
		s.starts = 1 + c.random.IntN(20)
	}
	if staying(planOf(c, s.plan)) {
		return s
	}
	days := w.settings.months*30 - 6
	switch c.random.IntN(4) {
	case 0:
		s.changes = 22 + c.random.IntN(days-22)
		for s.next == "" || s.next == s.plan || staying(planOf(c, s.next)) {
			s.next = pick(c, plans(c.Currency)).Code
		}
	case 1:
		s.ends = 22 + c.random.IntN(days-22)
		s.creditNote, s.endsItself = pick(c, []string{"", "skip", "refund"}), c.oneIn(3)
		if s.creditNote == "refund" && len(c.Outcomes) > 0 {
			s.creditNote = "" // the refund and the last invoice would share the outcomes, in an order that kills decide
		}
	case 2:
		s.waits = 1 + c.random.IntN(6)
	default:
		s.thresholds = []string{fmt.Sprint(100 + c.random.IntN(900)), fmt.Sprint(1500 + c.random.IntN(1500)), fmt.Sprint(4000 + c.random.IntN(9000))}
	}
	return s
}

// staying reports whether nobody leaves a plan: trials and progressive invoices that are
// cut short are stories of their own.
func staying(plan check.Plan) bool { return plan.Trial > 0 || len(plan.Thresholds) > 0 }

// planOf is a plan that is sold to a customer.
func planOf(c *customer, code string) check.Plan {
	all := plans(c.Currency)
	return all[slices.IndexFunc(all, func(p check.Plan) bool { return p.Code == code })]
}

// phase is the time between two steps of the first day, in which each does what the
// others rest on.
const phase = time.Minute

// arrive makes the customers with what they have from the start.
func (w *world) arrive(ctx context.Context) error {
	for number := range w.settings.customers {
		w.customers = append(w.customers, w.newCustomer(number+1))
	}
	for n, step := range []func(context.Context, *customer) error{w.makeCustomer, w.equip, w.openWallets, w.subscribeFirst} {
		if err := w.move(ctx, begins().Add(time.Duration(n+1)*phase)); err != nil {
			return err
		}
		if err := w.each(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

// makeCustomer makes a customer.
func (w *world) makeCustomer(ctx context.Context, c *customer) error {
	configuration := object{"invoice_grace_period": c.Grace}
	if len(c.Outcomes) > 0 {
		configuration["payment_provider"], configuration["payment_provider_code"], configuration["sync_with_provider"] = "stripe", "stripe", true
	}
	zero := "finalize"
	if c.SkipsZero {
		zero = "skip"
	}
	shown := object{
		"external_id": c.ID, "name": "Customer " + c.ID, "currency": c.Currency, "timezone": c.Zone, "net_payment_term": c.Term,
		"tax_codes": orEmpty(c.Taxes), "finalize_zero_amount_invoice": zero, "billing_configuration": configuration,
	}
	if c.Entity != "" {
		shown["billing_entity_code"] = c.Entity
	}
	body := object{"customer": shown}
	if err := w.client.note(check.Entry{Customer: &c.Customer}); err != nil {
		return err
	}
	return w.client.write(ctx, call{http.MethodPost, "/customers", text(body), nil}, func() (bool, error) {
		return w.client.read(ctx, "/customers/"+c.ID, &object{})
	})
}

// equip gives a customer a payment method and coupons, of which one at most is limited.
func (w *world) equip(ctx context.Context, c *customer) error {
	if len(c.Outcomes) > 0 {
		outcomes := []object{}
		for _, result := range c.Outcomes {
			outcomes = append(outcomes, object{"result": result})
		}
		path := w.admin("/customers/" + c.ID + "/payment_methods")
		err := w.client.administer(ctx, http.MethodPost, path, text(object{"payment_method": object{"outcomes": outcomes}}), func() (bool, error) {
			var list struct {
				Methods []object `json:"payment_methods"`
			}
			_, err := w.client.readAny(ctx, path, &list)
			return len(list.Methods) > 0, err
		})
		if err != nil {
			return err
		}
	}
	for _, code := range c.coupons {
		if err := w.apply(ctx, c, code); err != nil {
			return err
		}
	}
	return nil
}

// apply gives a customer a coupon.
func (w *world) apply(ctx context.Context, c *customer, code string) error {
	body := object{"applied_coupon": object{"external_customer_id": c.ID, "coupon_code": code}}
	return w.client.write(ctx, call{http.MethodPost, "/applied_coupons", text(body), &check.Action{Do: check.Apply, Customer: c.ID, Coupon: code}}, func() (bool, error) {
		var list struct {
			Coupons []check.CouponView `json:"applied_coupons"`
		}
		_, err := w.client.read(ctx, "/applied_coupons?external_customer_id="+c.ID, &list)
		return slices.ContainsFunc(list.Coupons, func(has check.CouponView) bool { return has.Code == code }), err
	})
}

// openWallets gives a customer its wallets, with credits that are granted and credits
// that are to be paid.
func (w *world) openWallets(ctx context.Context, c *customer) error {
	for _, wallet := range c.wallets {
		action := &check.Action{Do: check.Open, Customer: c.ID, Wallet: &wallet, Paid: c.credits(2000), Granted: c.credits(2000)}
		body := object{
			"external_customer_id": c.ID, "name": wallet.Code, "code": wallet.Code, "currency": c.Currency, "rate_amount": wallet.Rate,
			"priority": wallet.Priority, "paid_credits": action.Paid, "granted_credits": action.Granted,
		}
		if wallet.Monthly != "" {
			body["recurring_transaction_rules"] = []object{{"trigger": "interval", "interval": "monthly", "granted_credits": wallet.Monthly, "paid_credits": "0"}}
		}
		if len(wallet.FeeTypes) > 0 {
			body["applies_to"] = object{"fee_types": wallet.FeeTypes}
		}
		err := w.client.write(ctx, call{http.MethodPost, "/wallets", text(object{"wallet": body}), action}, func() (bool, error) {
			id, err := w.walletID(ctx, c, wallet.Code)
			return id != "", err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// credits are some that are worth whole cents.
func (c *customer) credits(most int) string {
	return fmt.Sprint(2 * (10 + c.random.IntN(most)/20))
}

// walletID is the identifier of a customer's wallet; empty where there is none.
func (w *world) walletID(ctx context.Context, c *customer, code string) (string, error) {
	var list struct {
		Wallets []struct {
			ID   string `json:"lago_id"`
			Code string `json:"code"`
		} `json:"wallets"`
	}
	if _, err := w.client.read(ctx, "/wallets?external_customer_id="+c.ID, &list); err != nil {
		return "", err
	}
	for _, wallet := range list.Wallets {
		if wallet.Code == code {
			return wallet.ID, nil
		}
	}
	return "", nil
}

// subscribeFirst starts the subscriptions that a customer has from the first day on.
func (w *world) subscribeFirst(ctx context.Context, c *customer) error {
	for _, s := range c.subscriptions {
		if s.starts == 0 {
			if err := w.subscribe(ctx, c, s, begins()); err != nil {
				return err
			}
		}
	}
	return nil
}
