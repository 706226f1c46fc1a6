// The operations on invoices and fees.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";

import { invalid, notFound, refusal, type World } from "./world.js";

/** An identifier that nothing has. */
const nobody = "00000000-0000-4000-8000-000000000000";

/** Fails unless the call is refused because the invoice is in no state for it. */
async function notAllowed(call: Promise<unknown>, expected: string): Promise<void> {
  const { status, code } = await refusal(call);
  assert.deepEqual({ status, code }, { status: 405, code: expected });
}

/** Adds the tests of invoices and fees. */
export function invoices(world: () => World): void {
  test("one-off invoices", () => oneOff(world()));
  test("drafts", () => drafts(world()));
  test("fees", () => fees(world()));
}

async function oneOff({ client }: World): Promise<void> {
  const { addOns, customers, invoices } = client;
  await addOns.createAddOn({
    add_on: { name: "Visit", code: "visit", amount_cents: 4000, amount_currency: "EUR" },
  });
  await customers.createCustomer({ customer: { external_id: "payer", name: "Payer", currency: "EUR" } });
  const created = await invoices.createInvoice({
    invoice: {
      external_customer_id: "payer",
      currency: "EUR",
      fees: [{ add_on_code: "visit", units: "2", tax_codes: [] }],
    },
  });
  const id = created.data.invoice.lago_id;
  assert.equal(created.data.invoice.total_amount_cents, 8000);
  assert.equal(created.data.invoice.status, "finalized");
  assert.equal((await invoices.findInvoice(id)).data.invoice.number, created.data.invoice.number);
  assert.equal((await invoices.findAllInvoices({ external_customer_id: "payer" })).data.meta.total_count, 1);
  assert.equal((await customers.findAllCustomerInvoices("payer")).data.meta.total_count, 1);
  const updated = await invoices.updateInvoice(id, {
    invoice: { payment_status: "failed", metadata: [{ key: "reference", value: "A-1" }] },
  });
  assert.equal(updated.data.invoice.payment_status, "failed");
  await invoices.retryPayment(id);
  await invoices.downloadInvoice(id);
  await invoices.loseDisputeInvoice(id);
  assert.equal((await invoices.voidInvoice(id)).data.invoice.status, "voided");
  await notAllowed(invoices.voidInvoice(id), "not_voidable");
  await notAllowed(invoices.retryInvoice(id), "invalid_status");
  await invalid(invoices.invoicePaymentUrl(id), { base: ["no_linked_payment_provider"] });
  await notFound(invoices.findInvoice(nobody), "invoice");
}

async function drafts({ client }: World): Promise<void> {
  const { customers, invoices, plans, subscriptions } = client;
  await plans.createPlan({
    plan: {
      name: "Prepaid",
      code: "prepaid",
      interval: "monthly",
      amount_cents: 3000,
      amount_currency: "EUR",
      pay_in_advance: true,
    },
  });
  await customers.createCustomer({
    customer: { external_id: "patient", name: "Patient", currency: "EUR", billing_configuration: { invoice_grace_period: 3 } },
  });
  await subscriptions.createSubscription({
    subscription: {
      external_customer_id: "patient",
      plan_code: "prepaid",
      external_id: "patient",
      billing_time: "anniversary",
    },
  });
  const preview = await invoices.invoicePreview({
    customer: { external_id: "patient" },
    plan_code: "prepaid",
    billing_time: "anniversary",
  });
  assert.equal(preview.data.invoice.total_amount_cents, 3000);
  const [draft] = (await customers.findAllCustomerInvoices("patient", { status: "draft" })).data.invoices;
  assert.ok(draft !== undefined);
  assert.equal(draft.total_amount_cents, 3000);
  assert.equal((await invoices.refreshInvoice(draft.lago_id)).data.invoice.status, "draft");
  assert.equal((await invoices.finalizeInvoice(draft.lago_id)).data.invoice.status, "finalized");
  await notFound(invoices.finalizeInvoice(draft.lago_id), "invoice");
}

async function fees({ client }: World): Promise<void> {
  const { billableMetrics, customers, events, fees, plans, subscriptions } = client;
  const metric = await billableMetrics.createBillableMetric({
    billable_metric: { name: "Rides", code: "rides", aggregation_type: "count_agg" },
  });
  await plans.createPlan({
    plan: {
      name: "Rides",
      code: "rides",
      interval: "monthly",
      amount_cents: 0,
      amount_currency: "EUR",
      pay_in_advance: false,
      charges: [
        {
          billable_metric_id: metric.data.billable_metric.lago_id,
          charge_model: "standard",
          pay_in_advance: true,
          invoiceable: false,
          properties: { amount: "2.5" },
        },
      ],
    },
  });
  await customers.createCustomer({ customer: { external_id: "rider", name: "Rider", currency: "EUR" } });
  await subscriptions.createSubscription({
    subscription: { external_customer_id: "rider", plan_code: "rides", external_id: "rider" },
  });
  for (const transaction_id of ["ride-1", "ride-2"]) {
    await events.createEvent({ event: { transaction_id, external_subscription_id: "rider", code: "rides" } });
  }
  // The fees of events come right behind their answers.
  let made = await fees.findAllFees({ external_customer_id: "rider" });
  while (made.data.fees.length < 2) {
    await setTimeout(20);
    made = await fees.findAllFees({ external_customer_id: "rider" });
  }
  const [paid, unwanted] = made.data.fees.map(({ lago_id }) => lago_id);
  assert.ok(paid && unwanted);
  assert.equal((await fees.findFee(paid)).data.fee.amount_cents, 250);
  assert.equal((await fees.updateFee(paid, { fee: { payment_status: "succeeded" } })).data.fee.payment_status, "succeeded");
  await fees.deleteFee(unwanted);
  await notFound(fees.findFee(unwanted), "fee");
  await invalid(fees.findAllFees({ payment_status: "unknown" as "pending" }), { payment_status: ["value_is_invalid"] });
}
