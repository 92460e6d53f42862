// What every entry point exports.

export { Engine } from "./engine.js";
export type {
  GuideName,
  Layout,
  LoadOptions,
  PackName,
  Snapshot,
  ValidateOptions,
  WasmSource,
  WithOptions,
} from "./engine.js";
export type { CompileOptions, Evaluated, EvaluateOptions, Expression, FhirPathFunction } from "./evaluate.js";
export type {
  AcknowledgeOptions,
  Converted,
  ConvertOptions,
  LineageEntry,
  SourcePlace,
  Transformed,
  TransformOptions,
} from "./convert.js";
export type { ExplainedConstraint } from "./generated/ExplainedConstraint.js";
export type { ExplainedElement } from "./generated/ExplainedElement.js";
export type { Explanation } from "./generated/Explanation.js";
export type { ProfileEntry } from "./generated/ProfileEntry.js";
export { FhirkilnError } from "./error.js";
export type { FhirkilnErrorCode } from "./error.js";
export type { Input } from "./input.js";
export type { ParsedResource } from "./parsed.js";
export type { IssueCode } from "./generated/IssueCode.js";
