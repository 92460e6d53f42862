// `fhirkiln evaluate`: a FHIRPath expression on files, folders, globs and standard input.

import type { WasmQuery } from "../generated/glue.js";
import { COLOR, COMMON, knowledge, oneOf, parse, requireAll, wantsColor } from "./arguments.js";
import { Failure, understood, untrapped } from "./failure.js";
import { findInputs } from "./inputs.js";
import { buildEngine, instantiate } from "./knowledge.js";
import { Output } from "./output.js";
import { type Piece, readPieces, unread } from "./pieces.js";
import { width } from "./terminal.js";

/** What came of a piece of input: `Answer` of src/engine/render. */
interface Answer {
  text: string;
  notes: { isError: boolean; text: string }[];
  refused?: string;
}

const OPTIONS = {
  ...COMMON,
  ...COLOR,
  ndjson: { type: "boolean", default: false },
  context: { type: "string" },
  variable: { type: "string", multiple: true, default: [] as string[] },
  strict: { type: "boolean", default: false },
  now: { type: "string" },
  format: { type: "string", default: "text" },
} as const;

/** Reads the words after `evaluate`. */
export function parseEvaluate(words: string[]) {
  const at = findNegative(words);
  const negative = at < 0 ? [] : [words[at] as string];
  const { values, positionals } = parse(at < 0 ? words : words.toSpliced(at, 1), OPTIONS);
  if (values.help) return "help";
  if (values.version) return "version";
  const [expression, ...inputs] = requireAll([...negative, ...positionals], ["<EXPRESSION>", "<INPUT>..."]);
  const { context, variable: variables, strict, now = new Date().toISOString() } = values;
  const format = oneOf("format", values.format, ["text", "json", "ndjson"]);
  const color = wantsColor(values.color);
  const query = { expression, context, variables, strict, now, format, color, width: width() };
  return { inputs, ndjson: values.ndjson, knowledge: knowledge(values), query };
}

/** Where the expression is, if it begins with `-` as options do: the first word that is neither an option nor its value. */
function findNegative(words: string[]): number {
  const takesNext = (word = "") => OPTIONS[word.slice(2) as keyof typeof OPTIONS]?.type === "string";
  const isOption = (word: string) => /^(--.*|-[hV])$/.test(word);
  const first = words.findIndex((word, at) => !isOption(word) && !takesNext(words[at - 1]));
  const isBefore = first >= 0 && !words.slice(0, first).includes("--");
  return isBefore && /^-./.test(words[first] as string) ? first : -1;
}

/** Runs the command and gives the exit code. */
export async function evaluate(args: Exclude<ReturnType<typeof parseEvaluate>, string>): Promise<number> {
  const inputs = findInputs(args.inputs);
  const { WasmEngine, WasmQuery } = await instantiate();
  const engine = buildEngine(new WasmEngine(), args.knowledge);
  const query = understood(2, "", () => new WasmQuery(engine, JSON.stringify(args.query)));
  const output = new Output(inputs);
  let hasResults = false;
  let isComplete = true;
  let refused: string | undefined;

  await output.write(query.begin());
  for await (const piece of readPieces(inputs, args.ndjson)) {
    const { text, notes, refused: why } = answer(query, piece);
    for (const { isError, text } of notes) {
      isComplete &&= !isError;
      if (isError) output.say(text);
      else output.note(text);
    }
    const isOpen = await output.write(hasResults && text !== "" ? query.separator() + text : text);
    hasResults ||= text !== "";
    refused = why;
    if (!isOpen || refused !== undefined) break;
    if (piece.kind !== "unread") output.advance(piece.bytes.length, () => "");
  }
  await output.write(query.end(hasResults));
  output.finish();
  if (refused !== undefined) throw new Failure(2, refused, false);
  return isComplete ? 0 : 3;
}

function answer(query: WasmQuery, piece: Piece): Answer {
  if (piece.kind === "unread") return { text: "", notes: [{ isError: true, text: unread(piece) }] };
  const json = untrapped(piece.source, () =>
    piece.kind === "lines"
      ? query.lines(piece.bytes, piece.source, piece.firstLine)
      : query.document(piece.bytes, piece.source),
  );
  return JSON.parse(json) as Answer;
}
