// A progress bar on standard error, for work that is long and a terminal that shows it.

import { type Inputs, STDIN, stat } from "./inputs.js";

/** Work that is done sooner shows no bar. */
const PATIENCE = 1000;
const INTERVAL = 100;
const WIDTH = 28;
const MIB = 1 << 20;

export class Progress {
  readonly #start = performance.now();
  readonly #total: number | undefined;
  #bytes = 0;
  #drawn = 0;
  #isShown = false;

  constructor(inputs: Inputs) {
    if (!inputs.list.includes(STDIN)) {
      const sizes = inputs.list.map((input) => stat(input as string)?.size ?? 0);
      this.#total = sizes.reduce((sum, size) => sum + size, 0);
    }
  }

  /** Counts a piece of input that is done; `state` is what to say of it all. */
  advance(bytes: number, state: () => string): void {
    this.#bytes += bytes;
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#start < PATIENCE || now - this.#drawn < INTERVAL) return;
    this.#drawn = now;
    this.#isShown = true;
    process.stderr.write(`\r\x1b[K${this.#line((now - this.#start) / 1000, state())}`);
  }

  /** Takes the bar away, before something else is printed. */
  clear(): void {
    if (this.#isShown) process.stderr.write("\r\x1b[K");
    this.#isShown = false;
  }

  #line(seconds: number, state: string): string {
    const speed = this.#bytes / seconds;
    const counts = `${state}  ${(speed / MIB).toFixed(2)} MiB/s`;
    if (!this.#total) return `${(this.#bytes / MIB).toFixed(1)} MiB  ${counts}`;
    const done = Math.min(this.#bytes / this.#total, 1);
    const bar = "━".repeat(Math.floor(done * WIDTH)).padEnd(WIDTH);
    const left = Math.ceil((this.#total - this.#bytes) / speed);
    return `\x1b[36m${bar}\x1b[0m ${Math.floor(done * 100)
      .toString()
      .padStart(3)}%  ${counts}, ${left}s left`;
  }
}
