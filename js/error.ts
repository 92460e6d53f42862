// The one kind of error that this package throws.

/**
 * What went wrong, stable between versions:
 *
 * - `input`: the input is not text, bytes or an object that JSON can hold (it is cyclic or holds a BigInt).
 * - `options`: an option is unknown or of the wrong type.
 * - `pack-unknown`: there is no pack of that name.
 * - `pack-damaged`, `pack-newer`, `pack-older`: the pack's bytes are damaged, or made for a newer or older version of
 *   this package.
 * - `pack-fhir-version`: the pack is of another version of FHIR than what is loaded.
 * - `pack-base`: the pack builds on another one, which is not loaded.
 * - `package-damaged`, `resource-damaged`: what was given to `engine.with` cannot be read.
 * - `input-damaged`: what is to be evaluated or converted is not sound JSON or XML.
 * - `not-convertible`: something in the resource has no certain form in the other format (the message says where), or what
 *   is to be converted is not one message of HL7 v2.
 * - `map-syntax`: the text is no map; `map-missing`: the engine has no map of that canonical, or for the message.
 * - `fhirpath-syntax`, `fhirpath-semantic`: the expression is not FHIRPath, or a function or type in it does not exist.
 * - `fhirpath-execution`: a value is not what an operation needs; `fhirpath-limit`: a bound was met.
 * - `fhirpath-unavailable`: the expression asks for what is not known here, such as a value set.
 * - `load`: the WebAssembly module or a pack could not be fetched or compiled; `cause` says why.
 * - `freed`: the engine was used after `engine.free()`.
 * - `internal`: a defect here, or no memory left. The engine has started anew and can be used again.
 */
export type FhirkilnErrorCode =
  | "input"
  | "options"
  | "pack-unknown"
  | "pack-damaged"
  | "pack-newer"
  | "pack-older"
  | "pack-fhir-version"
  | "pack-base"
  | "package-damaged"
  | "resource-damaged"
  | "input-damaged"
  | "not-convertible"
  | "map-syntax"
  | "map-missing"
  | "fhirpath-syntax"
  | "fhirpath-semantic"
  | "fhirpath-execution"
  | "fhirpath-limit"
  | "fhirpath-unavailable"
  | "load"
  | "freed"
  | "internal";

/**
 * An error of use: a call that could not be understood or carried out. What is wrong with a resource is
 * never thrown; it is in the `OperationOutcome`. The message holds no data of the resource.
 */
export class FhirkilnError extends Error {
  override readonly name = "FhirkilnError";
  /** For an error in a FHIRPath expression: where in it, from 0 in UTF-16 code units. */
  readonly start: number | undefined;
  readonly end: number | undefined;

  constructor(
    /** Stable between versions, unlike the message. */
    readonly code: FhirkilnErrorCode,
    message: string,
    options?: { cause?: unknown; start?: number | undefined; end?: number | undefined },
  ) {
    super(message, options);
    this.start = options?.start;
    this.end = options?.end;
  }
}
