// The figures of analytics.

import assert from "node:assert/strict";
import { test } from "node:test";

import { invalid, type World } from "./world.js";

/** What analytics show of what the other tests have left behind. */
export function analytics(world: () => World): void {
  test("analytics of invoices", async () => {
    const { analytics } = world().client;
    const query = { months: 12, currency: "EUR" } as const;
    const gross = (await analytics.findAllGrossRevenues(query)).data.gross_revenues;
    const collected = (await analytics.findAllInvoiceCollections(query)).data.invoice_collections;
    const sum = (rows: readonly { amount_cents?: number }[]): number =>
      rows.reduce((cents, row) => cents + (row.amount_cents ?? 0), 0);
    assert.ok(sum(gross) > 0);
    assert.ok(sum(collected) > 0);
    assert.ok(gross.every(({ currency }) => currency === "EUR"));
    const overdue = await analytics.findAllOverdueBalances({ ...query, external_customer_id: "none" });
    assert.deepEqual(overdue.data.overdue_balances, []);
    assert.ok(Array.isArray((await analytics.findAllInvoicedUsages(query)).data.invoiced_usages));
    assert.ok(Array.isArray((await analytics.findAllMrrs()).data.mrrs));
  });

  test("analytics of usage", async () => {
    const { analytics } = world().client;
    const query = { external_subscription_id: "used", time_granularity: "monthly" } as const;
    const usages = (await analytics.findAllUsages(query)).data.usages;
    assert.ok(usages.length > 0);
    assert.ok(usages.every(({ billable_metric_code }) => ["minutes", "messages"].includes(billable_metric_code ?? "")));
    assert.deepEqual((await analytics.findAllUsages({ ...query, plan_code: "none" })).data.usages, []);
    await invalid(analytics.findAllUsages({ from_date: "yesterday" }), { from_date: ["value_is_invalid"] });
  });
}
