// Starts and stops a server of our own for the tests.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** The repository's root, seen from the folder of the compiled tests. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The key of the administration. */
const adminKey = "admin";

/** A server that accepts requests. */
export interface RunningServer {
  /** The address of the billing API, such as http://127.0.0.1:40000/api/v1. */
  readonly api: string;
  /** The key of its only organization. */
  readonly key: string;
  /** Sends a request to the administration, and returns its answer. Fails when it is refused. */
  administer(method: string, path: string, body?: object): Promise<unknown>;
  /** Stops the server; fails when it does not end in good order. */
  stop(): Promise<void>;
}

/**
 * Starts bin/tarn on a free port with a database in memory. The server holds its
 * answers against the contract: one that breaks it becomes a 500. Fails when the
 * program ends before it has said where it listens.
 */
export async function startServer(): Promise<RunningServer> {
  const child = spawn(`${root}bin/tarn`, ["serve", "--listen", "127.0.0.1:0"], {
    env: {
      PATH: process.env["PATH"],
      TARN_DATABASE_URL: ":memory:",
      TARN_ADMIN_KEY: adminKey,
      TARN_VALIDATE_RESPONSES: "fail",
      TARN_LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const { api, key } = await welcome(child);
  child.stdout.resume();
  return {
    api,
    key,
    async administer(method, path, body) {
      const address = api.replace("/api/v1", "/admin") + path;
      const response = await fetch(address, {
        method,
        headers: { "X-Admin-API-Key": adminKey, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await response.text();
      if (!response.ok) {
        throw new Error(`${method} ${address} was answered with ${response.status}: ${answer}`);
      }
      return JSON.parse(answer);
    },
    async stop() {
      child.kill("SIGTERM");
      const [code, signal] = await ended;
      if (code !== 0) {
        throw new Error(`the server ended with status ${code}, signal ${signal}`);
      }
    },
  };
}

/** Reads what the server prints until it has named its address and its key. */
async function welcome(child: ChildProcess): Promise<{ api: string; key: string }> {
  let printed = "";
  for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    const api = /^ *API +(http\S+)$/m.exec(printed)?.[1];
    const key = /^ *API key +(\S+) /m.exec(printed)?.[1];
    if (api !== undefined && key !== undefined) {
      return { api, key };
    }
  }
  throw new Error(`the server ended without a welcome: ${printed}`);
}
