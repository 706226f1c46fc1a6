// The operations on customers and on what belongs to them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { invalid, notFound, refusal, type World } from "./world.js";

/** An identifier that exists nowhere. */
const nothing = "00000000-0000-0000-0000-000000000000";

/** Adds the tests of customers. */
export function customers(world: () => World): void {
  test("customers", async () => {
    const { customers } = world().client;
    const created = await customers.createCustomer({
      customer: {
        external_id: "acme",
        name: "Acme",
        country: "FR",
        currency: "EUR",
        timezone: "Europe/Paris",
        customer_type: "company",
        net_payment_term: 30,
        shipping_address: { address_line1: "1 rue", city: "Paris", country: "FR" },
        billing_configuration: { invoice_grace_period: 3, document_locale: "fr" },
        metadata: [{ key: "segment", value: "gold", display_in_invoice: true }],
      },
    });
    assert.equal(created.data.customer.applicable_timezone, "Europe/Paris");
    assert.equal(created.data.customer.metadata?.[0]?.value, "gold");
    const updated = await customers.createCustomer({ customer: { external_id: "acme", legal_name: "Acme SAS" } });
    assert.equal(updated.data.customer.lago_id, created.data.customer.lago_id);
    assert.equal(updated.data.customer.legal_name, "Acme SAS");
    const found = await customers.findCustomer("acme");
    assert.equal(found.data.customer.shipping_address?.city, "Paris");
    const list = await customers.findAllCustomers({ search_term: "acme", "countries[]": ["FR"] });
    assert.deepEqual(
      list.data.customers.map(({ external_id }) => external_id),
      ["acme"],
    );
    assert.equal((await customers.destroyCustomer("acme")).data.customer.external_id, "acme");
    await notFound(customers.findCustomer("acme"), "customer");
    await invalid(customers.createCustomer({ customer: { external_id: "x", net_payment_term: -1 } }), {
      net_payment_term: ["value_is_out_of_range"],
    });
  });

  test("the customer portal", async () => {
    const { customers } = world().client;
    await customers.createCustomer({ customer: { external_id: "visitor", name: "Visitor" } });
    const { data } = await customers.getCustomerPortalUrl("visitor");
    const page = await fetch(data.customer.portal_url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /Visitor/);
    await notFound(customers.getCustomerPortalUrl("nobody"), "customer");
  });

  test("coupons of customers", async () => {
    const { appliedCoupons, coupons, customers } = world().client;
    await customers.createCustomer({ customer: { external_id: "saver", currency: "EUR" } });
    await coupons.createCoupon({
      coupon: {
        name: "Ten",
        code: "ten",
        coupon_type: "fixed_amount",
        amount_cents: 1000,
        amount_currency: "EUR",
        frequency: "once",
        expiration: "no_expiration",
      },
    });
    const applied = await appliedCoupons.applyCoupon({
      applied_coupon: { external_customer_id: "saver", coupon_code: "ten" },
    });
    assert.equal(applied.data.applied_coupon.amount_cents, 1000);
    const { lago_id: id } = applied.data.applied_coupon;
    const all = await appliedCoupons.findAllAppliedCoupons({ status: "active" });
    assert.deepEqual(
      all.data.applied_coupons.map(({ lago_id }) => lago_id),
      [id],
    );
    const own = await customers.findAllCustomerAppliedCoupons("saver");
    assert.deepEqual(own.data.applied_coupons, all.data.applied_coupons);
    assert.equal((await customers.deleteAppliedCoupon("saver", id)).data.applied_coupon.lago_id, id);
    await notFound(customers.deleteAppliedCoupon("saver", nothing), "applied_coupon");
  });

  test("payment methods and the checkout, without a payment provider", async () => {
    const { customers } = world().client;
    await customers.createCustomer({ customer: { external_id: "payer" } });
    const list = await customers.findAllCustomersPaymentMethods("payer");
    assert.deepEqual(list.data.payment_methods, []);
    await notFound(customers.paymentMethodSetAsDefault(nothing, "payer"), "payment_method");
    await notFound(customers.destroyPaymentMethod(nothing, "payer"), "payment_method");
    assert.equal((await refusal(customers.generateCustomerCheckoutUrl("payer"))).status, 422);
  });
}
