// The engine as people use it: the types of what it is given, and the calls.

/// <reference lib="esnext.disposable" preserve="true" />

import type { OperationOutcome } from "fhir/r4.js";
import { FhirkilnError } from "./error.js";
import { type Evaluated, type EvaluateOptions, evaluateOptions, readEvaluation } from "./evaluate.js";
import type { Options } from "./generated/Options.js";
import { copyBytes, readInput, type Source, stringify } from "./input.js";
import { Family, type Handle, type Knowledge, put, release } from "./instance.js";
import { loadModule, loadPacks } from "./platform.js";

/** A pack that comes with this package. */
export type PackName = "r4";

/** A resource: JSON or XML text, its UTF-8 bytes, or an object (then without lines and columns). */
export type Input = string | Uint8Array | ArrayBuffer | object;

/** Options of one validation; all have defaults, and one that does not exist is an error. */
export type ValidateOptions = Partial<Options>;

/** How to lay text out. */
export interface Layout {
  /** In lines, indented by two spaces; else without white space. */
  pretty?: boolean;
}

/** The WebAssembly module: compiled, or its bytes, or the answer to a `fetch` of it. */
export type WasmSource = WasmModule | FetchResponse | Uint8Array | ArrayBuffer;

// As the program that uses the package knows them, which need not have the types of browsers.
type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer T } } } ? T : never;
type FetchResponse = typeof globalThis extends { Response: { prototype: infer T } } ? T : never;

/** What {@link Engine.load} is given. */
export interface LoadOptions {
  /** Definitions to know: names of packs that come with this package, or the bytes of packs. */
  packs: readonly (PackName | Uint8Array | ArrayBuffer)[];
  /**
   * The WebAssembly module, where it is not to be found beside this file: needed by `fhirkiln/slim`, and
   * useful to compile once for several workers. Its bytes are those of `fhirkiln/fhirkiln.wasm`.
   */
  wasm?: WasmSource | Promise<WasmSource>;
}

/** What {@link Engine.with} is given: what the derived engine knows besides. */
export interface WithOptions {
  /** As in {@link LoadOptions}. */
  packs?: LoadOptions["packs"];
  /** FHIR packages, as the bytes of their `.tgz`. */
  packages?: readonly (Uint8Array | ArrayBuffer)[];
  /** Conformance resources (StructureDefinition, ValueSet, CodeSystem) or Bundles of them: JSON text or objects. */
  resources?: readonly (string | object)[];
}

const abandoned = globalThis.FinalizationRegistry && new FinalizationRegistry<Handle>(release);

/**
 * Knows definitions and validates resources with them. Immutable; one engine serves a whole program.
 * Calls are synchronous and never touch the network.
 *
 * Limits: a resource of up to 512 MB of text where the runtime has the memory (about four times the text);
 * memory once taken for a large resource is kept until the engine and all derived from it are freed.
 *
 * ```js
 * const engine = await Engine.load({ packs: ["r4"] });
 * const outcome = engine.validate('{"resourceType":"Patient","birthdate":"1990-01-01"}');
 * ```
 */
export class Engine {
  readonly #knowledge: readonly Knowledge[];
  #family: Family | undefined;
  #handle: Handle;

