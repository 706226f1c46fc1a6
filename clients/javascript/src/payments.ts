// The operations on payments, requests for them and receipts, of a customer of a
// connected payment provider.

import assert from "node:assert/strict";
import { test } from "node:test";

import { type Api, Client } from "lago-javascript-client";

import { invalid, notFound, refusal, type World } from "./world.js";

/** An identifier that nothing has. */
const nobody = "00000000-0000-4000-8000-000000000000";

/** An organization of its own, whose clock stands still until it is moved. */
interface Travelling {
  readonly client: Api<unknown>;
  /** Sends a request to the administration, below the organization. */
  administer(method: string, path: string, body: object): Promise<{ payment_method: { id: string } }>;
}

/** Adds the tests of payments. */
export function payments(world: () => World): void {
  test("payments through a provider", async () => {
    const travelling = await newTravelling(world());
    await linked(travelling);
    await byHand(travelling.client);
    await throughTheProvider(travelling);
    await onPages(travelling.client);
    await methods(travelling);
  });
}

async function newTravelling({ recorder, server }: World): Promise<Travelling> {
  const made = await server.administer("POST", "/organizations", { name: "Payments", clock: { now: "2026-01-01T09:00:00Z" } });
  const { organization, api_key } = made as { organization: { id: string }; api_key: string };
  return {
    client: Client(api_key, { baseUrl: server.api, customFetch: recorder.fetch }),
    administer: (method, path, body) =>
      server.administer(method, `/organizations/${organization.id}${path}`, body) as Promise<{ payment_method: { id: string } }>,
  };
}

/** Connects a provider and makes a customer of it. */
async function linked({ client, administer }: Travelling): Promise<void> {
  await administer("POST", "/payment_providers", { payment_provider: { type: "stripe" } });
  const { addOns, customers } = client;
  await addOns.createAddOn({ add_on: { name: "Visit", code: "visit", amount_cents: 4000, amount_currency: "EUR" } });
  await customers.createCustomer({
    customer: {
      external_id: "payer",
      name: "Payer",
      email: "payer@example.com",
      currency: "EUR",
      billing_configuration: { payment_provider: "stripe", payment_provider_code: "stripe", sync_with_provider: true },
    },
  });
}

/** Makes an invoice of 4000 cents. */
async function owed({ invoices }: Api<unknown>): Promise<string> {
  const { data } = await invoices.createInvoice({
    invoice: { external_customer_id: "payer", currency: "EUR", fees: [{ add_on_code: "visit" }] },
  });
  return data.invoice.lago_id;
}

async function byHand(client: Api<unknown>): Promise<void> {
  const { customers, invoices, paymentReceipts, payments } = client;
  const invoice_id = await owed(client);
  const made = await payments.createPayment({ payment: { invoice_id, amount_cents: 4000, reference: "transfer" } });
  const id = made.data.payment.lago_id;
  assert.equal(made.data.payment.type, "manual");
  assert.equal((await invoices.findInvoice(invoice_id)).data.invoice.payment_status, "succeeded");
  assert.equal((await payments.findPayment(id)).data.reference, "transfer");
  assert.equal((await payments.findAllPayments({ invoice_id })).data.meta.total_count, 1);
  assert.equal((await customers.findAllCustomerPayments("payer")).data.meta.total_count, 1);
  const [receipt] = (await paymentReceipts.findAllPaymentReceipts({ invoice_id })).data.payment_receipts;
  assert.ok(receipt);
  // The document does not know where the file is.
  const { file_url } = receipt as { file_url?: string };
  assert.equal((await fetch(file_url!)).headers.get("content-type"), "application/pdf");
  assert.equal((await paymentReceipts.findPaymentReceipt(receipt.lago_id)).data.payment_receipt.number, receipt.number);
  await invalid(payments.createPayment({ payment: { invoice_id, amount_cents: 1, reference: "more" } }), {
    amount_cents: ["value_is_out_of_range"],
  });
  await notFound(payments.findPayment(nobody), "payment");
  await notFound(paymentReceipts.findPaymentReceipt(nobody), "invoice");
}

