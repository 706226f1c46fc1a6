// The operations on plans and on everything that is part of one.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Api, PlanCreateInput } from "lago-javascript-client";

import { invalid, notFound, type World } from "./world.js";

/** A plan of the code, with nothing in it. */
function bare(code: string): PlanCreateInput["plan"] {
  return { name: "Plan", code, interval: "monthly", amount_cents: 0, amount_currency: "USD", pay_in_advance: false };
}

/** Makes a plan of the code, with nothing in it. */
async function newPlan({ plans }: Api<unknown>, code: string): Promise<void> {
  await plans.createPlan({ plan: bare(code) });
}

/** Makes a metric of the code that tells two regions apart; returns its identifier. */
async function newMetric({ billableMetrics }: Api<unknown>, code: string): Promise<string> {
  const { data } = await billableMetrics.createBillableMetric({
    billable_metric: {
      name: code,
      code,
      aggregation_type: "sum_agg",
      field_name: "units",
      filters: [{ key: "region", values: ["eu", "us"] }],
    },
  });
  return data.billable_metric.lago_id;
}

/** Makes an add-on of the code; returns its identifier. */
async function newAddOn({ addOns }: Api<unknown>, code: string): Promise<string> {
  const { data } = await addOns.createAddOn({
    add_on: { name: code, code, amount_cents: 100, amount_currency: "USD" },
  });
  return data.add_on.lago_id;
}

/** Adds the tests of plans. */
export function plans(world: () => World): void {
  test("plans", () => wholePlan(world().client));
  test("metadata of plans", () => metadata(world().client));
  test("charges of plans", () => charges(world().client));
  test("filters of charges", () => chargeFilters(world().client));
  test("fixed charges of plans", () => fixedCharges(world().client));
  test("entitlements of plans", () => entitlements(world().client));
}

async function wholePlan(client: Api<unknown>): Promise<void> {
  const { plans } = client;
  const created = await plans.createPlan({
    plan: {
      name: "Startup",
      code: "startup",
      interval: "yearly",
      amount_cents: 10000,
      amount_currency: "USD",
      pay_in_advance: true,
      bill_charges_monthly: true,
      trial_period: 7,
      minimum_commitment: { amount_cents: 500, invoice_display_name: "Minimum" },
      charges: [
        {
          billable_metric_id: await newMetric(client, "calls"),
          code: "calls",
          charge_model: "graduated",
          properties: {
            graduated_ranges: [
              { from_value: 0, to_value: 10, per_unit_amount: "1", flat_amount: "0" },
              { from_value: 11, to_value: null, per_unit_amount: "0.5", flat_amount: "0" },
            ],
          },
        },
      ],
      fixed_charges: [
        {
          add_on_id: await newAddOn(client, "support"),
          code: "support",
          charge_model: "standard",
          units: 2,
          properties: { amount: "10" },
        },
      ],
      usage_thresholds: [{ amount_cents: 1000, threshold_display_name: "First" }],
      metadata: { region: "eu" },
    },
  });
  assert.equal(created.data.plan.charges?.[0]?.charge_model, "graduated");
  assert.equal(created.data.plan.fixed_charges?.[0]?.add_on_code, "support");
  assert.equal(created.data.plan.minimum_commitment?.amount_cents, 500);
  assert.equal(created.data.plan.usage_thresholds?.[0]?.amount_cents, 1000);
  const updated = await plans.updatePlan("startup", { plan: { name: "Start", cascade_updates: false } });
  assert.equal(updated.data.plan.name, "Start");
  assert.deepEqual((await plans.findPlan("startup")).data, updated.data);
  const list = await plans.findAllPlans({ per_page: 5 });
  assert.deepEqual(
    list.data.plans.map(({ code }) => code),
    ["startup"],
  );
  assert.equal((await plans.destroyPlan("startup")).data.plan.lago_id, created.data.plan.lago_id);
  await notFound(plans.findPlan("startup"), "plan");
  await invalid(plans.createPlan({ plan: { ...bare("x"), code: "" } }), { code: ["value_is_mandatory"] });
}

async function metadata(client: Api<unknown>): Promise<void> {
  const { plans } = client;
  await newPlan(client, "labelled");
  const replaced = await plans.replacePlanMetadata("labelled", { metadata: { region: "eu", tier: "gold" } });
  assert.deepEqual(replaced.data.metadata, { region: "eu", tier: "gold" });
  const merged = await plans.mergePlanMetadata("labelled", { metadata: { tier: "silver" } });
  assert.deepEqual(merged.data.metadata, { region: "eu", tier: "silver" });
  const left = await plans.deletePlanMetadataKey("labelled", "region");
  assert.deepEqual(left.data.metadata, { tier: "silver" });
  assert.equal((await plans.deleteAllPlanMetadata("labelled")).data.metadata, null);
  await notFound(plans.mergePlanMetadata("nothing", { metadata: {} }), "plan");
}

