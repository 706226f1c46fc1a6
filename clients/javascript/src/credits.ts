// The operations on credit notes, wallets and what comes into them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { invalid, notFound, refusal, type World } from "./world.js";

/** An identifier that nothing has. */
const nobody = "00000000-0000-4000-8000-000000000000";

/** Adds the tests of credit notes and wallets. */
export function credits(world: () => World): void {
  test("credit notes", () => creditNotes(world()));
  test("wallets", () => wallets(world()));
  test("wallets of a customer", () => walletsOfCustomer(world()));
  test("wallet transactions", () => transactions(world()));
}

async function creditNotes({ client }: World): Promise<void> {
  const { addOns, creditNotes, customers, invoices } = client;
  await addOns.createAddOn({
    add_on: { name: "Course", code: "course", amount_cents: 6000, amount_currency: "EUR" },
  });
  await customers.createCustomer({ customer: { external_id: "pupil", name: "Pupil", currency: "EUR" } });
  const invoice = await invoices.createInvoice({
    invoice: { external_customer_id: "pupil", currency: "EUR", fees: [{ add_on_code: "course", tax_codes: [] }] },
  });
  const { lago_id: invoice_id, fees } = invoice.data.invoice;
  const fee_id = fees?.[0]?.lago_id;
  assert.ok(fee_id);
  const items = [{ fee_id, amount_cents: 2000 }];
  const estimate = await creditNotes.estimateCreditNote({ credit_note: { invoice_id, items } });
  assert.equal(estimate.data.estimated_credit_note.max_creditable_amount_cents, 2000);
  const made = await creditNotes.createCreditNote({
    credit_note: { invoice_id, reason: "other", credit_amount_cents: 2000, items },
  });
  const id = made.data.credit_note.lago_id;
  assert.equal(made.data.credit_note.balance_amount_cents, 2000);
  assert.equal((await creditNotes.findCreditNote(id)).data.credit_note.number, made.data.credit_note.number);
  assert.equal((await creditNotes.findAllCreditNotes({ external_customer_id: "pupil" })).data.meta.total_count, 1);
  assert.equal((await customers.findAllCustomerCreditNotes("pupil")).data.meta.total_count, 1);
  await creditNotes.updateCreditNote(id, { credit_note: { refund_status: "succeeded" } });
  await creditNotes.replaceCreditNoteMetadata(id, { metadata: { ticket: "1", by: "me" } });
  const merged = await creditNotes.mergeCreditNoteMetadata(id, { metadata: { ticket: "2" } });
  assert.deepEqual(merged.data.metadata, { ticket: "2", by: "me" });
  await creditNotes.deleteCreditNoteMetadataKey(id, "by");
  await creditNotes.deleteAllCreditNoteMetadata(id);
  await creditNotes.downloadCreditNote(id);
  assert.equal((await creditNotes.voidCreditNote(id)).data.credit_note.credit_status, "voided");
  const again = await refusal(creditNotes.voidCreditNote(id));
  assert.deepEqual([again.status, again.code], [405, "no_voidable_amount"]);
  await notFound(creditNotes.findCreditNote(nobody), "credit_note");
}

async function wallets({ client }: World): Promise<void> {
  const { customers, wallets } = client;
  await customers.createCustomer({ customer: { external_id: "saver", name: "Saver", currency: "EUR" } });
  const made = await wallets.createWallet({
    wallet: { external_customer_id: "saver", name: "Main", rate_amount: "1.0", currency: "EUR" },
  });
  const id = made.data.wallet.lago_id;
  assert.equal(made.data.wallet.status, "active");
  assert.equal((await wallets.updateWallet(id, { wallet: { name: "First" } })).data.wallet.name, "First");
  assert.equal((await wallets.findWallet(id)).data.wallet.name, "First");
  assert.equal((await wallets.findAllWallets({ external_customer_id: "saver" })).data.meta.total_count, 1);
  await wallets.replaceWalletMetadata(id, { metadata: { team: "a", floor: "1" } });
  assert.deepEqual((await wallets.mergeWalletMetadata(id, { metadata: { team: "b" } })).data.metadata, {
    team: "b",
    floor: "1",
  });
  await wallets.deleteWalletMetadataKey(id, "floor");
  await wallets.deleteAllWalletMetadata(id);
  assert.equal((await wallets.destroyWallet(id)).data.wallet.status, "terminated");
  await invalid(wallets.updateWallet(id, { wallet: { name: "Last" } }), { wallet_id: ["wallet_is_terminated"] });
  await notFound(wallets.findWallet(nobody), "wallet");
}

