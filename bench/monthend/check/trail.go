package check

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// trail compares logs: each write that was answered has its API log and its request log
// with that answer, each that was found done without an answer has one too, and nothing
// else is in them. Each change has its activity, once.
func (r *report) trail() {
	logs, requests := map[string]APILogView{}, map[string]RequestView{}
	for _, log := range r.view.APILogs {
		if strings.HasSuffix(log.Path, "/estimate") {
			continue // whether one that was cut off was answered, nobody can know
		}
		if _, twice := logs[log.ID]; twice {
			r.say("the API log %s is listed twice", log.ID)
		}
		logs[log.ID] = log
	}
	for _, log := range r.view.Requests {
		if strings.HasSuffix(log.Path, "/estimate") {
			continue
		}
		requests[log.ID] = log
	}
	unanswered, unasked := map[string]int{}, map[string]int{}
	for _, request := range r.ledger.Requests {
		name := request.Method + " /api/v1" + request.Path
		ingests := strings.HasPrefix(request.Path, "/events")
		if request.ID == "" {
			unasked[name]++
			if !ingests {
				unanswered[name]++
			}
			continue
		}
		spelled := spell(request.ID)
		if log, found := requests[spelled]; !found || log.Method+" "+log.Path != name || log.Status != 200 {
			r.say("%s %s has the request log %+v", name, spelled, log)
		}
		delete(requests, spelled)
		if ingests {
			continue
		}
		log, found := logs[request.ID]
		if !found || strings.ToUpper(log.Method)+" /api/v1"+log.Path != name || log.Status != 200 || log.Answer != request.Answer {
			r.say("%s %s, answered with %s, has the API log %+v", name, request.ID, request.Answer, log)
		}
		delete(logs, request.ID)
	}
	for _, log := range logs {
		unanswered[strings.ToUpper(log.Method)+" /api/v1"+log.Path]--
	}
	for _, log := range requests {
		unasked[log.Method+" "+log.Path]--
	}
	r.nothingLeft("API logs", unanswered)
	r.nothingLeft("request logs", unasked)
	r.activities()
}

// nothingLeft notes writes that lack a log, and logs that no write has.
func (r *report) nothingLeft(of string, left map[string]int) {
	for name, number := range left {
		if number != 0 {
			r.say("%s: %s was done without an answer %d times more than logs say", of, name, number)
		}
	}
}

// spell is how request logs spell an identifier: 26 digits of Crockford's alphabet.
func spell(id string) string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	number, ok := new(big.Int).SetString(strings.ReplaceAll(id, "-", ""), 16)
	if !ok {
		return id
	}
	text := make([]byte, 26)
	rest := new(big.Int)
	for at := len(text) - 1; at >= 0; at-- {
		number.DivMod(number, big.NewInt(int64(len(digits))), rest)
		text[at] = digits[rest.Int64()]
	}
	return "req_" + string(text)
}

// recorded are the types of activities that are counted.
func recorded() []string {
	return []string{
		"invoice.created", "invoice.drafted", "invoice.ready_to_finalize", "invoice.paid_credit_added", "invoice.one_off_created",
		"invoice.payment_status_updated", "invoice.payment_overdue", "invoice.voided", "invoice.payment_failure", "payment.recorded", "payment.succeeded",
		"credit_note.created", "wallet.created", "wallet_transaction.created", "subscription.started", "subscription.terminated", "customer.created",
	}
}

// told are the types among them of which webhooks tell with the same identifier.
func told() []string {
	return []string{
		"invoice.created", "invoice.drafted", "invoice.ready_to_finalize", "invoice.paid_credit_added", "invoice.one_off_created",
		"invoice.payment_status_updated", "invoice.payment_overdue", "invoice.voided", "credit_note.created", "wallet.created", "subscription.started", "subscription.terminated", "customer.created",
	}
}

