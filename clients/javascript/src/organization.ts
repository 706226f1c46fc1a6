// The operations on the organization, its webhooks and its logs.

import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { test } from "node:test";

import { notFound, type World } from "./world.js";

/** Adds the tests of the organization. */
export function organization(world: () => World): void {
  test("organization", async () => {
    const { data } = await world().client.organizations.updateOrganization({
      organization: {
        legal_name: "Acme SAS",
        country: "FR",
        email_settings: ["invoice.finalized"],
        billing_configuration: { invoice_footer: "Thanks", document_locale: "fr" },
      },
    });
    assert.equal(data.organization.legal_name, "Acme SAS");
    assert.equal(data.organization.billing_configuration.invoice_footer, "Thanks");
  });

  test("billing entities", async () => {
    const { billingEntities } = world().client;
    const created = await billingEntities.createBillingEntity({
      billing_entity: { code: "umbrella", name: "Umbrella", country: "FR", default_currency: "EUR" },
    });
    assert.equal(created.data.billing_entity.default_currency, "EUR");
    const updated = await billingEntities.updateBillingEntity("umbrella", {
      billing_entity: { legal_name: "Umbrella SAS", net_payment_term: 30 },
    });
    assert.equal(updated.data.billing_entity.net_payment_term, 30);
    const found = await billingEntities.getBillingEntity("umbrella");
    assert.equal(found.data.billing_entity.legal_name, "Umbrella SAS");
    const list = await billingEntities.listBillingEntities();
    assert.ok(list.data.billing_entities.some(({ code }) => code === "umbrella"));
    await notFound(billingEntities.getBillingEntity("nothing"), "billing_entity");
  });

  test("webhook endpoints", async () => {
    const { webhookEndpoints } = world().client;
    const created = await webhookEndpoints.createWebhookEndpoint({
      webhook_endpoint: {
        webhook_url: "https://hooks.example.com/first",
        signature_algo: "hmac",
        event_types: ["invoice.created"],
      },
    });
    const { lago_id: id } = created.data.webhook_endpoint;
    assert.equal(created.data.webhook_endpoint.signature_algo, "hmac");
    const updated = await webhookEndpoints.updateWebhookEndpoint(id, {
      webhook_endpoint: { webhook_url: "https://hooks.example.com/second", name: "Second" },
    });
    assert.equal(updated.data.webhook_endpoint.webhook_url, "https://hooks.example.com/second");
    assert.deepEqual((await webhookEndpoints.findWebhookEndpoint(id)).data, updated.data);
    const list = await webhookEndpoints.findAllWebhookEndpoints();
    assert.deepEqual(list.data.webhook_endpoints, [updated.data.webhook_endpoint]);
    assert.equal((await webhookEndpoints.destroyWebhookEndpoint(id)).data.webhook_endpoint.lago_id, id);
    await notFound(webhookEndpoints.findWebhookEndpoint(id), "webhook_endpoint");
  });

  test("public keys of webhooks", async () => {
    const { webhooks } = world().client;
    const { data } = await webhooks.fetchJsonPublicKey();
    const { data: plain } = await webhooks.fetchPublicKey();
    assert.equal(plain, data.webhook.public_key);
    const key = createPublicKey(Buffer.from(plain, "base64").toString());
    assert.equal(key.asymmetricKeyType, "rsa");
  });

  test("activity logs", async () => {
    const { activityLogs, taxes } = world().client;
    const { data } = await taxes.createTax({ tax: { name: "Logged", code: "logged", rate: "1" } });
    const list = await activityLogs.findAllActivityLogs({ "resource_ids[]": [data.tax.lago_id] });
    const [entry] = list.data.activity_logs;
    assert.equal(entry?.activity_type, "tax.created");
    const found = await activityLogs.findActivityLog(entry.activity_id);
    assert.deepEqual(found.data.activity_log, entry);
    await notFound(activityLogs.findActivityLog("00000000-0000-0000-0000-000000000000"), "activity_log");
  });

  test("API logs", async () => {
    const { apiLogs } = world().client;
    const list = await apiLogs.findAllApiLogs({ "http_methods[]": ["post"], "http_statuses[]": ["succeeded"] });
    const [entry] = list.data.api_logs;
    assert.equal(entry?.http_method, "post");
    const found = await apiLogs.findApiLog(entry.request_id);
    assert.equal(found.data.api_log.request_path, entry.request_path);
    await notFound(apiLogs.findApiLog("00000000-0000-0000-0000-000000000000"), "api_log");
  });
}
