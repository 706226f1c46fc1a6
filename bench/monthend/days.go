package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"tarn/bench/monthend/check"
)

// hour is the instant of a day at which customers act. None of the hours is close to a
// midnight of any of the zones, in summer or winter.
func (w *world) hour(today time.Time) time.Time {
	random := rand.New(rand.NewPCG(w.settings.seed, uint64(today.Unix())))
	hours := []int{2, 9, 10, 13, 16, 17, 20}
	midnight := today.Truncate(24 * time.Hour)
	return midnight.Add(time.Duration(hours[random.IntN(len(hours))])*time.Hour + time.Duration(15+random.IntN(30))*time.Minute)
}

// day lets all customers use what they have, and then act. The clock moves in between, so
// that everything is done that follows from the first.
func (w *world) day(ctx context.Context, at time.Time) error {
	for _, act := range []func(context.Context, *customer, time.Time) error{w.useAll, w.act} {
		if err := w.move(ctx, at); err != nil {
			return err
		}
		if err := w.each(ctx, func(ctx context.Context, c *customer) error { return act(ctx, c, at) }); err != nil {
			return err
		}
		at = at.Add(time.Second)
	}
	return nil
}

// useAll lets a customer use its subscriptions.
func (w *world) useAll(ctx context.Context, c *customer, at time.Time) error {
	for _, s := range c.subscriptions {
		if s.alive && c.oneIn(3) {
			if err := w.use(ctx, c, s, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// act lets a customer do at most one thing that moves money, since what follows from that
// may come later when a process is killed.
func (w *world) act(ctx context.Context, c *customer, at time.Time) error {
	number := int(at.Sub(begins().Truncate(24*time.Hour)) / (24 * time.Hour))
	for _, s := range c.subscriptions {
		switch {
		case s.starts > 0 && s.endsItself && s.ends <= number:
			s.starts = 0 // its time is over, for want of a day on which anybody acted
		case s.starts > 0 && s.starts <= number:
			return w.subscribe(ctx, c, s, at)
		case s.alive && s.changes > 0 && s.changes <= number:
			return w.change(ctx, c, s)
		case s.alive && s.endsItself && s.ends <= number:
			s.alive = false
		case s.alive && s.ends > 0 && s.ends <= number:
			return w.terminate(ctx, c, s)
		}
	}
	switch c.random.IntN(20) {
	case 0, 1, 2:
		return w.pay(ctx, c)
	case 3:
		return w.topUp(ctx, c)
	case 4:
		if c.oneIn(2) {
			return w.void(ctx, c)
		}
	case 5:
		return w.credit(ctx, c)
	case 6:
		if c.oneIn(2) {
			return w.bill(ctx, c)
		}
	}
	return nil
}

// subscribe starts a subscription, and lets it be watched.
func (w *world) subscribe(ctx context.Context, c *customer, s *subscription, at time.Time) error {
	billing := "calendar"
	if s.byAnniversary {
		billing = "anniversary"
	}
	asked := object{"external_customer_id": c.ID, "plan_code": s.plan, "external_id": s.id, "billing_time": billing}
	action := &check.Action{Do: check.Subscribe, Customer: c.ID, Subscription: s.id, Plan: s.plan, ByAnniversary: s.byAnniversary}
	if s.waits > 0 {
		action.StartsAt = at.AddDate(0, 0, s.waits)
		asked["subscription_at"] = action.StartsAt
	}
	if s.endsItself {
		action.EndsAt = begins().AddDate(0, 0, s.ends)
		asked["ending_at"] = action.EndsAt
	}
	body := object{"subscription": asked}
	if err := w.client.write(ctx, call{http.MethodPost, "/subscriptions", text(body), action}, func() (bool, error) {
		status := "active"
		if s.waits > 0 {
			status = "pending"
		}
		return w.client.read(ctx, "/subscriptions/"+s.id+"?status="+status, &object{})
	}); err != nil {
		return err
	}
	s.alive, s.starts = true, 0
	if len(s.thresholds) == 0 {
		return nil
	}
	thresholds := []object{}
	for _, value := range s.thresholds {
		thresholds = append(thresholds, object{"value": value})
	}
	watch := &check.Action{Do: check.Watch, Customer: c.ID, Subscription: s.id, Thresholds: s.thresholds}
	body = object{"alert": object{"alert_type": "current_usage_amount", "code": "spent", "name": "Spent", "thresholds": thresholds}}
	path := "/subscriptions/" + s.id + "/alerts"
	return w.client.write(ctx, call{http.MethodPost, path, text(body), watch}, func() (bool, error) {
		return w.client.read(ctx, path+"/spent", &object{})
	})
}

// use sends what a subscription has used, some of it days later.
func (w *world) use(ctx context.Context, c *customer, s *subscription, at time.Time) error {
	action := &check.Action{Do: check.Use, Customer: c.ID, Subscription: s.id}
	events := []object{}
	for range 1 + c.random.IntN(6) {
		c.count++
		metric := pick(c, metrics())
		event := check.Event{Transaction: fmt.Sprintf("%s-t%d", c.ID, c.count), Code: metric.Code, Value: fmt.Sprintf("%d.%02d", c.random.IntN(9), c.random.IntN(100))}
		if metric.Aggregation == "unique_count_agg" {
			event.Value = fmt.Sprintf("person %d", c.random.IntN(5))
		}
		event.Region = pick(c, regions())
		event.Timestamp = at.Add(-time.Duration(1+c.random.IntN(600)) * time.Second)
		if c.oneIn(5) {
			event.Timestamp = event.Timestamp.AddDate(0, 0, -1-c.random.IntN(3))
		}
		action.Events = append(action.Events, event)
		events = append(events, object{
			"transaction_id": event.Transaction, "external_subscription_id": s.id, "code": event.Code,
			"timestamp": event.Timestamp.Unix(), "properties": object{"value": event.Value, "region": event.Region},
		})
	}
	return w.client.write(ctx, call{http.MethodPost, "/events/batch", text(object{"events": events}), action}, func() (bool, error) {
		return w.client.read(ctx, "/events/"+action.Events[0].Transaction, &object{})
	})
}

// change asks for another plan, which comes at once if it costs as much or more.
func (w *world) change(ctx context.Context, c *customer, s *subscription) error {
	s.changes = 0
	body := object{"subscription": object{"external_customer_id": c.ID, "plan_code": s.next, "external_id": s.id}}
	action := &check.Action{Do: check.Change, Customer: c.ID, Subscription: s.id, Plan: s.next}
	return w.client.write(ctx, call{http.MethodPost, "/subscriptions", text(body), action}, func() (bool, error) {
		var shown struct {
			Subscription struct {
				Plan string  `json:"plan_code"`
				Next *string `json:"next_plan_code"`
			} `json:"subscription"`
		}
		_, err := w.client.read(ctx, "/subscriptions/"+s.id, &shown)
		return shown.Subscription.Plan == s.next || shown.Subscription.Next != nil, err
	})
}

// terminate ends a subscription.
func (w *world) terminate(ctx context.Context, c *customer, s *subscription) error {
	s.alive = false
	path := "/subscriptions/" + s.id
	if s.creditNote != "" {
		path += "?on_termination_credit_note=" + s.creditNote
	}
	action := &check.Action{Do: check.Terminate, Customer: c.ID, Subscription: s.id, CreditNote: s.creditNote}
	return w.client.write(ctx, call{http.MethodDelete, path, "", action}, func() (bool, error) {
		lives, err := w.client.read(ctx, "/subscriptions/"+s.id, &object{})
		return !lives, err
	})
}

// topUp lets credits come into a wallet, granted or paid.
func (w *world) topUp(ctx context.Context, c *customer) error {
	if len(c.wallets) == 0 {
		return nil
	}
	wallet := pick(c, c.wallets)
	id, err := w.walletID(ctx, c, wallet.Code)
	if err != nil {
		return err
	}
	c.count++
	name := fmt.Sprintf("top-up %d", c.count)
	action := &check.Action{Do: check.TopUp, Customer: c.ID, Wallet: &check.Wallet{Code: wallet.Code}}
	body := object{"wallet_id": id, "name": name}
	if c.oneIn(2) {
		action.Paid = c.credits(3000)
		body["paid_credits"] = action.Paid
	} else {
		action.Granted = c.credits(1000)
		body["granted_credits"] = action.Granted
	}
	return w.client.write(ctx, call{http.MethodPost, "/wallet_transactions", text(object{"wallet_transaction": body}), action}, func() (bool, error) {
		var list struct {
			Transactions []struct {
				Name *string `json:"name"`
			} `json:"wallet_transactions"`
		}
		_, err := w.client.read(ctx, "/wallets/"+id+"/wallet_transactions", &list)
		for _, transaction := range list.Transactions {
			if transaction.Name != nil && *transaction.Name == name {
				return true, err
			}
		}
		return false, err
	})
}
