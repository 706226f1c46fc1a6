// Drives every implemented operation of the billing API through the official
// client, and holds the answers against the client's types.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { analytics } from "./analytics.js";
import { catalogue } from "./catalogue.js";
import { credits } from "./credits.js";
import { customers } from "./customers.js";
import { events } from "./events.js";
import { invoices } from "./invoices.js";
import { organization } from "./organization.js";
import { payments } from "./payments.js";
import { plans } from "./plans.js";
import { refusals } from "./refusals.js";
import { subscriptionParts } from "./subscription_parts.js";
import { subscriptions } from "./subscriptions.js";
import { violations } from "./types.js";
import { usage } from "./usage.js";
import { sentWebhooks } from "./webhooks.js";
import { newWorld, type World } from "./world.js";

/** The operations that cannot succeed here, with the reason. */
const refusedOnly = new Map([
  ["retryInvoice", "needs an invoice whose taxes a provider could not reckon, and none can be connected"],
]);

let world: World;

before(async () => {
  world = await newWorld();
});

after(async () => {
  await world?.server.stop();
});

organization(() => world);
catalogue(() => world);
plans(() => world);
customers(() => world);
events(() => world);
subscriptions(() => world);
subscriptionParts(() => world);
usage(() => world);
invoices(() => world);
credits(() => world);
payments(() => world);
sentWebhooks(() => world);
analytics(() => world);
refusals(() => world);

test("every operation was refused, and every implemented one succeeded", () => {
  const { operations, recorder } = world;
  const succeeded = recorder.succeeded();
  const refused = recorder.refused();
  for (const { id, implemented } of operations) {
    assert.ok(refused.has(id), `${id} was never refused`);
    const why = refusedOnly.get(id);
    if (why !== undefined) {
      assert.ok(!succeeded.has(id), `${id} succeeded, although it ${why}`);
    } else if (implemented) {
      assert.ok(succeeded.has(id), `${id} was never answered with success`);
    }
  }
});

test("every answer satisfies the types of the client", () => {
  assert.equal(violations(world.client, world.recorder.answers), "");
});
