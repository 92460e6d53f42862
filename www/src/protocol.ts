// The messages between the page and the worker that holds the engine. Everything is plain data.

import type { Engine } from "fhirkiln/slim";

/** A FHIR OperationOutcome. */
export type Outcome = ReturnType<Engine["validate"]>;

/** What is validated: text from the editor, or a file that the page itself never reads. */
export type Input = string | Blob;

/** What an engine is made of. */
export interface EngineFiles {
  module: WebAssembly.Module;
  pack: Uint8Array;
}

export type Request =
  | ({ kind: "load" } & EngineFiles)
  | { kind: "validate"; id: number; input: Input }
  | { kind: "excerpt"; id: number; file: Blob; line: number; column: number };

export type Reply =
  | { kind: "ready" }
  | ({ kind: "outcome"; id: number } & Validation)
  | { kind: "excerpt"; id: number; excerpt: Excerpt }
  | { kind: "failed"; id: number | null; message: string };

/** What came of one validation. */
export interface Validation {
  outcome: Outcome;
  milliseconds: number;
  bytes: number;
}

/** A part of a file that is too large for the editor; lines and columns count from 1. */
export interface Excerpt {
  firstLine: number;
  /** More than 1 where `text` is a part of one long line. */
  firstColumn: number;
  text: string;
}
