// Webhooks as a receiver gets them, with signatures that node:crypto verifies: code that
// tarn has no part in.

import assert from "node:assert/strict";
import { createHmac, createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";

import { Client } from "lago-javascript-client";

import type { World } from "./world.js";

/** A request as it came, byte for byte. */
interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Adds the tests of what is sent. */
export function sentWebhooks(world: () => World): void {
  test("webhooks with both signatures", async () => {
    const received: Received[] = [];
    const receiver = await listening(received);
    try {
      await heard(world(), `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`, received);
    } finally {
      receiver.close();
    }
  });
}

/** Starts a receiver that keeps what it gets. */
async function listening(received: Received[]): Promise<Server> {
  const receiver = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) {
      parts.push(part as Buffer);
    }
    received.push({ path: request.url!, headers: request.headers, body: Buffer.concat(parts).toString() });
    response.end();
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  return receiver;
}

/** Lets two endpoints hear of a customer, each by its own signature. */
async function heard({ recorder, server }: World, address: string, received: Received[]): Promise<void> {
  const made = await server.administer("POST", "/organizations", { name: "Webhooks", clock: { now: "2026-01-01T09:00:00Z" } });
  const { organization, api_key } = made as { organization: { id: string }; api_key: string };
  const client = Client(api_key, { baseUrl: server.api, customFetch: recorder.fetch });
  for (const signature_algo of ["jwt", "hmac"] as const) {
    await client.webhookEndpoints.createWebhookEndpoint({ webhook_endpoint: { webhook_url: `${address}/${signature_algo}`, signature_algo } });
  }
  await client.customers.createCustomer({ customer: { external_id: "heard", name: "Ümläut & <Söhne>" } });

  // The organization's clock stands still, so both came before the answer did.
  assert.deepEqual(received.map(({ path }) => path).sort(), ["/hmac", "/jwt"]);
  for (const { path, headers, body } of received) {
    const sent = JSON.parse(body);
    assert.equal(sent.webhook_type, "customer.created");
    assert.equal(sent.organization_id, organization.id);
    assert.equal(sent.customer.external_id, "heard");
    assert.equal(headers["x-lago-signature-algorithm"], path.slice(1));
    assert.equal(headers["content-type"], "application/json");
    assert.match(headers["x-lago-unique-key"] as string, /^[0-9a-f-]{36}$/);
  }
  const by = (path: string): Received => received.find((one) => one.path === path)!;
  assert.notEqual(by("/jwt").headers["x-lago-unique-key"], by("/hmac").headers["x-lago-unique-key"]);

  const shown = (await server.administer("GET", `/organizations/${organization.id}`)) as { organization: { hmac_key: string } };
  const hmac = by("/hmac");
  assert.equal(hmac.headers["x-lago-signature"], createHmac("sha256", shown.organization.hmac_key).update(hmac.body).digest("base64"));
  const { data: key } = await client.webhooks.fetchPublicKey();
  assertToken(by("/jwt"), Buffer.from(key, "base64").toString());
}

/** Asserts that a request carries its body as a token that the key has signed. */
function assertToken({ headers, body }: Received, pem: string): void {
  const [header, claims, signature] = (headers["x-lago-signature"] as string).split(".");
  assert.deepEqual(JSON.parse(Buffer.from(header!, "base64url").toString()), { alg: "RS256" });
  const { data, iss, ...others } = JSON.parse(Buffer.from(claims!, "base64url").toString());
  assert.equal(data, body);
  assert.match(iss, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual(others, {});
  assert.ok(verify("RSA-SHA256", Buffer.from(`${header}.${claims}`), createPublicKey(pem), Buffer.from(signature!, "base64url")));
}
