// `fhirkiln snapshot`: definitions with the snapshots that follow from their differentials.

import type { WasmEngine } from "../generated/glue.js";
import { COMMON, knowledge, parse, requireAll } from "./arguments.js";
import { untrapped } from "./failure.js";
import { findInputs } from "./inputs.js";
import { buildEngine, instantiate } from "./knowledge.js";
import { Output } from "./output.js";
import { type Piece, readPieces, unread } from "./pieces.js";
import { refused, type Written, Writer } from "./written.js";

/** Reads the words after `snapshot`. */
export function parseSnapshot(words: string[]) {
  const { values, positionals } = parse(words, COMMON);
  if (values.help) return "help";
  if (values.version) return "version";
  return { inputs: requireAll(positionals, ["<DEFINITION>..."]), knowledge: knowledge(values) };
}

/** Runs the command and gives the exit code. */
export async function snapshot(args: Exclude<ReturnType<typeof parseSnapshot>, string>): Promise<number> {
  const inputs = findInputs(args.inputs);
  const { WasmEngine } = await instantiate();
  const engine = buildEngine(new WasmEngine(), args.knowledge);
  const output = new Output(inputs);
  const writer = new Writer(output);
  for await (const piece of readPieces(inputs, false)) {
    if (!(await writer.take(answer(engine, piece)))) break;
    if (piece.kind !== "unread") output.advance(piece.bytes.length, () => "");
  }
  output.finish();
  return writer.exitCode;
}

function answer(engine: WasmEngine, piece: Piece): Written {
  if (piece.kind === "unread") return refused(unread(piece));
  if (piece.kind === "lines")
    return refused(`${piece.source}: NDJSON holds a resource on each line, not a definition`);
  const json = untrapped(piece.source, () => engine.snapshotText(piece.bytes, piece.source));
  return JSON.parse(json) as Written;
}