async function charges(client: Api<unknown>): Promise<void> {
  const { plans } = client;
  await newPlan(client, "charged");
  const created = await plans.createPlanCharge("charged", {
    charge: {
      billable_metric_id: await newMetric(client, "storage"),
      code: "storage",
      charge_model: "package",
      properties: { amount: "5", free_units: 10, package_size: 100 },
      filters: [{ values: { region: ["us"] }, properties: { amount: "4", free_units: 0, package_size: 100 } }],
    },
  });
  assert.equal(created.data.charge.properties?.package_size, 100);
  const updated = await plans.updatePlanCharge("charged", "storage", {
    charge: { charge_model: "package", invoice_display_name: "Disk" },
  });
  assert.equal(updated.data.charge.invoice_display_name, "Disk");
  assert.equal(updated.data.charge.filters?.length, 1);
  assert.deepEqual((await plans.findPlanCharge("charged", "storage")).data, updated.data);
  assert.deepEqual((await plans.findAllPlanCharges("charged")).data.charges, [updated.data.charge]);
  const deleted = await plans.destroyPlanCharge("charged", "storage", { charge: { cascade_updates: false } });
  assert.equal(deleted.data.charge.lago_id, created.data.charge.lago_id);
  await notFound(plans.findPlanCharge("charged", "storage"), "charge");
}

async function chargeFilters(client: Api<unknown>): Promise<void> {
  const { plans } = client;
  await newPlan(client, "filtered");
  await plans.createPlanCharge("filtered", {
    charge: {
      billable_metric_id: await newMetric(client, "traffic"),
      code: "traffic",
      charge_model: "standard",
      properties: { amount: "1" },
    },
  });
  const created = await plans.createPlanChargeFilter("filtered", "traffic", {
    filter: { values: { region: ["eu"] }, properties: { amount: "2" }, invoice_display_name: "Europe" },
  });
  const { lago_id: id } = created.data.filter;
  assert.deepEqual(created.data.filter.values, { region: ["eu"] });
  const updated = await plans.updatePlanChargeFilter("filtered", "traffic", id, {
    filter: { properties: { amount: "3" } },
  });
  assert.equal(updated.data.filter.properties.amount, "3");
  assert.deepEqual((await plans.findPlanChargeFilter("filtered", "traffic", id)).data, updated.data);
  const list = await plans.findAllPlanChargeFilters("filtered", "traffic");
  assert.deepEqual(list.data.filters, [updated.data.filter]);
  const deleted = await plans.destroyPlanChargeFilter("filtered", "traffic", id, { filter: {} });
  assert.equal(deleted.data.filter.lago_id, id);
  await notFound(plans.findPlanChargeFilter("filtered", "traffic", id), "charge_filter");
}

async function fixedCharges(client: Api<unknown>): Promise<void> {
  const { plans } = client;
  await newPlan(client, "fixed");
  const created = await plans.createPlanFixedCharge("fixed", {
    fixed_charge: {
      add_on_id: await newAddOn(client, "seat"),
      code: "seat",
      charge_model: "standard",
      units: "2.5",
      properties: { amount: "8" },
    },
  });
  assert.equal(created.data.fixed_charge.add_on_code, "seat");
  const updated = await plans.updatePlanFixedCharge("fixed", "seat", { fixed_charge: { units: "3" } });
  assert.equal(updated.data.fixed_charge.lago_id, created.data.fixed_charge.lago_id);
  assert.equal(Number(updated.data.fixed_charge.units), 3);
  assert.deepEqual((await plans.findPlanFixedCharge("fixed", "seat")).data, updated.data);
  assert.deepEqual((await plans.findAllPlanFixedCharges("fixed")).data.fixed_charges, [updated.data.fixed_charge]);
  const deleted = await plans.destroyPlanFixedCharge("fixed", "seat", { fixed_charge: {} });
  assert.equal(deleted.data.fixed_charge.code, "seat");
  await notFound(plans.findPlanFixedCharge("fixed", "seat"), "fixed_charge");
}

async function entitlements(client: Api<unknown>): Promise<void> {
  const { features, plans } = client;
  await newPlan(client, "entitled");
  await features.createFeature({
    feature: {
      code: "users",
      name: "Users",
      privileges: [
        { code: "max", value_type: "integer" },
        { code: "sso", value_type: "boolean" },
      ],
    },
  });
  await features.createFeature({ feature: { code: "audit" } });
  const granted = await plans.createEntitlement("entitled", { entitlements: { users: { max: 10 } } });
  assert.equal(granted.data.entitlements[0]?.privileges[0]?.value, 10);
  const merged = await plans.updateEntitlement("entitled", { entitlements: { users: { sso: true }, audit: {} } });
  assert.deepEqual(
    merged.data.entitlements.map(({ code }) => code).sort(),
    ["audit", "users"],
  );
  assert.deepEqual((await plans.findAllEntitlements("entitled")).data, merged.data);
  const found = await plans.findEntitlement("entitled", "users");
  assert.equal(found.data.entitlement.privileges.length, 2);
  const reduced = await plans.removeEntitlementPrivilege("entitled", "users", "sso");
  assert.deepEqual(
    reduced.data.entitlement.privileges.map(({ code }) => code),
    ["max"],
  );
  assert.equal((await plans.destroyEntitlement("entitled", "users")).data.entitlement.code, "users");
  await notFound(plans.findEntitlement("entitled", "users"), "entitlement");
}
