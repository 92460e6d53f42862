// The page's side of the worker: one question at a time, of each kind the latest, and a worker that fails or
// gets stuck is replaced.

import EngineWorker from "./engine-worker?worker&inline";
import type { Format } from "./languages";
import type { ProfileEntry } from "fhirkiln/slim";
import type {
  BundleKind,
  Conversion,
  EngineFiles,
  Evaluation,
  Excerpt,
  Input,
  Mistake,
  Question,
  Reply,
  Request,
  Transformation,
  Validation,
} from "./protocol";

/** What a client is told; what nobody listens to is dropped. */
export interface EngineEvents {
  /** An engine is there, the first one or a replacement. */
  ready(): void;
  /** No engine could be made of the files. */
  unavailable(message: string): void;
  /** A validation runs. */
  started(): void;
  validated(validation: Validation): void;
  evaluated(result: Evaluation | Mistake): void;
  written(result: string | Mistake): void;
  converted(result: Conversion | Mistake): void;
  transformed(result: Transformation | Mistake): void;
  profiles(profiles: ProfileEntry[]): void;
  /** What was asked made the engine fail; the next question meets a fresh engine. */
  failed(message: string): void;
}

/** Milliseconds that a newer question waits for an older one before the worker is replaced. */
const PATIENCE = 4000;

export class EngineClient {
  #worker: Worker;
  #ready = false;
  #running: { id: number; since: number } | null = null;
  /** What waits for its turn: of each kind the latest. */
  #waiting = new Map<Question["kind"], Question>();
  #impatience: ReturnType<typeof setTimeout> | undefined;
  #excerpts = new Map<number, (excerpt: Excerpt | null) => void>();
  #nextId = 1;

  constructor(
    private files: EngineFiles,
    private readonly events: Partial<EngineEvents>,
  ) {
    this.#worker = this.#spawn();
  }

  /** Asks for a validation. An input that waits for its turn is dropped for a newer one. */
  validate(input: Input, profiles: string[] = []): void {
    this.#ask({ kind: "validate", input, profiles });
  }

  /** Asks for a message as FHIR. */
  convert(input: Input, bundle: BundleKind): void {
    this.#ask({ kind: "convert", input, bundle });
  }

  /** Asks for what a map makes of a source. */
  transform(map: string, input: Input): void {
    this.#ask({ kind: "transform", map, input });
  }

  /** Asks which profiles there are. */
  listProfiles(): void {
    this.#ask({ kind: "profiles" });
  }

  /** Asks for what an expression gives. */
  evaluate(input: Input, expression: string): void {
    this.#ask({ kind: "evaluate", input, expression });
  }

  /** Asks for the same resource in a format. */
  write(input: Input, to: Format): void {
    this.#ask({ kind: "write", input, to });
  }

  /** The surroundings of a place in `file`; nothing where the worker fails meanwhile. */
  excerpt(file: Blob, line: number, column: number): Promise<Excerpt | null> {
    const id = this.#nextId++;
    this.#send({ kind: "excerpt", id, file, line, column });
    return new Promise((resolve) => this.#excerpts.set(id, resolve));
  }

  /** Drops what is running and starts a fresh worker; what waits is kept. */
  restart(): void {
    clearTimeout(this.#impatience);
    this.#worker.terminate();
    this.#worker = this.#spawn();
    this.#ready = false;
    this.#running = null;
    for (const give of this.#excerpts.values()) give(null);
    this.#excerpts.clear();
  }

  /** Goes on with other definitions. */
  use(packs: Uint8Array[], resources: string[] = []): void {
    this.files = { ...this.files, packs, resources };
    this.restart();
  }

  #ask(question: Question): void {
    this.#waiting.set(question.kind, question);
    clearTimeout(this.#impatience);
    if (this.#running) {
      const age = performance.now() - this.#running.since;
      this.#impatience = setTimeout(() => this.restart(), PATIENCE - age);
    }
    this.#next();
  }

  #spawn(): Worker {
    const worker = new EngineWorker();
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#receive(data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#fail(event.message || "The worker of the engine stopped.");
    });
    worker.postMessage({ kind: "load", ...this.files } satisfies Request);
    return worker;
  }

  #next(): void {
    const [question] = this.#waiting.values();
    if (!this.#ready || this.#running || question === undefined) return;
    this.#waiting.delete(question.kind);
    this.#running = { id: this.#nextId++, since: performance.now() };
    this.#send({ ...question, id: this.#running.id });
    if (this.#waiting.size > 0) this.#impatience = setTimeout(() => this.restart(), PATIENCE);
    if (question.kind === "validate") this.events.started?.();
  }

  #send(request: Request): void {
    this.#worker.postMessage(request);
  }

  #receive(reply: Reply): void {
    switch (reply.kind) {
      case "ready":
        this.#ready = true;
        this.events.ready?.();
        break;
      case "excerpt":
        this.#excerpts.get(reply.id)?.(reply.excerpt);
        this.#excerpts.delete(reply.id);
        break;
      case "failed":
        return this.#fail(reply.message);
      default:
        this.#running = null;
        clearTimeout(this.#impatience);
        // An answer on something older than what waits is of no use.
        if (!this.#waiting.has(reply.kind)) this.#tell(reply);
    }
    this.#next();
  }

  #tell(reply: Reply & { kind: Question["kind"] }): void {
    switch (reply.kind) {
      case "validate":
        return this.events.validated?.(reply);
      case "evaluate":
        return this.events.evaluated?.(reply.result);
      case "write":
        return this.events.written?.(reply.result);
      case "convert":
        return this.events.converted?.(reply.result);
      case "transform":
        return this.events.transformed?.(reply.result);
      case "profiles":
        return this.events.profiles?.(reply.profiles);
    }
  }

  #fail(message: string): void {
    if (!this.#ready) return this.events.unavailable?.(message);
    this.restart();
    this.events.failed?.(message);
  }
}
