// What the tests share: a client of a running server, and how to be refused.

import assert from "node:assert/strict";

import { type Api, Client, getLagoError } from "lago-javascript-client";

import { readOperations, type Operation } from "./contract.js";
import { Recorder } from "./recorder.js";
import { type RunningServer, startServer } from "./server.js";

/** The official client and the server that it talks to. */
export interface World {
  readonly client: Api<unknown>;
  readonly operations: readonly Operation[];
  readonly recorder: Recorder;
  readonly server: RunningServer;
}

/** Starts a server and makes a client of it, whose requests are recorded. */
export async function newWorld(): Promise<World> {
  const operations = readOperations();
  const server = await startServer();
  const recorder = new Recorder(operations, server.api);
  const client = Client(server.key, { baseUrl: server.api, customFetch: recorder.fetch });
  return { client, operations, recorder, server };
}

/** The members that every refusal has; which others there are depends on the status. */
interface Refusal {
  status: number;
  code?: string;
  error_details?: object;
}

/** Fails unless the call is refused as something that is not there. */
export async function notFound(call: Promise<unknown>, resource: string): Promise<void> {
  const { status, code } = await refusal(call);
  assert.deepEqual({ status, code }, { status: 404, code: `${resource}_not_found` });
}

/** Fails unless the call is refused with exactly these errors, by field. */
export async function invalid(call: Promise<unknown>, details: Record<string, string[]>): Promise<void> {
  const { status, code, error_details } = await refusal(call);
  assert.deepEqual(
    { status, code, error_details },
    { status: 422, code: "validation_errors", error_details: details },
  );
}

/** Waits for a call to be refused, and decodes the refusal as the client does. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await call.then(
    () => assert.fail("the call was not refused"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Response, `no answer came: ${error}`);
  return getLagoError<() => Promise<{ data: never; error: Refusal } & Response>>(error);
}
