// What every entry point exports.

export { Engine } from "./engine.js";
export type {
  Input,
  Layout,
  LoadOptions,
  PackName,
  ValidateOptions,
  WasmSource,
  WithOptions,
} from "./engine.js";
export type { Evaluated, EvaluateOptions, Variable } from "./evaluate.js";
export { FhirkilnError } from "./error.js";
export type { FhirkilnErrorCode } from "./error.js";
export type { IssueCode } from "./generated/IssueCode.js";