  private constructor(family: Family, knowledge: readonly Knowledge[], base?: Handle) {
    this.#family = family;
    this.#knowledge = knowledge;
    this.#handle = family.build(knowledge, base);
    abandoned?.register(this, this.#handle, this);
  }

  /**
   * Makes an engine. The module is compiled once in a process; each engine has its own instance of it.
   *
   * @throws FhirkilnError `load`, `pack-unknown`, `pack-damaged`, `pack-newer`, `pack-older`
   */
  static async load(options: LoadOptions): Promise<Engine> {
    const [module, packs] = await Promise.all([loadModule(options.wasm), loadPacks(options.packs)]);
    return new Engine(new Family(module), [{ packs, packages: [], resources: [] }]);
  }

  /**
   * Makes an engine that also knows these definitions. The two share what they both know; this one is
   * unchanged, and either can be freed first.
   *
   * @throws FhirkilnError `pack-unknown`, `pack-damaged`, `pack-newer`, `pack-older`, `package-damaged`, `resource-damaged`
   */
  async with(more: WithOptions): Promise<Engine> {
    const packs = await loadPacks(more.packs ?? []);
    const packages = (more.packages ?? []).map(requireBytes);
    const resources = (more.resources ?? []).map((r) => (typeof r === "string" ? r : stringify(r)));
    const base = this.#live();
    return new Engine(this.#family!, [...this.#knowledge, { packs, packages, resources }], base);
  }

  /**
   * Validates one resource. The outcome lists findings in the order of the resource, each with a stable
   * code (`details.coding`), a FHIRPath location (`expression`) and, for text and bytes, its line and
   * column (from 1; columns in UTF-16 code units) in the extensions that the HL7 validator writes. There
   * is one issue `all-ok` where nothing was found.
   *
   * @throws FhirkilnError `input`, `options`, `freed`, `internal`; never for what is wrong with the resource
   */
  validate(input: Input, options?: ValidateOptions): OperationOutcome {
    const { content, located } = readInput(input);
    const json = writeOptions(options);
    return JSON.parse(this.#run(content, (engine, bytes) => engine.validate(bytes, located, json)));
  }

  /**
   * True if nothing is worse than a warning. Faster than {@link validate}: stops at the first error.
   *
   * @throws FhirkilnError `input`, `options`, `freed`, `internal`
   */
  isValid(input: Input, options?: ValidateOptions): boolean {
    const { content } = readInput(input);
    const json = writeOptions(options);
    return this.#run(content, (engine, bytes) => engine.isValid(bytes, json));
  }

  /**
   * Evaluates a FHIRPath expression on one resource.
   *
   * ```js
   * engine.evaluate("name.given.first()", patient); // [{ value: "Ada", type: "FHIR.string", path: "Patient.name[0].given[0]", … }]
   * ```
   *
   * @throws FhirkilnError `input`, `input-damaged`, `options`, `fhirpath-syntax`, `fhirpath-semantic`, `fhirpath-execution`, `fhirpath-limit`,
   * `fhirpath-unavailable`, `freed`, `internal`
   */
  evaluate(expression: string, input: Input, options: EvaluateOptions = {}): Evaluated[] {
    const { content, located } = readInput(input);
    const json = evaluateOptions(options);
    const answer = this.#run(content, (engine, bytes) => engine.evaluate(expression, bytes, json));
    return readEvaluation(answer, located, options);
  }

  /**
   * Writes a resource as FHIR XML, elements in the order of their definitions.
   *
   * @throws FhirkilnError `input-damaged` where the text is not sound JSON or XML; `not-convertible` where something
   * in it has no certain form in XML, such as an element that no definition has; `input`, `freed`, `internal`
   */
  toXml(input: Input, layout: Layout = {}): string {
    const { content } = readInput(input);
    return this.#run(content, (engine, bytes) => engine.toXml(bytes, layout.pretty === true));
  }

  /**
   * Writes a resource as FHIR JSON. Decimals keep their digits, which an object could not.
   *
   * @throws FhirkilnError `input-damaged` where the text is not sound JSON or XML; `not-convertible` where XML has
   * something that no definition has; `input`, `freed`, `internal`
   */
  toJson(input: Input, layout: Layout = {}): string {
    const { content } = readInput(input);
    return this.#run(content, (engine, bytes) => engine.toJson(bytes, layout.pretty === true));
  }

  /** Gives its memory back at once, rather than when it is collected. Using the engine afterwards throws. */
  free(): void {
    if (this.#family === undefined) return;
    this.#family = undefined;
    abandoned?.unregister(this);
    release(this.#handle);
  }

  #run<T>(
    content: Source["content"],
    call: (engine: Handle["engine"], input: ReturnType<typeof put>) => T,
  ): T {
    const { instance, engine } = this.#live();
    return this.#family!.run(instance, () => call(engine, put(instance, content)));
  }

  /** This engine's handle, made anew where a trap spoilt the instance. */
  #live(): Handle {
    if (this.#family === undefined) throw new FhirkilnError("freed", "The engine was freed.");
    if (this.#handle.instance.broken) {
      abandoned?.unregister(this);
      this.#handle = this.#family.build(this.#knowledge);
      abandoned?.register(this, this.#handle, this);
    }
    return this.#handle;
  }
}

export interface Engine {
  /** {@link Engine.free}, for `using`. */
  [Symbol.dispose](): void;
}

// Older runtimes lack the symbol.
if (Symbol.dispose) Engine.prototype[Symbol.dispose] = Engine.prototype.free;

/** JSON text; what JSON drops (`undefined`) stays a default. */
function writeOptions(options: ValidateOptions | undefined): string {
  if (options === undefined) return "{}";
  try {
    return JSON.stringify(options) ?? "null";
  } catch (cause) {
    throw new FhirkilnError("options", "The options cannot be written as JSON.", { cause });
  }
}

function requireBytes(value: unknown): Uint8Array {
  const bytes = copyBytes(value);
  if (bytes === undefined)
    throw new FhirkilnError("package-damaged", "A package must be the bytes of its .tgz.");
  return bytes;
}