async function throughTheProvider({ client, administer }: Travelling): Promise<void> {
  const { customers, invoices, paymentRequests } = client;
  const declining = await administer("POST", "/customers/payer/payment_methods", { payment_method: { outcomes: [{ result: "decline" }] } });
  const [retried, requested] = [await owed(client), await owed(client)];
  assert.equal((await invoices.findInvoice(retried)).data.invoice.payment_status, "failed");
  await administer("PUT", "/clock", { now: "2026-01-03T09:00:00Z" });
  await administer("PUT", `/customers/payer/payment_methods/${declining.payment_method.id}`, { payment_method: { outcomes: [{ result: "succeed" }] } });
  await invoices.retryPayment(retried);
  assert.equal((await invoices.findInvoice(retried)).data.invoice.payment_status, "succeeded");
  const body = { payment_request: { external_customer_id: "payer", email: "payer@example.com", lago_invoice_ids: [requested] } };
  const made = await paymentRequests.createPaymentRequest(body);
  const id = made.data.payment_request.lago_id;
  assert.equal(made.data.payment_request.amount_cents, 4000);
  assert.equal((await paymentRequests.findPaymentRequest(id)).data.payment_status, "succeeded");
  assert.equal((await paymentRequests.findAllPaymentRequests({ external_customer_id: "payer" })).data.meta.total_count, 1);
  assert.equal((await customers.findAllCustomerPaymentRequests("payer")).data.meta.total_count, 1);
  const again = await refusal(paymentRequests.createPaymentRequest(body));
  assert.deepEqual([again.status, again.code], [405, "invoices_not_overdue"]);
  await notFound(paymentRequests.findPaymentRequest(nobody), "payment_request");
}

/** Asks for the pages where customers pay. */
async function onPages(client: Api<unknown>): Promise<void> {
  const { customers, invoices, walletTransactions, wallets } = client;
  const opens = async (url: string | undefined) => assert.equal((await fetch(url!)).status, 200, url);
  await opens((await customers.generateCustomerCheckoutUrl("payer")).data.customer.checkout_url);
  const wallet = await wallets.createWallet({
    wallet: { external_customer_id: "payer", name: "Main", rate_amount: "1.0", currency: "EUR" },
  });
  const bought = await walletTransactions.createWalletTransaction({
    wallet_transaction: { wallet_id: wallet.data.wallet.lago_id, paid_credits: "20.0", payment_method: { payment_method_type: "manual" } },
  });
  const [transaction] = bought.data.wallet_transactions;
  assert.ok(transaction);
  await opens((await walletTransactions.walletTransactionPaymentUrl(transaction.lago_id)).data.wallet_transaction_payment_details?.payment_url);
  const { data } = await invoices.createInvoice({
    invoice: {
      external_customer_id: "payer",
      currency: "EUR",
      fees: [{ add_on_code: "visit" }],
      payment_method: { payment_method_type: "manual" },
    },
  });
  await opens((await invoices.invoicePaymentUrl(data.invoice.lago_id)).data.invoice_payment_details?.payment_url);
  await notFound(invoices.invoicePaymentUrl(nobody), "invoice");
}

async function methods({ client, administer }: Travelling): Promise<void> {
  const { customers } = client;
  await administer("POST", "/customers/payer/payment_methods", { payment_method: { outcomes: [] } });
  const [newest, oldest] = (await customers.findAllCustomersPaymentMethods("payer")).data.payment_methods;
  assert.ok(newest && oldest);
  const other = newest.is_default ? oldest : newest;
  assert.equal((await customers.paymentMethodSetAsDefault(other.lago_id, "payer")).data.payment_method.is_default, true);
  assert.equal((await customers.destroyPaymentMethod(other.lago_id, "payer")).data.payment_method.is_default, false);
  await notFound(customers.destroyPaymentMethod(other.lago_id, "payer"), "payment_method");
}
