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
  /** How many parameters its path has. */
  readonly parameters: number;
  /** The member of its body that holds its object, such as plan; undefined where there is none. */
  readonly root: string | undefined;
  /** Whether the server has more for it than 501. */
  readonly implemented: boolean;
}

const methods = new Set(["get", "post", "put", "patch", "delete"]);

/** The parts of the document that are read. */
interface Document {
  paths: Record<string, Record<string, { operationId: string; requestBody?: { content: Record<string, { schema: Schema }> } }>>;
  components: { schemas: Record<string, Schema> };
}

interface Schema {
  $ref?: string;
  required?: string[];
  anyOf?: Schema[];
}

/** Reads every operation; those with the fewest parameters in their paths come first. */
export function readOperations(): Operation[] {
  const document = JSON.parse(readFileSync(`${root}openapi/lago.json`, "utf8")) as Document;
  const pending = readPending();
  const parameters = (path: string) => path.split("{").length - 1;
  return Object.entries(document.paths)
    .sort(([a], [b]) => parameters(a) - parameters(b))
    .flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => methods.has(method))
        .map(([method, { operationId, requestBody }]) => ({
          id: operationId,
          method: method.toUpperCase(),
          path: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
          parameters: parameters(path),
          root: rootOf(document, requestBody?.content["application/json"]?.schema),
          implemented: !pending.has(operationId.toLowerCase()),
        })),
    );
}

/** The one member that a body must have, be it only one of its alternatives. */
function rootOf(document: Document, schema: Schema | undefined): string | undefined {
  if (schema?.$ref !== undefined) {
    return rootOf(document, document.components.schemas[schema.$ref.split("/").at(-1)!]);
  }
  if (schema?.anyOf !== undefined) {
    return rootOf(document, schema.anyOf[0]);
  }
  return schema?.required?.length === 1 ? schema.required[0] : undefined;
}

/**
 * Reads the names of the operations that answer 501, in lower case: Go spells
 * some of them in its own way (URL for Url).
 */
function readPending(): Set<string> {
  const source = readFileSync(`${root}server/pending.go`, "utf8");
  return new Set([...source.matchAll(/^func \(pending\) (\w+)\(/gm)].map(([, name]) => name!.toLowerCase()));
}
