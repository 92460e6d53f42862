// Messages of HL7 v2: what conversion and acknowledgment are given, and what they give.

import type { Bundle, OperationOutcome } from "fhir/r4.js";
import type { AcknowledgeOptions } from "./generated/AcknowledgeOptions.js";
import type { ConvertOptions as AllOptions } from "./generated/ConvertOptions.js";

export type { AcknowledgeOptions };

/** Options of one conversion; all have defaults, and one that does not exist is an error. */
export type ConvertOptions = Partial<AllOptions>;

/** A place in a message. */
export interface MessagePlace {
  /** As people write it: `PID-5.1`. */
  place: string;
  /** Its line, from 1. */
  line: number;
  /** Its column, from 1, in UTF-16 code units. */
  column: number;
}

/** Where a value of a result comes from. */
export interface LineageEntry extends MessagePlace {
  /** The value in the result, as a FHIRPath location. */
  path: string;
  /** The rule that made it: its group and its name. */
  rule: string;
}

/** A message as FHIR. */
export interface Converted {
  /** The result; `null` where the map makes none. */
  bundle: Bundle | null;
  /** What was found in the message and then in the result. */
  outcome: OperationOutcome;
  /** Where the values of the result come from, in its order. */
  lineage: LineageEntry[];
  /** The values of the message that no rule took, in order. */
  unmapped: MessagePlace[];
}
