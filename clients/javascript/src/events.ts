// The operations on usage events.

import assert from "node:assert/strict";
import { test } from "node:test";

import { invalid, notFound, refusal, type World } from "./world.js";

/** Adds the tests of events. */
export function events(world: () => World): void {
  test("events", async () => {
    const { billableMetrics, events } = world().client;
    await billableMetrics.createBillableMetric({
      billable_metric: {
        name: "Traffic",
        code: "event_traffic",
        aggregation_type: "sum_agg",
        field_name: "gb",
        expression: "event.properties.mb / 1000",
      },
    });
    const created = await events.createEvent({
      event: {
        transaction_id: "event/1",
        external_subscription_id: "metered",
        code: "event_traffic",
        timestamp: "1768471800.123456",
        properties: { mb: 1500, region: "eu" },
      },
    });
    assert.equal(created.data.event.timestamp, "2026-01-15T10:10:00.123Z");
    // By the published document no property is an integer: it is both of an integer and a number, and may be one only.
    assert.deepEqual(created.data.event.properties, { gb: "1.5", mb: "1500", region: "eu" });
    assert.deepEqual((await events.findEvent(encodeURIComponent("event/1"))).data, created.data);
    const batch = await events.createBatchEvents({
      events: [
        { transaction_id: "event2", external_subscription_id: "metered", code: "calls", timestamp: 1768471801 },
        { transaction_id: "event3", external_subscription_id: "metered", code: "calls" },
      ],
    });
    assert.deepEqual(
      batch.data.events.map(({ transaction_id }) => transaction_id),
      ["event2", "event3"],
    );
    const list = await events.findAllEvents({ external_subscription_id: "metered", code: "calls", per_page: 1 });
    assert.equal(list.data.meta.total_count, 2);
    await notFound(events.findEvent("nothing"), "event");
    await invalid(
      events.createEvent({ event: { transaction_id: "event2", external_subscription_id: "metered", code: "calls" } }),
      { transaction_id: ["value_already_exist"] },
    );
    const { error_details } = await refusal(
      events.createBatchEvents({
        events: [
          { transaction_id: "event4", external_subscription_id: "metered", code: "calls" },
          { transaction_id: "event5", external_subscription_id: "metered", code: "calls", timestamp: "yesterday" },
        ],
      }),
    );
    assert.deepEqual(error_details, { 1: { timestamp: ["invalid_format"] } });
  });
}
