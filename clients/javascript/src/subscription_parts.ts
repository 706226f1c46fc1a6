// The operations below a subscription.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Api } from "lago-javascript-client";

import { invalid, notFound, type World } from "./world.js";

/** Adds the tests of what lies below a subscription. */
export function subscriptionParts(world: () => World): void {
  test("charges of subscriptions", () => charges(world().client));
  test("fixed charges of subscriptions", () => fixedCharges(world().client));
  test("entitlements of subscriptions", () => entitlements(world().client));
  test("alerts of subscriptions", () => alerts(world().client));
  test("lifetime usage of subscriptions", () => lifetimeUsage(world().client));
}

/** Makes a subscription and a plan of the same code, with a charge and a fixed charge of that code too. */
async function subscribe({ addOns, billableMetrics, plans, subscriptions }: Api<unknown>, code: string): Promise<void> {
  const metric = await billableMetrics.createBillableMetric({
    billable_metric: {
      name: code,
      code,
      aggregation_type: "count_agg",
      filters: [{ key: "region", values: ["eu", "us"] }],
    },
  });
  await addOns.createAddOn({ add_on: { name: code, code, amount_cents: 100, amount_currency: "USD" } });
  await plans.createPlan({
    plan: {
      name: code,
      code,
      interval: "monthly",
      amount_cents: 1000,
      amount_currency: "USD",
      pay_in_advance: false,
      usage_thresholds: [{ amount_cents: 1000 }],
    },
  });
  await plans.createPlanCharge(code, {
    charge: {
      billable_metric_id: metric.data.billable_metric.lago_id,
      code,
      charge_model: "standard",
      properties: { amount: "1" },
      filters: [{ values: { region: ["us"] }, properties: { amount: "2" } }],
    },
  });
  await plans.createPlanFixedCharge(code, {
    fixed_charge: { add_on_code: code, code, charge_model: "standard", units: "2", properties: { amount: "10" } },
  });
  await subscriptions.createSubscription({
    subscription: { external_customer_id: "subscriber", external_id: code, plan_code: code },
  });
}

async function charges(client: Api<unknown>): Promise<void> {
  const { subscriptions } = client;
  const code = "own-charge";
  await subscribe(client, code);
  const planned = await subscriptions.findSubscriptionCharge(code, code);
  assert.deepEqual((await subscriptions.findAllSubscriptionCharges(code)).data.charges, [planned.data.charge]);
  const own = await subscriptions.overrideSubscriptionCharge(code, code, {
    charge: { properties: { amount: "3" }, invoice_display_name: "Special", min_amount_cents: 100 },
  });
  assert.equal(own.data.charge.lago_parent_id, planned.data.charge.lago_id);
  assert.equal(own.data.charge.properties?.amount, "3");
  await notFound(subscriptions.findSubscriptionCharge(code, "nothing"), "charge");

  const created = await subscriptions.createSubscriptionChargeFilter(code, code, {
    filter: { values: { region: ["eu"] }, properties: { amount: "4" } },
  });
  const { lago_id: id } = created.data.filter;
  const updated = await subscriptions.updateSubscriptionChargeFilter(code, code, id, {
    filter: { properties: { amount: "5" } },
  });
  assert.equal(updated.data.filter.properties.amount, "5");
  assert.deepEqual((await subscriptions.findSubscriptionChargeFilter(code, code, id)).data, updated.data);
  const list = await subscriptions.findAllSubscriptionChargeFilters(code, code);
  assert.equal(list.data.filters.length, 2);
  assert.equal((await subscriptions.destroySubscriptionChargeFilter(code, code, id)).data.filter.lago_id, id);
  await notFound(subscriptions.findSubscriptionChargeFilter(code, code, id), "charge_filter");
}

async function fixedCharges(client: Api<unknown>): Promise<void> {
  const { subscriptions } = client;
  const code = "own-fixed-charge";
  await subscribe(client, code);
  const planned = await subscriptions.findSubscriptionFixedCharge(code, code);
  const own = await subscriptions.overrideSubscriptionFixedCharge(code, code, {
    fixed_charge: { units: "5", apply_units_immediately: true },
  });
  assert.equal(own.data.fixed_charge.lago_parent_id, planned.data.fixed_charge.lago_id);
  assert.equal(Number(own.data.fixed_charge.units), 5);
  const list = await subscriptions.findAllSubscriptionFixedCharges(code);
  assert.deepEqual(list.data.fixed_charges, [own.data.fixed_charge]);
  await notFound(subscriptions.findSubscriptionFixedCharge(code, "nothing"), "fixed_charge");
}

