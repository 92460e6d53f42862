// Taking what came of inputs that become something else, as `convert`, `transform` and `snapshot` do.

import type { Output } from "./output.js";

/** What came of one input: `Written` of src/engine/render. */
export interface Written {
  text: string;
  notes: string[];
  failure?: string;
  hasError: boolean;
}

/** Writes what came of inputs, and keeps the exit code. */
export class Writer {
  exitCode = 0;

  constructor(private readonly output: Output) {}

  /** Gives false where nobody reads any more. */
  async take({ text, notes, failure, hasError }: Written): Promise<boolean> {
    for (const note of notes) this.output.note(note);
    if (failure !== undefined) this.output.say(failure);
    this.exitCode = Math.max(this.exitCode, failure !== undefined ? 3 : hasError ? 1 : 0);
    return this.output.write(text);
  }
}

/** Nothing, for a reason. */
export const refused = (failure: string): Written => ({ text: "", notes: [], failure, hasError: false });
