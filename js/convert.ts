// Conversion, acknowledgment and maps: what they are given, and what they give.

import type { Bundle, OperationOutcome } from "fhir/r4.js";
import type { AcknowledgeOptions } from "./generated/AcknowledgeOptions.js";
import type { ConvertOptions as AllOptions } from "./generated/ConvertOptions.js";
import type { TransformOptions as AllTransformOptions } from "./generated/TransformOptions.js";

export type { AcknowledgeOptions };

/** Options of one conversion; all have defaults, and one that does not exist is an error. */
export type ConvertOptions = Partial<AllOptions>;

/** Options of one transformation; all have defaults, and one that does not exist is an error. */
export type TransformOptions = Partial<AllTransformOptions>;

/** A place in a source. */
export interface SourcePlace {
  /** As people write it: `PID-5.1` in a message of HL7 v2, else a FHIRPath location. */
  place: string;
  /** Its line, from 1. */
  line: number;
  /** Its column, from 1, in UTF-16 code units. */
  column: number;
  /** How long it is, in UTF-16 code units; 0 for what has parts. */
  length: number;
}

/** Where a value of a result comes from. */
export interface LineageEntry extends SourcePlace {
  /** The value in the result, as a FHIRPath location. */
  path: string;
  /** The rule that made it: its group and its name. */
  rule: string;
  /** The canonical of the map that the rule is in. */
  map: string;
  /** Where the rule stands (lines and columns from 1, in UTF-16 code units), in a map that was given as text. */
  ruleAt?: { line: number; column: number; length: number };
}

/** A message as FHIR. */
export interface Converted {
  /** The result; `null` where the map makes none. Read from `json` when it is first asked for. */
  bundle: Bundle | null;
  /** The same as JSON text: what to send and to keep, as its decimals have all their digits (`5.40`). */
  json: string | null;
  /** What was found in the message and then in the result. */
  outcome: OperationOutcome;
  /**
   * Where the values of the result come from, in its order. Empty without the option `lineage`. Made when it is first asked for,
   * from the message once more: the engine must not be freed before.
   */
  lineage: LineageEntry[];
  /** The values of the message that no rule took, in order. */
  unmapped: SourcePlace[];
}

/** What a map made. */
export interface Transformed {
  /** The result; `null` where the map makes none. Read from `json` when it is first asked for. */
  result: object | null;
  /** The same as JSON text: what to send and to keep, as its decimals have all their digits (`5.40`). */
  json: string | null;
  /** What is wrong with the map (those name `map` as their source), and what was found while it ran. */
  outcome: OperationOutcome;
  /** Where the values of the result come from, in its order; with the option `lineage`. */
  lineage: LineageEntry[];
  /** The values of the source that no rule took, in order; with the option `lineage`. */
  unmapped: SourcePlace[];
}

/** What the engine answers: the result as JSON text, and what is said of it. The result is read when it is asked for, as `name`. */
export function readAnswer<T extends Converted | Transformed>([json, told]: string[], name: keyof T): T {
  const answer = { [name]: null, json: json === "null" ? null : json, ...JSON.parse(told!) };
  if (answer.json !== null) defineLazily<T>(answer, name, () => JSON.parse(answer.json));
  return answer;
}

/** Defines a property whose value is made when it is first asked for: few callers look into what is long. */
export function defineLazily<T extends object>(object: T, name: keyof T, make: () => unknown): void {
  const define = (rest: PropertyDescriptor) =>
    Object.defineProperty(object, name, { enumerable: true, configurable: true, ...rest });
  const set = (value: unknown) => void define({ value, writable: true });
  const get = () => {
    set(make());
    return object[name];
  };
  define({ get, set });
}
