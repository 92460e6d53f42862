// What a run writes: its report to standard output, what it could not do to standard error, and the progress
// bar in between.

import { Failure } from "./failure.js";
import type { Inputs } from "./inputs.js";
import { Progress } from "./progress.js";
import { isColoured } from "./terminal.js";

/** One line on standard error about something that went wrong. */
export function say(message: string): void {
  const label = isColoured(process.stderr) ? "\x1b[1m\x1b[31merror:\x1b[0m" : "error:";
  process.stderr.write(`${label} ${message}\n`);
}

/** The two streams of a run. */
export class Output {
  readonly #progress: Progress;
  #isOpen = true;

  constructor(inputs: Inputs) {
    this.#progress = new Progress(inputs);
    // Errors arrive at the callback too; without a listener they would end the process.
    process.stdout.on("error", () => {});
  }

  /**
   * Writes to standard output and waits until it is taken. Gives false where nobody reads any more, as behind
   * `head`: whoever read the report has read enough.
   */
  async write(text: string): Promise<boolean> {
    if (text === "" || !this.#isOpen) return this.#isOpen;
    this.#progress.clear();
    const error = await new Promise<Error | null | undefined>((resolve) =>
      process.stdout.write(text, resolve),
    );
    this.#isOpen = !error;
    if (error && (error as NodeJS.ErrnoException).code !== "EPIPE") {
      throw new Failure(3, `Cannot write the report: ${error.message}`);
    }
    return this.#isOpen;
  }

  /** Says on standard error what went wrong with one input. */
  say(message: string): void {
    this.#progress.clear();
    say(message);
  }

  /** Writes a line to standard error that is no error. */
  note(message: string): void {
    this.#progress.clear();
    process.stderr.write(`${message}\n`);
  }

  /** Counts a piece of input that is done; `state` is what the bar says of it all. */
  advance(bytes: number, state: () => string): void {
    this.#progress.advance(bytes, state);
  }

  /** Ends the run. */
  finish(): void {
    this.#progress.clear();
  }
}
