// The page's side of the worker: one validation at a time, the latest input wins, and a worker that
// fails or gets stuck is replaced.

import EngineWorker from "./engine-worker?worker&inline";
import type { EngineFiles, Excerpt, Input, Reply, Request, Validation } from "./protocol";

export interface EngineEvents {
  /** An engine is there, the first one or a replacement. */
  ready(): void;
  /** No engine could be made of the files. */
  unavailable(message: string): void;
  started(): void;
  validated(validation: Validation): void;
  /** This input made the engine fail; the next one meets a fresh engine. */
  failed(message: string): void;
}

/** Milliseconds that a newer input waits for an older validation before the worker is replaced. */
const PATIENCE = 4000;

export class EngineClient {
  #worker: Worker;
  #ready = false;
  #running: { id: number; since: number } | null = null;
  #waiting: Input | null = null;
  #impatience: ReturnType<typeof setTimeout> | undefined;
  #excerpts = new Map<number, (excerpt: Excerpt | null) => void>();
  #nextId = 1;

  constructor(
    private readonly files: EngineFiles,
    private readonly events: EngineEvents,
  ) {
    this.#worker = this.#spawn();
  }

  /** Asks for a validation. An input that waits for its turn is dropped for a newer one. */
  validate(input: Input): void {
    this.#waiting = input;
    clearTimeout(this.#impatience);
    if (this.#running) {
      const age = performance.now() - this.#running.since;
      this.#impatience = setTimeout(() => this.restart(), PATIENCE - age);
    }
    this.#next();
  }

  /** The surroundings of a place in `file`; nothing where the worker fails meanwhile. */
  excerpt(file: Blob, line: number, column: number): Promise<Excerpt | null> {
    const id = this.#nextId++;
    this.#send({ kind: "excerpt", id, file, line, column });
    return new Promise((resolve) => this.#excerpts.set(id, resolve));
  }

  /** Drops what is running and starts a fresh worker; an input that waits is kept. */
  restart(): void {
    clearTimeout(this.#impatience);
    this.#worker.terminate();
    this.#worker = this.#spawn();
    this.#ready = false;
    this.#running = null;
    for (const give of this.#excerpts.values()) give(null);
    this.#excerpts.clear();
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
    if (!this.#ready || this.#running || this.#waiting === null) return;
    const input = this.#waiting;
    this.#waiting = null;
    this.#running = { id: this.#nextId++, since: performance.now() };
    this.#send({ kind: "validate", id: this.#running.id, input });
    this.events.started();
  }

  #send(request: Request): void {
    this.#worker.postMessage(request);
  }

  #receive(reply: Reply): void {
    switch (reply.kind) {
      case "ready":
        this.#ready = true;
        this.events.ready();
        break;
      case "outcome":
        this.#running = null;
        clearTimeout(this.#impatience);
        if (this.#waiting === null) this.events.validated(reply);
        break;
      case "excerpt":
        this.#excerpts.get(reply.id)?.(reply.excerpt);
        this.#excerpts.delete(reply.id);
        break;
      case "failed":
        return this.#fail(reply.message);
    }
    this.#next();
  }

  #fail(message: string): void {
    if (!this.#ready) return this.events.unavailable(message);
    this.restart();
    this.events.failed(message);
  }
}