async function entitlements(client: Api<unknown>): Promise<void> {
  const { features, plans, subscriptions } = client;
  const code = "own-entitlements";
  await subscribe(client, code);
  await features.createFeature({
    feature: { code: "storage", privileges: [{ code: "gigabytes", value_type: "integer" }] },
  });
  await plans.createEntitlement(code, { entitlements: { storage: { gigabytes: 10 } } });
  const merged = await subscriptions.updateSubscriptionEntitlements(code, {
    entitlements: { storage: { gigabytes: 20 } },
  });
  const [privilege] = merged.data.entitlements[0]?.privileges ?? [];
  assert.equal(privilege?.value, 20);
  assert.equal(privilege.plan_value, 10);
  assert.equal(privilege.override_value, 20);
  assert.deepEqual((await subscriptions.findAllSubscriptionEntitlements(code)).data, merged.data);
  const reduced = await subscriptions.destroySubscriptionEntitlementPrivilege(code, "storage", "gigabytes");
  assert.deepEqual(reduced.data.entitlement.privileges, []);
  const removed = await subscriptions.destroySubscriptionEntitlement(code, "storage");
  assert.equal(removed.data.entitlement.code, "storage");
  assert.deepEqual((await subscriptions.findAllSubscriptionEntitlements(code)).data.entitlements, []);
  await notFound(subscriptions.destroySubscriptionEntitlement(code, "nothing"), "feature");
}

async function alerts(client: Api<unknown>): Promise<void> {
  const { subscriptions } = client;
  const code = "alerted";
  await subscribe(client, code);
  const created = await subscriptions.createSubscriptionAlert(code, {
    alert: {
      alert_type: "billable_metric_current_usage_units",
      billable_metric_code: code,
      code: "units",
      thresholds: [{ value: "10", code: "warn" }, { value: 5, recurring: true }],
    },
  });
  assert.ok("alert" in created.data);
  assert.equal(created.data.alert.billable_metric?.code, code);
  assert.equal(created.data.alert.previous_value, 0);
  const several = await subscriptions.createSubscriptionAlert(code, {
    alerts: [
      { alert_type: "current_usage_amount", code: "spend", thresholds: [{ value: "100" }] },
      { alert_type: "lifetime_usage_amount", code: "life", thresholds: [{ value: "100" }] },
    ],
  });
  assert.ok("alerts" in several.data);
  assert.equal(several.data.alerts.length, 2);
  const updated = await subscriptions.updateSubscriptionAlert(code, "units", { alert: { name: "Units" } });
  assert.equal(updated.data.alert.name, "Units");
  assert.deepEqual((await subscriptions.getSubscriptionAlert(code, "units")).data, updated.data);
  assert.equal((await subscriptions.getSubscriptionAlerts(code)).data.alerts.length, 3);
  assert.equal((await subscriptions.deleteSubscriptionAlert(code, "units")).data.alert.code, "units");
  await notFound(subscriptions.getSubscriptionAlert(code, "units"), "alert");
  await subscriptions.deleteAllSubscriptionAlerts(code);
  assert.deepEqual((await subscriptions.getSubscriptionAlerts(code)).data.alerts, []);
}

async function lifetimeUsage(client: Api<unknown>): Promise<void> {
  const { subscriptions } = client;
  const code = "long-lived";
  await subscribe(client, code);
  const updated = await subscriptions.updateSubscriptionLifetimeUsage(code, {
    lifetime_usage: { external_historical_usage_amount_cents: 500 },
  });
  assert.equal(updated.data.lifetime_usage.usage_thresholds?.[0]?.completion_ratio, 0.5);
  const shown = await subscriptions.getSubscriptionLifetimeUsage(code);
  assert.equal(shown.data.lifetime_usage.external_historical_usage_amount_cents, 500);
  await invalid(
    subscriptions.updateSubscriptionLifetimeUsage(code, {
      lifetime_usage: { external_historical_usage_amount_cents: -1 },
    }),
    { historical_usage_amount_cents: ["value_is_out_of_range"] },
  );
}