// activities compares how often each change was recorded.
func (r *report) activities() {
	got := map[subject]int{}
	seen := map[string]bool{}
	for _, a := range r.view.Activities {
		if seen[a.ID] {
			r.say("the activity %s is listed twice", a.ID)
		}
		seen[a.ID] = true
		got[subject{a.Resource, a.Type}]++
	}
	r.occurrences("activities", recorded(), r.expected, got)
}

// occurrences compares counts of some types.
func (r *report) occurrences(what string, types []string, expected, got map[subject]int) {
	all := map[subject]bool{}
	for s := range got {
		all[s] = true
	}
	for s := range expected {
		all[s] = true
	}
	for s := range all {
		if slices.Contains(types, s.kind) && got[s] != expected[s] {
			r.say("%s: %d times %s of %s, not %d times", what, got[s], s.kind, s.id, expected[s])
		}
	}
}

// webhooks compares the inbox with what happened, and with what the receiver got: each
// event at least once, under one key and with the same bytes.
func (r *report) webhooks() {
	got := map[subject]int{}
	keys := map[string]bool{}
	for _, w := range r.view.Inbox {
		got[subject{w.Object.ID, w.Type}]++
		if len(w.Deliveries) != 1 {
			r.say("webhook %s of %s has %d deliveries", w.Type, w.ID, len(w.Deliveries))
		}
		for _, d := range w.Deliveries {
			receipt := r.view.Received[d.Key]
			if keys[d.Key] || receipt.Times == 0 || receipt.Digest != w.Digest || receipt.Differs {
				r.say("webhook %s %s, %s, was received as %+v", w.Type, w.ID, d.Status, receipt)
			}
			keys[d.Key] = true
		}
		family, _, _ := strings.Cut(w.Type, ".")
		if slices.Contains([]string{"invoice", "credit_note", "wallet", "wallet_transaction", "subscription", "customer"}, family) && w.Object.ID != "" && !r.ids[w.Object.ID] {
			r.say("webhook %s tells of %s, which does not exist", w.Type, w.Object.ID)
		}
	}
	for key, receipt := range r.view.Received {
		if !keys[key] {
			r.say("the receiver got %+v under %s, which the inbox does not know", receipt, key)
		}
	}
	r.occurrences("webhooks", told(), r.expected, got)
	r.occurrences("webhooks", []string{"fee.created", "wallet_transaction.created", "subscription.trial_ended", "subscription.usage_threshold_reached"}, r.hooks, got)
}

// subscriptions compares the rows of a customer's subscriptions.
func (r *report) subscriptions(b *books, views []SubscriptionView) {
	var expected, got []string
	tried, reached := map[string]bool{}, map[string]int{}
	for _, row := range b.rows {
		status := "active"
		if !row.active() {
			status = "terminated"
		}
		tried[row.external+stamp(row.startedAt)] = row.tried
		reached[row.external+stamp(row.startedAt)] = row.reached
		text := fmt.Sprint(row.external, " ", row.plan.Code, " ", status, " since ", stamp(row.startedAt))
		if row.waits {
			text = fmt.Sprint(row.external, " ", row.plan.Code, " pending")
		}
		expected = append(expected, text)
		if row.next != nil && row.active() {
			expected = append(expected, fmt.Sprint(row.external, " ", row.next.Code, " pending"))
		}
	}
	for _, v := range views {
		r.ids[v.ID] = true
		switch v.Status {
		case "pending":
			got = append(got, fmt.Sprint(v.External, " ", v.Plan, " pending"))
			continue
		case "canceled":
			continue
		case "terminated":
			r.expected[subject{v.ID, "subscription.terminated"}]++
		}
		r.expected[subject{v.ID, "subscription.started"}]++
		r.hooks[subject{v.ID, "subscription.usage_threshold_reached"}] += reached[v.External+stamp(v.Started)]
		if tried[v.External+stamp(v.Started)] {
			r.hooks[subject{v.ID, "subscription.trial_ended"}]++
		}
		got = append(got, fmt.Sprint(v.External, " ", v.Plan, " ", v.Status, " since ", stamp(v.Started)))
	}
	r.lines(b.customer.ID+" subscriptions", expected, got)
}
