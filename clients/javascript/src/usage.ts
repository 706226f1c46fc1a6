// The operations on what subscriptions have used, and on what events would cost.

import assert from "node:assert/strict";
import { test } from "node:test";

import { invalid, notFound, refusal, type World } from "./world.js";

/** Fails unless the call is refused because the customer has no such subscription. */
async function notActive(call: Promise<unknown>): Promise<void> {
  const { status, code } = await refusal(call);
  assert.deepEqual({ status, code }, { status: 405, code: "no_active_subscription" });
}

/** Makes a subscription "used" to a plan with a charge in arrears and one in advance. */
async function subscribe({ client }: World): Promise<void> {
  const { billableMetrics, customers, plans, subscriptions } = client;
  const metrics = [];
  for (const code of ["minutes", "messages"]) {
    const metric = await billableMetrics.createBillableMetric({
      billable_metric: { name: code, code, aggregation_type: "sum_agg", field_name: "count" },
    });
    metrics.push(metric.data.billable_metric.lago_id);
  }
  const [minutes, messages] = metrics;
  assert.ok(minutes !== undefined && messages !== undefined);
  const volume = [
    { from_value: 0, to_value: 100, per_unit_amount: "2", flat_amount: "10" },
    { from_value: 101, to_value: null, per_unit_amount: "1", flat_amount: "0" },
  ];
  await plans.createPlan({
    plan: {
      name: "Usage",
      code: "usage",
      interval: "monthly",
      amount_cents: 0,
      amount_currency: "EUR",
      pay_in_advance: false,
      charges: [
        { code: "minutes", billable_metric_id: minutes, charge_model: "volume", properties: { volume_ranges: volume } },
        {
          code: "messages",
          billable_metric_id: messages,
          charge_model: "percentage",
          pay_in_advance: true,
          properties: { rate: "0.1" },
        },
      ],
    },
  });
  await customers.createCustomer({ customer: { external_id: "user", name: "User", currency: "EUR" } });
  await subscriptions.createSubscription({
    subscription: { external_customer_id: "user", plan_code: "usage", external_id: "used" },
  });
}

/** Adds the tests of usage. */
export function usage(world: () => World): void {
  test("usage", async () => {
    await subscribe(world());
    const { customers, events } = world().client;
    await events.createEvent({
      event: { transaction_id: "use", external_subscription_id: "used", code: "minutes", properties: { count: 3 } },
    });
    const query = { external_subscription_id: "used" };
    const { data } = await customers.findCustomerCurrentUsage("user", query);
    assert.equal(data.customer_usage.total_amount_cents, 1600);
    assert.deepEqual(
      data.customer_usage.charges_usage.map(({ units }) => units),
      ["0.0", "3.0"],
    );
    const some = await customers.findCustomerCurrentUsage("user", {
      ...query,
      charge_code: "minutes",
      apply_taxes: false,
    });
    assert.equal(some.data.customer_usage.charges_usage.length, 1);
    const projected = await customers.findCustomerProjectedUsage("user", query);
    assert.ok(projected.data.customer_projected_usage.projected_amount_cents >= 1600);
    assert.deepEqual((await customers.findAllCustomerPastUsage("user", query)).data.usage_periods, []);
    await notFound(customers.findCustomerCurrentUsage("nobody", query), "customer");
    await notActive(customers.findCustomerCurrentUsage("user", { external_subscription_id: "none" }));
    await notActive(customers.findCustomerProjectedUsage("user", { external_subscription_id: "none" }));
    await notFound(
      customers.findAllCustomerPastUsage("user", { ...query, billable_metric_code: "none" }),
      "billable_metric",
    );
  });

  test("estimates", async () => {
    const { events } = world().client;
    const event = { code: "messages", external_subscription_id: "used", properties: { count: 400 } };
    const fees = (await events.eventEstimateFees({ event })).data.fees;
    assert.deepEqual(
      fees.map(({ amount_cents, units }) => [amount_cents, units]),
      [[40, "400.0"]],
    );
    const instant = (await events.eventEstimateInstantFees({ event })).data.fees;
    assert.deepEqual(
      instant.map(({ amount_cents, precise_unit_amount }) => [amount_cents, precise_unit_amount]),
      [[40, 0.1]],
    );
    const batch = await events.eventBatchEstimateInstantFees({ events: [{ event }, { event }] });
    assert.equal(batch.data.fees.length, 2);
    const lost = { ...event, external_subscription_id: "none" };
    await notFound(events.eventEstimateFees({ event: lost }), "subscription");
    await notFound(events.eventEstimateInstantFees({ event: lost }), "subscription");
    await notFound(events.eventBatchEstimateInstantFees({ events: [{ event: lost }] }), "subscription");
    await invalid(events.eventEstimateFees({ event: { ...event, code: "minutes" } }), {
      code: ["does_not_match_an_instant_charge"],
    });
  });
}
