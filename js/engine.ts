// The engine as people use it: the types of what it is given, and the calls.

/// <reference lib="esnext.disposable" preserve="true" />

import type { OperationOutcome, StructureDefinition } from "fhir/r4.js";
import {
  type AcknowledgeOptions,
  type Converted,
  type ConvertOptions,
  defineLazily,
  readAnswer,
  type Transformed,
  type TransformOptions,
} from "./convert.js";
import { FhirkilnError } from "./error.js";
import {
  type CompileOptions,
  createExpression,
  type Evaluated,
  type EvaluateOptions,
  Expression,
} from "./evaluate.js";
import type { Explanation } from "./generated/Explanation.js";
import type { Options } from "./generated/Options.js";
import type { ProfileEntry } from "./generated/ProfileEntry.js";
import { copyBytes, encodeDefinition, type Input, readDefinition } from "./input.js";
import { abandoned, type Call, Family, type Handle, type Knowledge, release } from "./instance.js";
import { writeOptions } from "./options.js";
import { createResource, keep, ParsedResource, withInput } from "./parsed.js";
import { loadModule, loadPacks } from "./platform.js";

/**
 * A pack that comes with this package: the definitions of a version of FHIR, of which an engine knows one, or HL7 v2
 * (`v2`) with the maps to FHIR R4.
 */
export type PackName = "r4" | "r4b" | "r5" | "v2" | GuideName;

/**
 * A pack of an implementation guide. This package has those whose FHIR packages were there when it was built; they are
 * found by name where the package's own files are (Node, Deno, Bun, browsers), elsewhere give the bytes of
 * `fhirkiln/packs/*.pack`. What it builds on is loaded with it where it is found by name too; where it is not, the error
 * `pack-base` names it.
 */
export type GuideName = (typeof GUIDES)[number];

/** The guides that this version can be built with. */
export const GUIDES = [
  "ips",
  "sdc",
  "mcode",
  "au-base",
  "us-core-3.1.1",
  "us-core-5.0.1",
  "us-core-6.1.0",
  "us-core-7.0.0",
  "us-core-8.0.0",
  "carin-bb",
  "plan-net",
  "drug-formulary",
  "crd",
  "dtr",
  "pas",
  "pdex",
] as const;

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
   * useful to compile once for several workers. Its bytes are those of `fhirkiln/fhirkiln.wasm`, or
   * of `fhirkiln/fhirkiln.fast.wasm`: the same, a third larger and 1.4 times as fast.
   */
  wasm?: WasmSource | Promise<WasmSource>;
}

/** What {@link Engine.with} is given: what the derived engine knows besides. */
export interface WithOptions {
  /** As in {@link LoadOptions}. */
  packs?: LoadOptions["packs"];
  /** FHIR packages, as the bytes of their `.tgz`. */
  packages?: readonly (Uint8Array | ArrayBuffer)[];
  /**
   * Conformance resources (StructureDefinition, ValueSet, CodeSystem, ConceptMap, StructureMap) or Bundles of them, in
   * JSON or XML, and maps in the FHIR Mapping Language: text, bytes or objects.
   */
  resources?: readonly (string | Uint8Array | ArrayBuffer | object)[];
}

