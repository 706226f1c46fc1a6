// Records what the client asks for and what the server answers.

import type { Operation } from "./contract.js";

/** An answer of the server. */
export interface Answer {
  readonly operation: string;
  readonly status: number;
  readonly body: string;
}

/** Stands between the client and the network and keeps every answer. */
export class Recorder {
  readonly answers: Answer[] = [];
  readonly #operations: Operation[];
  readonly #api: string;

  /** Takes the contract's operations and the address of the API. */
  constructor(operations: Operation[], api: string) {
    this.#operations = operations;
    this.#api = api;
  }

  /** What the client is to use for fetch. Fails for a request that is not in the contract. */
  readonly fetch: typeof fetch = async (input, init) => {
    const operation = this.#identify(init?.method ?? "GET", String(input));
    const response = await fetch(input, init);
    this.answers.push({ operation, status: response.status, body: await response.clone().text() });
    return response;
  };

  /** The operations that were answered with success. */
  succeeded(): Set<string> {
    return new Set(this.answers.filter(({ status }) => status < 300).map(({ operation }) => operation));
  }

  /** The operations that were refused. */
  refused(): Set<string> {
    return new Set(this.answers.filter(({ status }) => status >= 400).map(({ operation }) => operation));
  }

  #identify(method: string, address: string): string {
    const path = address.startsWith(this.#api) ? address.slice(this.#api.length).split("?", 1)[0]! : address;
    const found = this.#operations.find((operation) => operation.method === method && operation.path.test(path));
    if (found === undefined) {
      throw new Error(`the contract has no operation for ${method} ${path}`);
    }
    return found.id;
  }
}
