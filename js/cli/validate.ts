// `fhirkiln validate`: checks files, folders, globs and standard input.

import { readFileSync } from "node:fs";
import { createGlue, type WasmEngine, type WasmRun } from "../generated/glue.js";
import type { Arguments } from "./arguments.js";
import { Failure, understood } from "./failure.js";
import { findInputs, type Inputs, isNdjson, STDIN } from "./inputs.js";
import { buildEngine } from "./knowledge.js";
import { type Piece, readPieces } from "./pieces.js";
import { Progress, type Tally } from "./progress.js";
import { isColoured } from "./terminal.js";

/** Columns of a report that does not go to a terminal. */
const DEFAULT_WIDTH = 100;

/** Runs the command and gives the exit code. `say` writes a line on standard error. */
export async function validate(args: Arguments, say: (message: string) => void): Promise<number> {
  const inputs = findInputs(args.inputs);
  const { WasmEngine, WasmRun } = await instantiate();
  const run = understood(
    2,
    "",
    () => new WasmRun(JSON.stringify(options(args)), JSON.stringify(renderer(args, inputs))),
  );
  const engine = buildEngine(new WasmEngine(), args);
  const tally = () => JSON.parse(run.tally()) as Tally;
  const progress = new Progress(inputs);
  const write = writer(progress);

  await write(run.begin());
  for await (const piece of readPieces(inputs, args.ndjson)) {
    if (piece.kind === "unread") {
      const what = `Cannot read \`${piece.source}\`: ${piece.reason}`;
      progress.clear();
      say(what);
      run.noteUnread(what);
      continue;
    }
    if (!(await write(report(run, engine, piece)))) break;
    progress.advance(piece.bytes.length, tally);
  }
  await write(run.end());
  progress.clear();
  return exitCode(args, tally());
}

function exitCode({ failOn }: Arguments, { errors, warnings, unread }: Tally): number {
  if (unread.length > 0) return 3;
  return errors > 0 || (failOn === "warning" && warnings > 0) ? 1 : 0;
}

function report(run: WasmRun, engine: WasmEngine, piece: Exclude<Piece, { kind: "unread" }>): string {
  try {
    if (piece.kind === "lines") return run.lines(engine, piece.bytes, piece.source, piece.firstLine);
    return run.document(engine, piece.bytes, piece.source);
  } catch {
    // Findings are never thrown: the instance has trapped, and its counts are lost with it.
    throw new Failure(
      3,
      `The engine stopped at \`${piece.source}\`: a defect in fhirkiln, or no memory left`,
    );
  }
}

async function instantiate() {
  const glue = createGlue();
  const bytes = readFileSync(new URL("./fhirkiln.wasm", import.meta.url));
  glue.initSync({ module: await WebAssembly.compile(bytes) });
  return glue;
}

function options({ profiles, suppress, maxIssues, maskValues }: Arguments) {
  return { profiles, suppress, maxIssues, maskValues };
}

function renderer({ format, maskValues, quiet, color, ndjson }: Arguments, inputs: Inputs) {
  return {
    format,
    maskValues,
    quiet,
    color: color === "always" || (color === "auto" && isColoured(process.stdout)),
    width: process.stdout.columns ?? DEFAULT_WIDTH,
    single: inputs.isOne && !ndjson && inputs.list.every((input) => input !== STDIN && !isNdjson(input)),
  };
}

/**
 * Writes to standard output and waits until it is taken. Gives false where nobody reads any more, as behind
 * `head`: whoever read the report has read enough.
 */
function writer(progress: Progress): (text: string) => Promise<boolean> {
  let isOpen = true;
  // Errors arrive at the callback too; without a listener they would end the process.
  process.stdout.on("error", () => {});
  return async (text) => {
    if (text === "" || !isOpen) return isOpen;
    progress.clear();
    const error = await new Promise<Error | null | undefined>((resolve) =>
      process.stdout.write(text, resolve),
    );
    isOpen = !error;
    if (error && (error as NodeJS.ErrnoException).code !== "EPIPE") {
      throw new Failure(3, `Cannot write the report: ${error.message}`);
    }
    return isOpen;
  };
}
