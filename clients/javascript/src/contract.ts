// Reads from the repository which operations of the billing API there are.

import { readFileSync } from "node:fs";

import { root } from "./server.js";

/** An operation of the contract. */
export interface Operation {
  /** The contract's name of it, such as findPlan. */
  readonly id: string;
  /** The method in upper case. */
  readonly method: string;
  /** Matches the paths of its requests, from after /api/v1. */
  readonly path: RegExp;
  /** Whether the server has more for it than 501. */
  readonly implemented: boolean;
}

const methods = new Set(["get", "post", "put", "patch", "delete"]);

/** Reads every operation; those with the fewest parameters in their paths come first. */
export function readOperations(): Operation[] {
  const document = JSON.parse(readFileSync(`${root}openapi/lago.json`, "utf8")) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const pending = readPending();
  const parameters = (path: string) => path.split("{").length;
  return Object.entries(document.paths)
    .sort(([a], [b]) => parameters(a) - parameters(b))
    .flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => methods.has(method))
        .map(([method, { operationId }]) => ({
          id: operationId,
          method: method.toUpperCase(),
          path: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
          implemented: !pending.has(operationId.toLowerCase()),
        })),
    );
}

/**
 * Reads the names of the operations that answer 501, in lower case: Go spells
 * some of them in its own way (URL for Url).
 */
function readPending(): Set<string> {
  const source = readFileSync(`${root}server/pending.go`, "utf8");
  return new Set([...source.matchAll(/^func \(pending\) (\w+)\(/gm)].map(([, name]) => name!.toLowerCase()));
}
