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
  /** The result; `null` where the map makes none. */
  bundle: Bundle | null;
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
  /** The result; `null` where the map makes none. */
  result: object | null;
  /** What is wrong with the map (those name `map` as their source), and what was found while it ran. */
  outcome: OperationOutcome;
  /** Where the values of the result come from, in its order; with the option `lineage`. */
  lineage: LineageEntry[];
  /** The values of the source that no rule took, in order; with the option `lineage`. */
  unmapped: SourcePlace[];
}

/**
 * A conversion whose `lineage` is made when it is first asked for: it is several times as long as the rest, and most
 * callers never look at it.
 */
export function withLineage(converted: Converted, make: () => LineageEntry[]): Converted {
  const define = (rest: PropertyDescriptor) =>
    Object.defineProperty(converted, "lineage", { enumerable: true, configurable: true, ...rest });
  const set = (value: LineageEntry[]) => void define({ value, writable: true });
  const get = () => {
    set(make());
    return converted.lineage;
  };
  return define({ get, set });
}
