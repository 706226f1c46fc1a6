// How every operation is refused: to a stranger, and for what does not exist.

import assert from "node:assert/strict";
import { test } from "node:test";

import { type Api, Client } from "lago-javascript-client";

import type { Operation } from "./contract.js";
import { method } from "./types.js";
import { refusal, type World } from "./world.js";

/** The operations that are answered for what does not exist: whoever is unknown has used nothing. */
const neverMissing = new Set(["findAllCustomerPastUsage"]);

/** Adds the tests of refusals. */
export function refusals(world: () => World): void {
  test("a stranger is refused everything", async () => {
    const { operations, recorder, server } = world();
    const stranger = Client("nobody", { baseUrl: server.api, customFetch: recorder.fetch });
    for (const operation of operations) {
      assert.equal((await refusal(call(stranger, operation))).status, 401, operation.id);
    }
  });

  test("what does not exist is not found", async () => {
    const { client, operations } = world();
    for (const operation of operations) {
      const { id, parameters, implemented } = operation;
      if (implemented && parameters > 0 && !neverMissing.has(id)) {
        const { status, code } = await refusal(call(client, operation));
        assert.deepEqual({ status, code: code?.replace(/^.*_not_found$/, "not_found") }, { status: 404, code: "not_found" }, id);
      }
    }
  });
}

/** Calls an operation with the names of nothing in its path, and with a body that says nothing. */
function call(client: Api<unknown>, { id, parameters, root }: Operation): Promise<unknown> {
  const { group, name } = method(client, id);
  const methods = client[group] as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const body = root === undefined ? {} : { [root]: { name: "nothing" } };
  return methods[name]!(...Array.from({ length: parameters }, () => "nothing"), body);
}