async function walletsOfCustomer({ client }: World): Promise<void> {
  const { customers } = client;
  await customers.createCustomer({ customer: { external_id: "family", name: "Family", currency: "EUR" } });
  const made = await customers.createCustomerWallet("family", {
    wallet: { external_customer_id: "family", name: "Travel", code: "travel", rate_amount: "1.0", currency: "EUR" },
  });
  assert.equal(made.data.wallet.code, "travel");
  await customers.updateCustomerWallet("family", "travel", { wallet: { priority: 3 } });
  assert.equal((await customers.findCustomerWallet("family", "travel")).data.wallet.priority, 3);
  assert.equal((await customers.findAllCustomerWallets("family")).data.meta.total_count, 1);
  await customers.replaceCustomerWalletMetadata("family", "travel", { metadata: { team: "a" } });
  await customers.mergeCustomerWalletMetadata("family", "travel", { metadata: { floor: "1" } });
  await customers.deleteCustomerWalletMetadataKey("family", "travel", "floor");
  await customers.deleteAllCustomerWalletMetadata("family", "travel");
  const alert = { alert_type: "wallet_balance_amount" as const, code: "low", thresholds: [{ code: "ten", value: "1000" }] };
  const created = await customers.createCustomerWalletAlert("family", "travel", { alert });
  assert.ok("alert" in created.data);
  assert.equal(created.data.alert.code, "low");
  await customers.updateCustomerWalletAlert("family", "travel", "low", { alert: { name: "Low" } });
  assert.equal((await customers.getCustomerWalletAlert("family", "travel", "low")).data.alert.name, "Low");
  assert.equal((await customers.getCustomerWalletAlerts("family", "travel")).data.alerts.length, 1);
  await customers.deleteCustomerWalletAlert("family", "travel", "low");
  await notFound(customers.getCustomerWalletAlert("family", "travel", "low"), "alert");
  await customers.deleteAllCustomerWalletAlerts("family", "travel");
  await customers.destroyCustomerWallet("family", "travel");
  await notFound(customers.findCustomerWallet("family", "none"), "wallet");
}

async function transactions({ client }: World): Promise<void> {
  const { customers, walletTransactions, wallets } = client;
  await customers.createCustomer({ customer: { external_id: "buyer", name: "Buyer", currency: "EUR" } });
  const made = await wallets.createWallet({
    wallet: { external_customer_id: "buyer", name: "Main", rate_amount: "1.0", currency: "EUR" },
  });
  const wallet_id = made.data.wallet.lago_id;
  const came = await walletTransactions.createWalletTransaction({
    wallet_transaction: { wallet_id, paid_credits: "20.0", granted_credits: "10.0" },
  });
  const [paid, granted] = came.data.wallet_transactions;
  assert.ok(paid && granted);
  assert.deepEqual([paid.status, granted.status], ["pending", "settled"]);
  const went = await walletTransactions.createWalletTransaction({
    wallet_transaction: { wallet_id, voided_credits: "4.0" },
  });
  const voided = went.data.wallet_transactions[0];
  assert.ok(voided);
  assert.equal((await wallets.findAllWalletTransactions(wallet_id)).data.meta.total_count, 3);
  assert.equal((await walletTransactions.findWalletTransaction(granted.lago_id)).data.status, "settled");
  assert.equal((await walletTransactions.findAllWalletTransactionConsumptions(granted.lago_id)).data.meta.total_count, 1);
  assert.equal((await walletTransactions.findAllWalletTransactionFundings(voided.lago_id)).data.meta.total_count, 1);
  await invalid(walletTransactions.walletTransactionPaymentUrl(granted.lago_id), { base: ["wallet_transaction_not_purchased"] });
  await notFound(walletTransactions.findWalletTransaction(nobody), "wallet_transaction");
}
