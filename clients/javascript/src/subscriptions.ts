// The operations on subscriptions.

import assert from "node:assert/strict";
import { test } from "node:test";

import { invalid, notFound, type World } from "./world.js";

/** Adds the tests of subscriptions. */
export function subscriptions(world: () => World): void {
  test("subscriptions", async () => {
    const { customers, plans, subscriptions } = world().client;
    const plan = { interval: "monthly", amount_currency: "EUR", pay_in_advance: true } as const;
    await plans.createPlan({ plan: { ...plan, name: "Small", code: "subscribed-small", amount_cents: 1000 } });
    await plans.createPlan({ plan: { ...plan, name: "Big", code: "subscribed-big", amount_cents: 2000 } });
    const created = await subscriptions.createSubscription({
      subscription: {
        external_customer_id: "subscriber",
        external_id: "subscription",
        plan_code: "subscribed-small",
        billing_time: "anniversary",
        plan_overrides: { amount_cents: 1500, usage_thresholds: [{ amount_cents: 100 }] },
        payment_method: { payment_method_type: "manual" },
      },
    });
    assert.equal(created.data.subscription.status, "active");
    assert.equal(created.data.subscription.plan?.amount_cents, 1500);
    assert.equal(created.data.subscription.applicable_usage_thresholds?.[0]?.amount_cents, 100);
    const found = await subscriptions.findSubscription("subscription");
    assert.equal(found.data.subscription.lago_id, created.data.subscription.lago_id);
    const updated = await subscriptions.updateSubscription("subscription", {
      subscription: { name: "Main", ending_at: "2100-01-31T00:00:00Z" },
    });
    assert.equal(updated.data.subscription.ending_at, "2100-01-31T00:00:00Z");

    const upgraded = await subscriptions.createSubscription({
      subscription: { external_customer_id: "subscriber", external_id: "subscription", plan_code: "subscribed-big" },
    });
    assert.equal(upgraded.data.subscription.previous_plan_code, "subscribed-small");
    const downgraded = await subscriptions.createSubscription({
      subscription: { external_customer_id: "subscriber", external_id: "subscription", plan_code: "subscribed-small" },
    });
    assert.equal(downgraded.data.subscription.lago_id, upgraded.data.subscription.lago_id);
    assert.equal(downgraded.data.subscription.next_plan_code, "subscribed-small");
    assert.match(downgraded.data.subscription.downgrade_plan_date ?? "", /^\d{4}-\d\d-\d\d$/);
    const withdrawn = await subscriptions.destroySubscription("subscription", { status: "pending" });
    assert.equal(withdrawn.data.subscription.status, "canceled");

    const all = await subscriptions.findAllSubscriptions({ "status[]": ["active", "terminated", "canceled"] });
    const own = await customers.findAllCustomerSubscriptions("subscriber", { "status[]": ["active"] });
    assert.equal(all.data.subscriptions.filter((each) => each.external_id === "subscription").length, 3);
    assert.deepEqual(
      own.data.subscriptions.map(({ lago_id }) => lago_id),
      [upgraded.data.subscription.lago_id],
    );
    const ended = await subscriptions.destroySubscription("subscription", { on_termination_credit_note: "refund" });
    assert.equal(ended.data.subscription.on_termination_credit_note, "refund");
    await notFound(subscriptions.findSubscription("subscription"), "subscription");
    await invalid(
      subscriptions.createSubscription({
        subscription: {
          external_customer_id: "subscriber",
          external_id: "other",
          plan_code: "subscribed-big",
          ending_at: "2000-01-01T00:00:00Z",
        },
      }),
      { ending_at: ["invalid_date"] },
    );
  });
}
