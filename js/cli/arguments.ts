// Reading the words after a command: what every command has, and the checks that several need. The arguments are
// those of src/bin/fhirkiln.

import { type ParseArgsConfig, parseArgs } from "node:util";
import { Failure } from "./failure.js";
import type { Knowledge } from "./knowledge.js";
import { isColoured } from "./terminal.js";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>>;

/** Options of every command. */
export const COMMON = {
  pack: { type: "string", multiple: true, default: ["r4"] as string[] },
  package: { type: "string", multiple: true, default: [] as string[] },
  resource: { type: "string", multiple: true, default: [] as string[] },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "V", default: false },
} as const;

/** The option of commands that write reports for people. */
export const COLOR = { color: { type: "string", default: "auto" } } as const;

/** What commands that make something else of their input say besides. */
export const NOTES = {
  unmapped: { type: "boolean", default: false },
  quiet: { type: "boolean", short: "q", default: false },
  "mask-values": { type: "boolean", default: false },
} as const;

/** Reads words; says what is wrong with them. */
export function parse<const T extends Options>(args: string[], options: T): Parsed<T> {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Failure(2, (error as Error).message);
  }
}

/** The options that say what the engine is to know. */
export function knowledge(values: { pack: string[]; package: string[]; resource: string[] }): Knowledge {
  return { packs: values.pack, packages: values.package, resources: values.resource };
}

/** The words that name something, of which there must be one for each of `names`. */
export function requireAll(words: string[], names: string[]): string[] {
  const missing = names.slice(words.length).map((name) => `\n  ${name}`);
  if (missing.length > 0)
    throw new Failure(2, `the following required arguments were not provided:${missing.join("")}`);
  return words;
}

/** The value, where it is one of those that an option can have. */
export function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined)
    throw new Failure(2, `invalid value '${value}' for '--${name}': one of ${allowed.join(", ")}`);
  return found;
}

/** The value as a number of findings. */
export function count(name: string, value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!Number.isSafeInteger(number))
    throw new Failure(2, `invalid value '${value}' for '--${name}': not a number of findings`);
  return number;
}

/** True if the report is to have colours. */
export function wantsColor(value: string): boolean {
  const when = oneOf("color", value, ["auto", "always", "never"]);
  return when === "always" || (when === "auto" && isColoured(process.stdout));
}