/** A StructureDefinition with its snapshot. */
export interface Snapshot {
  /** The definition with its snapshot; as it was given where its base is not known. */
  definition: StructureDefinition;
  /** What is wrong with the differential, in its order; `element` is an `ElementDefinition.id`. */
  messages: { severity: "error" | "warning" | "information"; element: string; message: string }[];
}

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
   * @throws FhirkilnError `load`, `pack-unknown`, `pack-base`, `pack-damaged`, `pack-newer`, `pack-older`
   */
  static async load(options: LoadOptions): Promise<Engine> {
    const [module, packs] = await Promise.all([loadModule(options.wasm), loadPacks(options.packs)]);
    return Engine.#build(new Family(module), [], { packs, packages: [], resources: [] });
  }

  /**
   * Makes an engine that also knows these definitions. The two share what they both know; this one is
   * unchanged, and either can be freed first.
   *
   * @throws FhirkilnError `pack-unknown`, `pack-base`, `pack-damaged`, `pack-newer`, `pack-older`, `package-damaged`,
   * `resource-damaged`
   */
  async with(more: WithOptions): Promise<Engine> {
    const packs = await loadPacks(more.packs ?? []);
    const packages = (more.packages ?? []).map(requireBytes);
    const resources = (more.resources ?? []).map(readDefinition);
    const told = { packs, packages, resources };
    return Engine.#build(this.#family!, this.#knowledge, told, () => this.#live());
  }

  /** Makes an engine that is told `more`, with the packs that those of it build on, as far as they are here. */
  static async #build(
    family: Family,
    known: readonly Knowledge[],
    more: Knowledge,
    base?: () => Handle,
  ): Promise<Engine> {
    const asked = new Set<string>();
    for (;;) {
      try {
        return new Engine(family, [...known, more], base?.());
      } catch (error) {
        if (!(error instanceof FhirkilnError && error.code === "pack-base")) throw error;
        const missing = new Set(family.missingBases(more.packs, base?.()));
        const names = [...missing].filter((name) => !asked.has(name));
        if (names.length === 0) throw error;
        for (const name of names) asked.add(name);
        const bases = await loadPacks(names as PackName[]).catch(refuseBases);
        more = { ...more, packs: [...bases, ...more.packs] };
      }
    }
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
    const json = writeOptions(options);
    const call = (engine: Handle) =>
      withInput(input, engine, (content, located) => engine.object.validate(content, located, json));
    return JSON.parse(this.#call(call));
  }

  /**
   * True if nothing is worse than a warning. Faster than {@link validate}: stops at the first error.
   *
   * @throws FhirkilnError `input`, `options`, `freed`, `internal`
   */
  isValid(input: Input, options?: ValidateOptions): boolean {
    const json = writeOptions(options);
    return this.#call((engine) =>
      withInput(input, engine, (content) => engine.object.isValid(content, json)),
    );
  }

  /**
   * Reads a resource once, for several questions about it. What is wrong with its text, {@link validate} says.
   *
   * @throws FhirkilnError `input`, `freed`, `internal`
   */
  parse(input: Input): ParsedResource {
    return input instanceof ParsedResource ? input : createResource(input, this.#call);
  }

  /**
   * Compiles a FHIRPath expression, to evaluate it on many resources.
   *
   * @throws FhirkilnError `options`, `fhirpath-syntax`, `fhirpath-semantic`, `fhirpath-limit`, `freed`, `internal`
   */
  compile(expression: string, options: CompileOptions = {}): Expression {
    return createExpression(expression, options, this.#call);
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
  evaluate(
    expression: string,
    input: Input,
    { functions = {}, ...options }: EvaluateOptions & CompileOptions = {},
  ): Evaluated[] {
    const compiled = this.compile(expression, { functions });
    try {
      return compiled.evaluate(input, options);
    } finally {
      compiled.free();
    }
  }

  /**
   * Writes a resource as FHIR XML, elements in the order of their definitions.
   *
   * @throws FhirkilnError `input-damaged` where the text is not sound JSON or XML; `not-convertible` where something
   * in it has no certain form in XML, such as an element that no definition has; `input`, `freed`, `internal`
   */
  toXml(input: Input, layout: Layout = {}): string {
    return this.#call((engine) =>
      withInput(input, engine, (content) => engine.object.toXml(content, layout.pretty === true)),
    );
  }

  /**
   * Writes a resource as FHIR JSON. Decimals keep their digits, which an object could not.
   *
   * @throws FhirkilnError `input-damaged` where the text is not sound JSON or XML; `not-convertible` where XML has
   * something that no definition has; `input`, `freed`, `internal`
   */
  toJson(input: Input, layout: Layout = {}): string {
    return this.#call((engine) =>
      withInput(input, engine, (content) => engine.object.toJson(content, layout.pretty === true)),
    );
  }

  /**
   * Converts a message of HL7 v2 to FHIR, by the map for its structure, and validates the result. Needs the packs `r4`
   * and `v2`. The same message gives the same result.
   *
   * ```js
   * const engine = await Engine.load({ packs: ["r4", "v2"] });
   * const { bundle, json, outcome, lineage, unmapped } = engine.convert(message, { bundle: "transaction" });
   * ```
   *
   * @throws FhirkilnError `not-convertible` where the input is not one message; `map-missing` where there is no map for
   * it; `input`, `options`, `freed`, `internal`; never for what is wrong with the message
   */
  convert(message: Input, options?: ConvertOptions): Converted {
    const json = writeOptions(options);
    const call = (engine: Handle) =>
      withInput(message, engine, (content) => engine.object.convert(content, json));
    const converted = readAnswer<Converted>(this.#call(call), "bundle");
    if (options?.lineage !== false) {
      const kept = keep(message);
      const again = (engine: Handle) =>
        withInput(kept, engine, (content) => engine.object.lineage(content, json));
      defineLazily(converted, "lineage", () => JSON.parse(this.#call(again)));
    }
    return converted;
  }

  /**
   * The answer to a message of HL7 v2 (`ACK`), from what {@link validate} finds in it with `options`; `undefined` where
   * the message asks for no such answer (MSH-15, MSH-16). Needs the pack `v2`.
   *
   * @throws FhirkilnError `input-damaged` where there is no message; `input`, `options`, `freed`, `internal`
   */
  acknowledge(message: Input, answer: AcknowledgeOptions, options?: ValidateOptions): string | undefined {
    const [json, how] = [writeOptions(options), writeOptions(answer)];
    return this.#call((engine) =>
      withInput(message, engine, (content) => engine.object.acknowledge(content, json, how)),
    );
  }

  /**
   * Runs a map of the FHIR Mapping Language on a resource, or a message of HL7 v2. The map is text, a StructureMap (an
   * object or JSON), or the canonical of a map that the engine knows.
   *
   * ```js
   * const { result } = engine.transform("group main(source src : Patient, target tgt : Person) { src.name -> tgt.name; }", patient);
   * ```
   *
   * @throws FhirkilnError `map-syntax`, `map-missing`; `input-damaged` where the source is not sound; `input`, `options`,
   * `freed`, `internal`; never for what is found while the map runs
   */
  transform(map: string | object, source: Input, options?: TransformOptions): Transformed {
    const [text, json] = [readDefinition(map), writeOptions(options)];
    const call = (engine: Handle) =>
      withInput(source, engine, (content) => engine.object.transform(text, content, json));
    return readAnswer<Transformed>(this.#call(call), "result");
  }

  /** The profiles that the engine knows, extensions among them, sorted by URL and version. */
  profiles(): ProfileEntry[] {
    return JSON.parse(this.#call((engine) => engine.object.profiles())) as ProfileEntry[];
  }

  /**
   * What a profile asks beyond the type that it constrains, element by element, and which profile asks it; undefined
   * where the profile is not here.
   */
  explain(profile: string): Explanation | undefined {
    const json = this.#call((engine) => engine.object.explain(profile));
    return json === undefined ? undefined : (JSON.parse(json) as Explanation);
  }

  /**
   * Makes the snapshot of a StructureDefinition from its differential. A base that comes from a pack has no texts for
   * people (`short`, `definition`); one that was given to {@link with} has.
   *
   * @throws FhirkilnError `resource-damaged` where it is no StructureDefinition; `freed`, `internal`
   */
  snapshot(definition: string | Uint8Array | ArrayBuffer | object): Snapshot {
    const bytes = encodeDefinition(definition);
    return JSON.parse(this.#call((engine) => engine.object.snapshot(bytes))) as Snapshot;
  }

  /** Gives its memory back at once, rather than when it is collected. Using the engine afterwards throws. */
  free(): void {
    if (this.#family === undefined) return;
    this.#family = undefined;
    abandoned?.unregister(this);
    release(this.#handle);
  }

  readonly #call: Call = (work) => {
    const handle = this.#live();
    return this.#family!.run(handle.instance, () => work(handle));
  };

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

function requireBytes(value: unknown): Uint8Array {
  const bytes = copyBytes(value);
  if (bytes === undefined)
    throw new FhirkilnError("package-damaged", "A package must be the bytes of its .tgz.");
  return bytes;
}

/** Names the pack that others build on and that is not here, rather than the first of those that they build on. */
function refuseBases(cause: unknown): never {
  if (!(cause instanceof FhirkilnError && cause.code === "pack-unknown")) throw cause;
  throw new FhirkilnError("pack-base", `A pack builds on one that is not loaded: ${cause.message}`, {
    cause,
  });
}
