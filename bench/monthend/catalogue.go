package main

import (
	"context"
	"fmt"
	"net/http"

	"tarn/bench/monthend/check"
)

// currencies are those of customers.
func currencies() []string { return []string{"EUR", "USD", "JPY"} }

// zones are those of customers, to both sides of UTC and one by half an hour.
func zones() []string {
	return []string{"UTC", "Europe/Paris", "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "Asia/Kolkata"}
}

// metrics are what is measured.
func metrics() []check.Metric {
	return []check.Metric{
		{Code: "calls", Aggregation: "count_agg"},
		{Code: "storage", Aggregation: "sum_agg"},
		{Code: "peak", Aggregation: "max_agg"},
		{Code: "disks", Aggregation: "sum_agg", Recurring: true},
		{Code: "people", Aggregation: "unique_count_agg"},
	}
}

// taxes are what is taxed; one of them belongs to the billing entity.
func taxes() []check.Tax {
	return []check.Tax{
		{Code: "vat", Rate: "20", Default: true}, {Code: "reduced", Rate: "5.5"}, {Code: "city", Rate: "1.25"}, {Code: "free", Rate: "0"},
	}
}

// plans are what is sold in a currency. Codes end with it.
func plans(currency string) []check.Plan {
	tiers := []check.Range{{From: 0, To: 10, PerUnit: "2", Flat: "0.5"}, {From: 11, To: 30, PerUnit: "1.1", Flat: "5"}, {From: 31, PerUnit: "0.335", Flat: "0"}}
	count := func(amount string) check.Charge {
		return check.Charge{Metric: "calls", Model: "standard", Amount: amount}
	}
	all := []check.Plan{
		{Code: "late_small", Interval: "monthly", Amount: 4900, Charges: []check.Charge{
			count("0.335"), {Metric: "storage", Model: "graduated", Ranges: tiers},
		}},
		{Code: "late_large", Interval: "monthly", Amount: 9900, Taxes: []string{"city", "reduced"}, Charges: []check.Charge{
			{Metric: "storage", Model: "volume", Ranges: tiers}, {Metric: "calls", Model: "percentage", Rate: "1.3", Fixed: "0.11", Free: 3, Taxes: []string{"free"}},
		}},
		{Code: "soon_small", Interval: "monthly", Amount: 2900, InAdvance: true, Charges: []check.Charge{
			{Metric: "storage", Model: "package", Amount: "3", Size: 7, Free: 5},
		}},
		{Code: "soon_large", Interval: "monthly", Amount: 7999, InAdvance: true, Charges: []check.Charge{
			{Metric: "peak", Model: "standard", Amount: "1.255"},
			{Metric: "storage", Model: "percentage", Rate: "2.75"},
			{Metric: "disks", Model: "standard", Amount: "1.1", Prorated: true},
		}},
		{Code: "weekly", Interval: "weekly", Amount: 701, Charges: []check.Charge{{Metric: "people", Model: "standard", Amount: "0.7"}}},
		{Code: "quarterly", Interval: "quarterly", Amount: 30001, InAdvance: true, Charges: []check.Charge{count("0.0125")}},
		{Code: "yearly", Interval: "yearly", Amount: 120000, InAdvance: true},
		{Code: "seats", Interval: "monthly", Amount: 2000, Fixed: []check.Fixed{
			{AddOn: "seat", Units: 10, Amount: "1.35", Prorated: true}, {AddOn: "support", Units: 1, Amount: "15"},
		}, Charges: []check.Charge{{Metric: "storage", Model: "standard", Amount: "0.1", Filters: []check.Filter{
			{Regions: []string{"eu", "us"}, Charge: check.Charge{Amount: "0.255"}}, {Regions: []string{"asia"}, Charge: check.Charge{Amount: "0.7"}},
		}}}},
		{Code: "license", Interval: "monthly", Amount: 3000, InAdvance: true, Fixed: []check.Fixed{
			{AddOn: "seat", Units: 3, Amount: "4.1", InAdvance: true, Prorated: true}, {AddOn: "support", Units: 2, Amount: "1", InAdvance: true},
		}, Charges: []check.Charge{{Metric: "people", Model: "standard", Amount: "0.515", Grouped: true}}},
		{Code: "by_event", Interval: "monthly", Amount: 500, Charges: []check.Charge{
			{Metric: "storage", Model: "standard", Amount: "0.31", InAdvance: true},
			{Metric: "peak", Model: "volume", Ranges: tiers},
			{Metric: "disks", Model: "standard", Amount: "0.93", Prorated: true},
		}},
		{Code: "trial_late", Interval: "monthly", Amount: 4000, Trial: 10, Charges: []check.Charge{count("0.05")}},
		{Code: "trial_soon", Interval: "monthly", Amount: 6000, Trial: 10, InAdvance: true, Charges: []check.Charge{count("0.05")}},
		{Code: "stepwise", Interval: "monthly", Amount: 1500, Thresholds: []int64{2000, 4500, 9000}, Charges: []check.Charge{
			count("3.7"), {Metric: "storage", Model: "standard", Amount: "1.55"},
		}},
		{Code: "committed", Interval: "monthly", Amount: 1000, Commitment: 6001, Charges: []check.Charge{
			{Metric: "calls", Model: "standard", Amount: "0.9", Minimum: 777}, {Metric: "people", Model: "graduated", Ranges: tiers},
		}},
	}
	for n := range all {
		all[n].Code += "_" + currency
		all[n].Currency = currency
		for at := range all[n].Thresholds {
			if currency == "JPY" {
				all[n].Thresholds[at] /= 100
			}
		}
	}
	return all
}

// entities are the billing entities beside the default one.
func entities() []check.Entity {
	return []check.Entity{{Code: "branch", Prefix: "BRANCH", Taxes: []string{"city", "reduced"}}}
}

// regions are where events come from; the last one is no value of the metric's filter.
func regions() []string { return []string{"eu", "us", "asia", "moon"} }

// addOns are what fixed charges and single invoices ask for in a currency.
func addOns(currency string) []check.AddOn {
	return []check.AddOn{{Code: "setup_" + currency, Amount: 4999}, {Code: "training_" + currency, Amount: 333}}
}

// coupons are what customers get off in a currency.
func coupons(currency string) []check.Coupon {
	return []check.Coupon{
		{Code: "once_" + currency, Amount: 2501, Currency: currency, Frequency: "once"},
		{Code: "twice_" + currency, Rate: "12.5", Frequency: "recurring", Duration: 2},
		{Code: "always_" + currency, Amount: 333, Currency: currency, Frequency: "forever"},
		{Code: "storage_" + currency, Rate: "40", Frequency: "forever", Metrics: []string{"storage"}},
		{Code: "people_" + currency, Amount: 150, Currency: currency, Frequency: "once", Metrics: []string{"people"}},
		{Code: "small_" + currency, Rate: "33", Frequency: "recurring", Duration: 3, Plans: []string{"late_small_" + currency, "soon_small_" + currency}},
	}
}

// sell makes the catalogue.
func (w *world) sell(ctx context.Context) error {
	ids := map[string]string{}
	for _, tax := range taxes() {
		if err := w.make(ctx, "tax", "/taxes", object{"name": tax.Code, "code": tax.Code, "rate": tax.Rate, "applied_to_organization": tax.Default}); err != nil {
			return err
		}
		if err := w.client.note(check.Entry{Tax: &tax}); err != nil {
			return err
		}
	}
	for _, entity := range entities() {
		if err := w.makeEntity(ctx, entity); err != nil {
			return err
		}
	}
	for _, metric := range metrics() {
		if err := w.makeMetric(ctx, metric, ids); err != nil {
			return err
		}
	}
	for _, code := range []string{"seat", "support"} {
		if err := w.makeAddOn(ctx, check.AddOn{Code: code, Amount: 100}, "EUR", ids); err != nil {
			return err
		}
	}
	for _, currency := range currencies() {
		for _, addOn := range addOns(currency) {
			if err := w.makeAddOn(ctx, addOn, currency, ids); err != nil {
				return err
			}
		}
		for _, plan := range plans(currency) {
			if err := w.makePlan(ctx, plan, ids); err != nil {
				return err
			}
		}
		for _, coupon := range coupons(currency) {
			if err := w.makeCoupon(ctx, coupon); err != nil {
				return err
			}
		}
	}
	return nil
}

// makeEntity makes a billing entity.
func (w *world) makeEntity(ctx context.Context, entity check.Entity) error {
	body := object{"name": entity.Code, "code": entity.Code, "document_number_prefix": entity.Prefix, "document_numbering": "per_billing_entity"}
	if err := w.make(ctx, "billing_entity", "/billing_entities", body); err != nil {
		return err
	}
	taxed := text(object{"billing_entity": object{"tax_codes": entity.Taxes}})
	if err := w.client.write(ctx, call{http.MethodPut, "/billing_entities/" + entity.Code, taxed, nil}, nil); err != nil {
		return err
	}
	return w.client.note(check.Entry{Entity: &entity})
}

// makeMetric makes a metric and keeps its identifier.
func (w *world) makeMetric(ctx context.Context, metric check.Metric, ids map[string]string) error {
	body := object{"name": metric.Code, "code": metric.Code, "aggregation_type": metric.Aggregation, "recurring": metric.Recurring}
	if metric.Aggregation != "count_agg" {
		body["field_name"] = "value"
	}
	if metric.Code == "storage" {
		body["filters"] = []object{{"key": "region", "values": regions()[:3]}}
	}
	if err := w.make(ctx, "billable_metric", "/billable_metrics", body); err != nil {
		return err
	}
	var made struct {
		Metric struct {
			ID string `json:"lago_id"`
		} `json:"billable_metric"`
	}
	if found, err := w.client.read(ctx, "/billable_metrics/"+metric.Code, &made); err != nil || !found {
		return fmt.Errorf("the metric %s was not made: %w", metric.Code, err)
	}
	ids[metric.Code] = made.Metric.ID
	return w.client.note(check.Entry{Metric: &metric})
}

// makeAddOn makes an add-on and keeps its identifier.
func (w *world) makeAddOn(ctx context.Context, addOn check.AddOn, currency string, ids map[string]string) error {
	body := object{"name": addOn.Code, "code": addOn.Code, "amount_cents": addOn.Amount, "amount_currency": currency}
	if err := w.make(ctx, "add_on", "/add_ons", body); err != nil {
		return err
	}
	var made struct {
		AddOn struct {
			ID string `json:"lago_id"`
		} `json:"add_on"`
	}
	if found, err := w.client.read(ctx, "/add_ons/"+addOn.Code, &made); err != nil || !found {
		return fmt.Errorf("the add-on %s was not made: %w", addOn.Code, err)
	}
	ids[addOn.Code] = made.AddOn.ID
	return w.client.note(check.Entry{AddOn: &addOn})
}

// makePlan makes a plan with its charges.
func (w *world) makePlan(ctx context.Context, plan check.Plan, ids map[string]string) error {
	charges := []object{}
	for _, charge := range plan.Charges {
		filters := []object{}
		for _, filter := range charge.Filters {
			filters = append(filters, object{"values": object{"region": filter.Regions}, "properties": object{"amount": filter.Charge.Amount}})
		}
		charges = append(charges, object{
			"billable_metric_id": ids[charge.Metric], "charge_model": charge.Model, "properties": properties(charge), "filters": filters,
			"tax_codes": orEmpty(charge.Taxes), "min_amount_cents": charge.Minimum, "pay_in_advance": charge.InAdvance, "prorated": charge.Prorated,
		})
	}
	fixed := []object{}
	for _, one := range plan.Fixed {
		fixed = append(fixed, object{
			"add_on_id": ids[one.AddOn], "charge_model": "standard", "units": fmt.Sprint(one.Units), "prorated": one.Prorated,
			"pay_in_advance": one.InAdvance, "properties": object{"amount": one.Amount},
		})
	}
	body := object{
		"name": plan.Code, "code": plan.Code, "interval": plan.Interval, "amount_cents": plan.Amount, "amount_currency": plan.Currency,
		"pay_in_advance": plan.InAdvance, "tax_codes": orEmpty(plan.Taxes), "charges": charges,
		"fixed_charges": fixed, "trial_period": plan.Trial,
	}
	if len(plan.Thresholds) > 0 {
		thresholds := []object{}
		for _, amount := range plan.Thresholds {
			thresholds = append(thresholds, object{"amount_cents": amount})
		}
		body["usage_thresholds"] = thresholds
	}
	if plan.Commitment > 0 {
		body["minimum_commitment"] = object{"amount_cents": plan.Commitment}
	}
	if err := w.make(ctx, "plan", "/plans", body); err != nil {
		return err
	}
	return w.client.note(check.Entry{Plan: &plan})
}

func orEmpty(texts []string) []string { return append([]string{}, texts...) }

// properties are those of a charge's model.
func properties(charge check.Charge) object {
	switch charge.Model {
	case "package":
		return object{"amount": charge.Amount, "package_size": charge.Size, "free_units": charge.Free}
	case "percentage":
		p := object{"rate": charge.Rate}
		if charge.Fixed != "" {
			p["fixed_amount"] = charge.Fixed
		}
		if charge.Free > 0 {
			p["free_units_per_events"] = charge.Free
		}
		return p
	case "graduated", "volume":
		ranges := []object{}
		for _, r := range charge.Ranges {
			one := object{"from_value": r.From, "to_value": nil, "per_unit_amount": r.PerUnit, "flat_amount": r.Flat}
			if r.To > 0 {
				one["to_value"] = r.To
			}
			ranges = append(ranges, one)
		}
		return object{charge.Model + "_ranges": ranges}
	}
	p := object{"amount": charge.Amount}
	if charge.Grouped {
		p["pricing_group_keys"] = []string{"region"}
	}
	return p
}

// makeCoupon makes a coupon.
func (w *world) makeCoupon(ctx context.Context, coupon check.Coupon) error {
	body := object{"name": coupon.Code, "code": coupon.Code, "frequency": coupon.Frequency, "expiration": "no_expiration", "coupon_type": "percentage", "percentage_rate": coupon.Rate}
	if coupon.Rate == "" {
		delete(body, "percentage_rate")
		body["coupon_type"], body["amount_cents"], body["amount_currency"] = "fixed_amount", coupon.Amount, coupon.Currency
	}
	if coupon.Duration > 0 {
		body["frequency_duration"] = coupon.Duration
	}
	if len(coupon.Plans) > 0 {
		body["applies_to"] = object{"plan_codes": coupon.Plans}
	}
	if len(coupon.Metrics) > 0 {
		body["applies_to"] = object{"billable_metric_codes": coupon.Metrics}
	}
	if err := w.make(ctx, "coupon", "/coupons", body); err != nil {
		return err
	}
	return w.client.note(check.Entry{Coupon: &coupon})
}
