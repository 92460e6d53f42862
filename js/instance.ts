// WebAssembly instances: one for each engine and those derived from it. Freeing the last of them lets all
// its memory go, and a trap spoils no other.

import { FhirkilnError, type FhirkilnErrorCode } from "./error.js";
import { createGlue, type WasmEngine } from "./generated/glue.js";

/** What an engine was told to know, in one call. Kept, so that it can be told again after a trap. */
export interface Knowledge {
  packs: Uint8Array[];
  packages: Uint8Array[];
  resources: string[];
}

/** A running instance. `broken` after a trap: its memory may be in any state, and it is never entered again. */
interface Instance {
  WasmEngine: new () => WasmEngine;
  broken: boolean;
}

/** An engine inside an instance. */
export interface Handle {
  readonly instance: Instance;
  readonly engine: WasmEngine;
}

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
      let engine = start > 0 ? base!.engine : new instance.WasmEngine();
      for (const { packs, packages, resources } of knowledge.slice(start)) {
        const previous = engine;
        try {
          engine = previous.with(packs, packages, resources);
        } finally {
          if (previous !== base?.engine) previous.free();
        }
      }
      return { instance, engine };
    });
  }

  /**
   * Calls into the instance. The engine throws JSON text for a call that it does not understand; anything
   * else is a trap (a defect, no memory left, a stack overflow), and the instance is given up.
   */
  run<T>(instance: Instance, call: () => T): T {
    try {
      return call();
    } catch (thrown) {
      if (typeof thrown === "string") {
        const { code, message } = JSON.parse(thrown) as { code: FhirkilnErrorCode; message: string };
        throw new FhirkilnError(code, message);
      }
      instance.broken = true;
      if (this.#instance === instance) this.#instance = undefined;
      const message = "The engine stopped: a defect in fhirkiln, or no memory left. It can be used again.";
      throw new FhirkilnError("internal", message, { cause: thrown });
    }
  }

  #running(): Instance {
    if (this.#instance === undefined) {
      const { WasmEngine, initSync } = createGlue();
      initSync({ module: this.#module });
      this.#instance = { WasmEngine, broken: false };
    }
    return this.#instance;
  }
}

/** Frees the engine, unless its instance is spoilt and will be collected as a whole. */
export function release({ instance, engine }: Handle): void {
  try {
    if (!instance.broken) engine.free();
  } catch {
    instance.broken = true;
  }
}
