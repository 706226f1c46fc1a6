// Holds recorded answers against the types of the client.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Api } from "lago-javascript-client";

import type { Answer } from "./recorder.js";

const folder = fileURLToPath(new URL("../", import.meta.url));

// What stands before the answers in the program that is compiled. A type of the
// client that accepts anything would make its checks worthless, so "any" counts
// as a violation. Members that the client does not know are no violation.
const preamble = `import type { Api, HttpResponse } from "lago-javascript-client";

type Known<T> = 0 extends 1 & T ? never : T;
type Data<F> = F extends (...args: never[]) => Promise<HttpResponse<infer D, unknown>> ? Known<D> : never;
type Refusal<F> = F extends (...args: never[]) => Promise<HttpResponse<unknown, infer E>> ? Known<E> : never;
const check = <T>() => <V extends T>(answer: V): V => answer;
`;

// Members that may be null by the contract, though not by the client's types. To
// a program without types null is as good as absent.
const nullable = [
  "amount_currency",
  "applied_pricing_unit",
  "billable_metric",
  "cancellation_reason",
  "country",
  "currency",
  "customer_type",
  "description",
  "document_locale",
  "expression",
  "invoice_display_name",
  "invoice_grace_period",
  "on_termination_credit_note",
  "payment_method_id",
  "payment_provider",
  "payment_provider_code",
  "pricing_unit_details",
  "refund_status",
  "regroup_paid_fees",
  "rounding_function",
  "subscription_invoice_issuing_date_adjustment",
  "subscription_invoice_issuing_date_anchor",
  "timezone",
  "trial_period",
  "weighted_interval",
];

/**
 * Writes the answers as literals into a program in which each must be of the
 * type that the client declares for its operation, and compiles that program.
 * Returns what the compiler objects to, nothing when it is content.
 */
export function violations(client: Api<unknown>, answers: readonly Answer[]): string {
  const checks = answers.map(({ operation, status, body }) => {
    const type = status < 300 ? "Data" : "Refusal";
    return `// ${operation}, ${status}\ncheck<${type}<${member(client, operation)}>>()(${literal(body)});\n`;
  });
  writeFileSync(`${folder}build/answers.ts`, preamble + [...new Set(checks)].join(""));
  const compiler = [`${folder}node_modules/typescript/bin/tsc`, "--project", `${folder}tsconfig.answers.json`];
  const { status, error, stdout, stderr } = spawnSync(process.execPath, compiler, { encoding: "utf8" });
  if (error !== undefined) {
    throw error;
  }
  return status === 0 ? "" : `${stdout}${stderr}` || `the compiler ended with status ${status}`;
}

/**
 * The answer as the compiler reads it: nothing for an empty one. What may be null
 * becomes "null!", which is of every type.
 */
function literal(body: string): string {
  if (body === "") {
    return "undefined";
  }
  if (!body.startsWith("{")) {
    return JSON.stringify(body);
  }
  return body.replaceAll(new RegExp(`"(${nullable.join("|")})":null`, "g"), '"$1":null!');
}

/** Where the client has the method for an operation, whose name it may spell in its own way. */
export function method(client: Api<unknown>, operation: string): { group: keyof Api<unknown>; name: string } {
  for (const [group, methods] of Object.entries(client)) {
    for (const name of Object.keys(methods ?? {})) {
      if (name.toLowerCase() === operation.toLowerCase()) {
        return { group: group as keyof Api<unknown>, name };
      }
    }
  }
  throw new Error(`the client has no method for ${operation}`);
}

/** The type of the client's method for an operation. */
function member(client: Api<unknown>, operation: string): string {
  const { group, name } = method(client, operation);
  return `Api<unknown>["${group}"]["${name}"]`;
}
