// WebAssembly instances: one for each engine and those derived from it. Freeing the last of them lets all
// its memory go, and a trap spoils no other.

import { FhirkilnError, type FhirkilnErrorCode } from "./error.js";
import { createGlue, type WasmEngine, type WasmInput } from "./generated/glue.js";

const encoder = new TextEncoder();

/** What an engine was told to know, in one call. Kept, so that it can be told again after a trap. */
export interface Knowledge {
  packs: Uint8Array[];
  packages: Uint8Array[];
  resources: string[];
}

/** A running instance. `broken` after a trap: its memory may be in any state, and it is never entered again. */
export interface Instance {
  WasmEngine: new () => WasmEngine;
  WasmInput: new (length: number) => WasmInput;
  memory: WebAssembly.Memory;
  /** A view of the memory, for {@link wordsOf}. */
  words: Uint32Array;
  broken: boolean;
}

/** The memory as numbers of 32 bits. Where it grew, the view before is empty. */
export function wordsOf(instance: Instance): Uint32Array {
  if (instance.words.length === 0) instance.words = new Uint32Array(instance.memory.buffer);
  return instance.words;
}

/** What the engine throws for a call that it does not understand. */
export interface Refusal {
  code: FhirkilnErrorCode;
  message: string;
  start?: number;
  end?: number;
}

/** True for what the engine throws on purpose. A trap is an `Error`. */
export function isRefusal(thrown: unknown): thrown is Refusal {
  return typeof thrown === "object" && thrown !== null && !(thrown instanceof Error) && "code" in thrown;
}

/** Something inside an instance that has to be given back to it. */
export interface Held<T extends { free(): void }> {
  readonly instance: Instance;
  readonly object: T;
}

/** An engine inside an instance. */
export type Handle = Held<WasmEngine>;

/** Calls into an engine, in its instance as it is now: made anew where a trap spoilt the one before. */
export type Call = <T>(work: (engine: Handle) => T) => T;

/** The instance that an engine and all that are derived from it share, replaced after a trap. */
export class Family {
  readonly #module: WebAssembly.Module;
  #instance: Instance | undefined;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** Makes an engine: from one that is derived from, where that one is still good, or from nothing. */
  build(knowledge: readonly Knowledge[], base?: Handle): Handle {
    const start = base !== undefined && !base.instance.broken ? knowledge.length - 1 : 0;
    const instance = this.#running();
    return this.run(instance, () => {
      let engine = start > 0 ? base!.object : new instance.WasmEngine();
      for (const { packs, packages, resources } of knowledge.slice(start)) {
        const next = engine.with(packs, packages, resources);
        if (engine !== base?.object) engine.free();
        engine = next;
      }
      return { instance, object: engine };
    });
  }

  /** The packs that these build on, and that are neither among them nor in the engine `base`. */
  missingBases(packs: Uint8Array[], base?: Handle): string[] {
    const instance = this.#running();
    return this.run(instance, () => {
      if (base !== undefined) return base.object.missingBases(packs);
      const empty = new instance.WasmEngine();
      const missing = empty.missingBases(packs);
      empty.free();
      return missing;
    });
  }

  /**
   * Calls into the instance. The engine throws a {@link Refusal} for a call that it does not understand; anything
   * else is a trap (a defect, no memory left, a stack overflow), and the instance is given up.
   */
  run<T>(instance: Instance, call: () => T): T {
    try {
      return call();
    } catch (thrown) {
      if (thrown instanceof FhirkilnError) throw thrown;
      if (isRefusal(thrown)) {
        const { code, message, ...place } = thrown;
        throw new FhirkilnError(code, message, place);
      }
      instance.broken = true;
      if (this.#instance === instance) this.#instance = undefined;
      const message = "The engine stopped: a defect in fhirkiln, or no memory left. It can be used again.";
      throw new FhirkilnError("internal", message, { cause: thrown });
    }
  }

  #running(): Instance {
    if (this.#instance === undefined) {
      const { WasmEngine, WasmInput, initSync } = createGlue();
      const { memory } = initSync({ module: this.#module });
      this.#instance = { WasmEngine, WasmInput, memory, words: new Uint32Array(), broken: false };
    }
    return this.#instance;
  }
}

/** Copies text, as UTF-8, or bytes into the instance. */
export function put({ WasmInput, memory }: Instance, content: string | Uint8Array): WasmInput {
  if (typeof content === "string") {
    // Room for some letters that are not ASCII; where that is too little, encoding twice is rare enough.
    const room = content.length + (content.length >> 3) + 16;
    const input = new WasmInput(room);
    const { read, written } = encoder.encodeInto(
      content,
      new Uint8Array(memory.buffer, input.pointer(), room),
    );
    if (read === content.length) {
      input.truncate(written);
      return input;
    }
    input.free();
    content = encoder.encode(content);
  }
  const input = new WasmInput(content.length);
  new Uint8Array(memory.buffer, input.pointer(), content.length).set(content);
  return input;
}

/** Frees what is held, unless its instance is spoilt and will be collected as a whole. */
export function release({ instance, object }: Held<{ free(): void }>): void {
  try {
    if (!instance.broken) object.free();
  } catch {
    instance.broken = true;
  }
}

/** Frees what is held by an object that is collected: engines, resources, expressions. */
export const abandoned =
  globalThis.FinalizationRegistry && new FinalizationRegistry<Held<{ free(): void }>>(release);
