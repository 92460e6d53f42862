// The arguments of `validate`: those of src/bin/fhirkiln/validate/arguments.rs.

import { parseArgs } from "node:util";
import { Failure } from "./failure.js";

/** What was asked for. */
export interface Arguments {
  inputs: string[];
  ndjson: boolean;
  packs: string[];
  packages: string[];
  resources: string[];
  profiles: string[];
  suppress: string[];
  maxIssues: number;
  failOn: "error" | "warning";
  format: "text" | "json" | "ndjson" | "sarif";
  quiet: boolean;
  maskValues: boolean;
  color: "auto" | "always" | "never";
}

const OPTIONS = {
  ndjson: { type: "boolean", default: false },
  pack: { type: "string", multiple: true, default: ["r4"] as string[] },
  package: { type: "string", multiple: true, default: [] as string[] },
  resource: { type: "string", multiple: true, default: [] as string[] },
  profile: { type: "string", multiple: true, default: [] as string[] },
  suppress: { type: "string", multiple: true, default: [] as string[] },
  "max-issues": { type: "string", default: "1000" },
  "fail-on": { type: "string", default: "error" },
  format: { type: "string", default: "text" },
  quiet: { type: "boolean", short: "q", default: false },
  "mask-values": { type: "boolean", default: false },
  color: { type: "string", default: "auto" },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "V", default: false },
} as const;

/** Reads the words after `validate`. */
export function parseArguments(words: string[]): Arguments | "help" | "version" {
  const { values, positionals: inputs } = parse(words);
  if (values.help) return "help";
  if (values.version) return "version";
  if (inputs.length === 0)
    throw new Failure(2, "the following required arguments were not provided:\n  <INPUT>...");
  if (inputs.filter((input) => input === "-").length > 1)
    throw new Failure(2, "Standard input (`-`) can be read once only");
  const format = oneOf("format", values.format, ["text", "json", "ndjson", "sarif"]);
  if (values.quiet && format !== "text") throw new Failure(2, "--quiet goes with --format text only");
  return {
    inputs,
    ndjson: values.ndjson,
    packs: values.pack,
    packages: values.package,
    resources: values.resource,
    profiles: values.profile,
    suppress: values.suppress,
    maxIssues: count("max-issues", values["max-issues"]),
    failOn: oneOf("fail-on", values["fail-on"], ["error", "warning"]),
    format,
    quiet: values.quiet,
    maskValues: values["mask-values"],
    color: oneOf("color", values.color, ["auto", "always", "never"]),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new Failure(2, (error as Error).message);
  }
}

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined)
    throw new Failure(2, `invalid value '${value}' for '--${name}': one of ${allowed.join(", ")}`);
  return found;
}

function count(name: string, value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!Number.isSafeInteger(number))
    throw new Failure(2, `invalid value '${value}' for '--${name}': not a number of findings`);
  return number;
}
