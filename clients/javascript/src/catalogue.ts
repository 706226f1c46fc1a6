// The operations on what is sold: taxes, metrics, add-ons, features.

import assert from "node:assert/strict";
import { test } from "node:test";

import { invalid, notFound, type World } from "./world.js";

/** Adds the tests of the catalogue. */
export function catalogue(world: () => World): void {
  test("taxes", async () => {
    const { taxes } = world().client;
    const created = await taxes.createTax({ tax: { name: "VAT", code: "vat", rate: "20.0" } });
    assert.equal(created.data.tax.rate, 20);
    const updated = await taxes.updateTax("vat", { tax: { description: "From January", rate: "21" } });
    assert.equal(updated.data.tax.lago_id, created.data.tax.lago_id);
    assert.equal(updated.data.tax.rate, 21);
    assert.deepEqual((await taxes.findTax("vat")).data, updated.data);
    const list = await taxes.findAllTaxes({ page: 1, per_page: 10 });
    assert.ok(list.data.taxes.some(({ code }) => code === "vat"));
    assert.equal(list.data.meta.current_page, 1);
    assert.deepEqual((await taxes.destroyTax("vat")).data.tax.code, "vat");
    await notFound(taxes.findTax("vat"), "tax");
    await invalid(taxes.createTax({ tax: { code: "nameless", rate: "20" } }), { name: ["value_is_mandatory"] });
  });

  test("billable metrics", async () => {
    const { billableMetrics } = world().client;
    const created = await billableMetrics.createBillableMetric({
      billable_metric: {
        name: "Storage",
        code: "storage",
        aggregation_type: "sum_agg",
        field_name: "gb",
        expression: "event.properties.mb / 1024",
        rounding_function: "ceil",
        rounding_precision: 2,
        filters: [{ key: "region", values: ["eu", "us"] }],
      },
    });
    assert.equal(created.data.billable_metric.aggregation_type, "sum_agg");
    assert.deepEqual(created.data.billable_metric.filters, [{ key: "region", values: ["eu", "us"] }]);
    const updated = await billableMetrics.updateBillableMetric("storage", {
      billable_metric: { name: "Disk", description: "By the gigabyte" },
    });
    assert.equal(updated.data.billable_metric.name, "Disk");
    const found = await billableMetrics.findBillableMetric("storage");
    assert.equal(found.data.billable_metric.name, "Disk");
    const list = await billableMetrics.findAllBillableMetrics();
    assert.ok(list.data.billable_metrics.some(({ code }) => code === "storage"));
    const evaluated = await billableMetrics.evaluateBillableMetricExpression({
      expression: "round(event.properties.mb / 1024, 1)",
      event: { code: "storage", timestamp: 1768471800, properties: { mb: 1536 } },
    });
    assert.equal(evaluated.data.expression_result.value, "1.5");
    assert.equal((await billableMetrics.destroyBillableMetric("storage")).data.billable_metric.code, "storage");
    await notFound(billableMetrics.findBillableMetric("storage"), "billable_metric");
    await invalid(
      billableMetrics.createBillableMetric({
        billable_metric: { name: "Sum", code: "sum", aggregation_type: "sum_agg" },
      }),
      { field_name: ["value_is_mandatory"] },
    );
  });

  test("add-ons", async () => {
    const { addOns, taxes } = world().client;
    await taxes.createTax({ tax: { name: "Reduced", code: "reduced", rate: "5" } });
    const created = await addOns.createAddOn({
      add_on: { name: "Setup", code: "setup", amount_cents: 5000, amount_currency: "EUR", tax_codes: ["reduced"] },
    });
    assert.equal(created.data.add_on.amount_cents, 5000);
    assert.equal(created.data.add_on.taxes?.[0]?.code, "reduced");
    const updated = await addOns.updateAddOn("setup", { add_on: { invoice_display_name: "Setup fee" } });
    assert.equal(updated.data.add_on.invoice_display_name, "Setup fee");
    assert.deepEqual((await addOns.findAddOn("setup")).data, updated.data);
    assert.deepEqual((await addOns.findAllAddOns()).data.add_ons, [updated.data.add_on]);
    assert.equal((await addOns.destroyAddOn("setup")).data.add_on.lago_id, created.data.add_on.lago_id);
    await notFound(addOns.findAddOn("setup"), "add_on");
  });

  test("coupons", async () => {
    const { coupons } = world().client;
    const created = await coupons.createCoupon({
      coupon: {
        name: "Launch",
        code: "launch",
        coupon_type: "percentage",
        percentage_rate: "10",
        frequency: "recurring",
        frequency_duration: 3,
        reusable: true,
        expiration: "time_limit",
        expiration_at: "2999-12-31T23:59:59Z",
      },
    });
    assert.equal(created.data.coupon.coupon_type, "percentage");
    assert.equal(created.data.coupon.expiration_at, "2999-12-31T23:59:59Z");
    const updated = await coupons.updateCoupon("launch", { coupon: { name: "Start" } });
    assert.equal(updated.data.coupon.name, "Start");
    assert.deepEqual((await coupons.findCoupon("launch")).data, updated.data);
    assert.deepEqual((await coupons.findAllCoupons()).data.coupons, [updated.data.coupon]);
    assert.equal((await coupons.destroyCoupon("launch")).data.coupon.code, "launch");
    await notFound(coupons.findCoupon("launch"), "coupon");
  });

  test("features and their privileges", async () => {
    const { features } = world().client;
    const created = await features.createFeature({
      feature: {
        code: "seats",
        name: "Seats",
        privileges: [
          { code: "max", name: "Most", value_type: "integer" },
          { code: "tier", value_type: "select", config: { select_options: ["gold", "silver"] } },
        ],
      },
    });
    assert.deepEqual(
      created.data.feature.privileges.map(({ code }) => code),
      ["max", "tier"],
    );
    const updated = await features.updateFeature("seats", { feature: { description: "Who may sign in" } });
    assert.equal(updated.data.feature.description, "Who may sign in");
    assert.deepEqual((await features.findFeature("seats")).data, updated.data);
    assert.deepEqual((await features.findAllFeatures()).data.features, [updated.data.feature]);
    const reduced = await features.deleteFeaturePrivilege("seats", "max");
    assert.deepEqual(
      reduced.data.feature.privileges.map(({ code }) => code),
      ["tier"],
    );
    assert.equal((await features.destroyFeature("seats")).data.feature.code, "seats");
    await notFound(features.findFeature("seats"), "feature");
  });
}
