// The messages between the page and the worker that holds the engine. Everything is plain data.

import type { Converted, Engine, ProfileEntry, Transformed } from "fhirkiln/slim";
import type { Format } from "./languages";

/** A FHIR OperationOutcome. */
export type Outcome = ReturnType<Engine["validate"]>;

/** What is validated: text from the editor, or a file that the page itself never reads. */
export type Input = string | Blob;

/** What an engine is made of. */
export interface EngineFiles {
  module: WebAssembly.Module;
  packs: Uint8Array[];
  /** Definitions besides. */
  resources?: string[];
}

/** The kinds of Bundle that a message can become. */
export type BundleKind = "message" | "transaction" | "collection";

/** What the engine is asked of an input. */
export type Question =
  | { kind: "validate"; input: Input; profiles: string[] }
  | { kind: "convert"; input: Input; bundle: BundleKind }
  | { kind: "transform"; input: Input; map: string }
  | { kind: "profiles" }
  | { kind: "evaluate"; input: Input; expression: string }
  | { kind: "write"; input: Input; to: Format };

export type Request =
  | ({ kind: "load" } & EngineFiles)
  | (Question & { id: number })
  | { kind: "excerpt"; id: number; file: Blob; line: number; column: number };

export type Reply =
  | { kind: "ready" }
  | ({ kind: "validate"; id: number } & Validation)
  | { kind: "evaluate"; id: number; result: Evaluation | Mistake }
  | { kind: "write"; id: number; result: string | Mistake }
  | { kind: "convert"; id: number; result: Conversion | Mistake }
  | { kind: "transform"; id: number; result: Transformation | Mistake }
  | { kind: "profiles"; id: number; profiles: ProfileEntry[] }
  | { kind: "excerpt"; id: number; excerpt: Excerpt }
  | { kind: "failed"; id: number | null; message: string };

/** What came of one validation. */
export interface Validation {
  outcome: Outcome;
  milliseconds: number;
  bytes: number;
}

/** What came of one message. */
export interface Conversion {
  converted: Converted;
  milliseconds: number;
}

/** What a map made of one source. */
export interface Transformation {
  transformed: Transformed;
  milliseconds: number;
}

/** What came of one evaluation. */
export interface Evaluation {
  /** The result, or the beginning of a long one. */
  items: Item[];
  /** How many items there are. */
  count: number;
  traces: { name: string; items: Item[] }[];
  milliseconds: number;
}

/** One item of a result; line and column count from 1, and are there where it stands in the input. */
export interface Item {
  /** As JSON; the beginning of a long one. */
  value: string;
  type: string;
  path?: string | undefined;
  line?: number | undefined;
  column?: number | undefined;
}

/** Why there is no result. */
export interface Mistake {
  /** Stable, as the engine's errors are. */
  code: string;
  message: string;
  /** It is the resource that is not sound. */
  isOfResource: boolean;
  /** Where in the expression, in UTF-16 code units. */
  start?: number | undefined;
  end?: number | undefined;
}

/** A part of a file that is too large for the editor; lines and columns count from 1. */
export interface Excerpt {
  firstLine: number;
  /** More than 1 where `text` is a part of one long line. */
  firstColumn: number;
  text: string;
}
