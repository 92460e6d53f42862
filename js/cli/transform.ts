// `fhirkiln transform`: a map of the FHIR Mapping Language on files, folders, globs and standard input.

import type { WasmTransform } from "../generated/glue.js";
import { COMMON, knowledge, NOTES, oneOf, parse, requireAll } from "./arguments.js";
import { understood, untrapped } from "./failure.js";
import { findAll } from "./inputs.js";
import { buildEngine, instantiate, readText } from "./knowledge.js";
import { Output } from "./output.js";
import { type Piece, readPieces, unread } from "./pieces.js";
import { refused, type Written, Writer } from "./written.js";

const OPTIONS = {
  ...COMMON,
  ...NOTES,
  ndjson: { type: "boolean", default: false },
  to: { type: "string", default: "json" },
  now: { type: "string" },
} as const;

/** Reads the words after `transform`. */
export function parseTransform(words: string[]) {
  const { values, positionals } = parse(words, OPTIONS);
  if (values.help) return "help";
  if (values.version) return "version";
  const [map, ...inputs] = requireAll(positionals, ["<MAP>", "<INPUT>..."]);
  const { ndjson, now = new Date().toISOString(), unmapped, quiet } = values;
  const to = oneOf("to", values.to, ["json", "ndjson"]);
  const options = { transform: { now, maskValues: values["mask-values"] }, to, unmapped, quiet };
  return { map: map!, inputs, ndjson, knowledge: knowledge(values), options };
}

/** Runs the command and gives the exit code. */
export async function transform(args: Exclude<ReturnType<typeof parseTransform>, string>): Promise<number> {
  const inputs = findAll(args.inputs);
  const { WasmEngine, WasmTransform } = await instantiate();
  const engine = buildEngine(new WasmEngine(), args.knowledge);
  const map = args.map.includes("://") ? args.map : readText(args.map);
  const options = JSON.stringify(args.options);
  const run = understood(2, "", () => new WasmTransform(engine, map, args.map, options));
  const output = new Output(inputs);
  const writer = new Writer(output);
  if (await writer.take(JSON.parse(run.begin()) as Written)) {
    for await (const piece of readPieces(inputs, args.ndjson)) {
      if (!(await writer.take(answer(run, piece)))) break;
      if (piece.kind !== "unread") output.advance(piece.bytes.length, () => "");
    }
  }
  output.finish();
  return writer.exitCode;
}

function answer(run: WasmTransform, piece: Piece): Written {
  if (piece.kind === "unread") return refused(unread(piece));
  const json = untrapped(piece.source, () =>
    piece.kind === "lines"
      ? run.lines(piece.bytes, piece.source, piece.firstLine)
      : run.document(piece.bytes, piece.source),
  );
  return JSON.parse(json) as Written;
}
