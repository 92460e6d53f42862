// A resource that was read once, for all that is to be asked about it.

import { FhirkilnError } from "./error.js";
import type { WasmResource } from "./generated/glue.js";
import { type Input, keepInput, readInput, type Source } from "./input.js";
import { abandoned, type Call, type Handle, type Held, put, release } from "./instance.js";

/** Reads a resource in the instance of the engine that `call` calls. @internal */
export let createResource: (input: Input, call: Call) => ParsedResource;

/** The resource inside the instance of an engine. @internal */
export let openResource: (resource: ParsedResource, engine: Handle) => WasmResource;

let sourceOf: (resource: ParsedResource) => Source | undefined;

let isLocated: (resource: ParsedResource) => boolean;

let valuesOf: (resource: ParsedResource) => Map<number, unknown>;

/**
 * A resource as {@link Engine.parse} read it: what takes a resource takes this too, and does not read it again.
 * (An engine that knows other definitions than the one that read it does.)
 */
export class ParsedResource {
  #source: Source | undefined;
  #held: Held<WasmResource> | undefined;
  /** Values that were asked for, by node: made once. */
  #values = new Map<number, unknown>();

  private constructor(source: Source, call: Call) {
    this.#source = source;
    call((engine) => this.#in(engine));
  }

  static {
    createResource = (input, call) => {
      // Kept for an instance that replaces this one after a trap.
      return new ParsedResource(keepInput(input), call);
    };
    openResource = (resource, engine) => resource.#in(engine);
    sourceOf = (resource) => resource.#source;
    isLocated = (resource) => resource.#source?.located === true;
    valuesOf = (resource) => resource.#values;
  }

  /** Gives its memory back at once, rather than when it is collected. Using it afterwards throws. */
  free(): void {
    this.#source = undefined;
    this.#values.clear();
    if (this.#held === undefined) return;
    abandoned?.unregister(this);
    release(this.#held);
    this.#held = undefined;
  }

  /** The resource inside an instance, read anew where it was read in another. */
  #in({ instance, object }: Handle): WasmResource {
    if (this.#source === undefined) throw new FhirkilnError("freed", "The resource was freed.");
    if (this.#held?.instance !== instance) {
      const held = { instance, object: object.parse(put(instance, this.#source.content)) };
      if (this.#held !== undefined) {
        abandoned?.unregister(this);
        release(this.#held);
      }
      this.#held = held;
      this.#values.clear();
      abandoned?.register(this, held, this);
    }
    return this.#held.object;
  }
}

export interface ParsedResource {
  /** {@link ParsedResource.free}, for `using`. */
  [Symbol.dispose](): void;
}

// Older runtimes lack the symbol.
if (Symbol.dispose) ParsedResource.prototype[Symbol.dispose] = ParsedResource.prototype.free;

/** Calls with a resource inside the instance of an engine: one that was read before, or one that is read for this call. @internal */
export function withResource<T>(
  input: Input,
  engine: Handle,
  call: (resource: WasmResource, located: boolean) => T,
): T {
  if (input instanceof ParsedResource) return call(openResource(input, engine), isLocated(input));
  const { content, located } = readInput(input);
  const resource = engine.object.parse(put(engine.instance, content));
  try {
    return call(resource, located);
  } finally {
    release({ instance: engine.instance, object: resource });
  }
}

/** The value at a node of the resource that `input` was read into. @internal */
export function readValue(input: Input, resource: WasmResource, node: number): unknown {
  if (!(input instanceof ParsedResource)) return resource.value(node);
  const values = valuesOf(input);
  let value = values.get(node);
  if (value === undefined) {
    value = resource.value(node);
    values.set(node, value);
  }
  return value;
}

/** Calls with an input for an engine. @internal */
export function withInput<T>(
  input: Input,
  engine: Handle,
  call: (input: ReturnType<typeof put>, located: boolean) => T,
): T {
  if (input instanceof ParsedResource) return call(openResource(input, engine).input(), isLocated(input));
  const { content, located } = readInput(input);
  return call(put(engine.instance, content), located);
}

/** An input for calls later, when the caller may have freed or changed what was given. @internal */
export function keep(input: Input): Input {
  return (input instanceof ParsedResource ? sourceOf(input)?.content : keepInput(input).content) ?? input;
}
