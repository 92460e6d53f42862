// `fhirkiln format`: writes resources anew, as JSON or XML.

import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, normalize, relative } from "node:path";
import type { WasmEngine } from "../generated/glue.js";
import { COMMON, knowledge, oneOf, parse, requireAll } from "./arguments.js";
import { Failure, reason, refusal } from "./failure.js";
import { findInputs, STDIN, stat } from "./inputs.js";
import { buildEngine, instantiate } from "./knowledge.js";
import { Output } from "./output.js";
import { type Piece, readPieces, unread } from "./pieces.js";

const OPTIONS = {
  ...COMMON,
  to: { type: "string" },
  compact: { type: "boolean", default: false },
  out: { type: "string" },
  write: { type: "boolean", default: false },
  check: { type: "boolean", default: false },
} as const;

/** A resource that was written anew: `Rewritten` of src/engine. */
interface Rewritten {
  text: string;
  /** Where the format is another one than before. */
  ending?: string;
  comments: number;
}

/** Reads the words after `format`. */
export function parseFormat(words: string[]) {
  const { values, positionals } = parse(words, OPTIONS);
  if (values.help) return "help";
  if (values.version) return "version";
  const inputs = requireAll(positionals, ["<INPUT>..."]);
  const { compact, out, write, check } = values;
  const to = values.to === undefined ? undefined : oneOf("to", values.to, ["json", "xml"]);
  const places = [out !== undefined && "--out <FOLDER>", write && "--write", check && "--check"];
  const [first, second] = places.filter(Boolean);
  if (second) throw new Failure(2, `the argument '${first}' cannot be used with '${second}'`);
  return { inputs, knowledge: knowledge(values), to, compact, out, write, check };
}

type Arguments = Exclude<ReturnType<typeof parseFormat>, string>;

/** Runs the command and gives the exit code. */
export async function format(args: Arguments): Promise<number> {
  const inputs = findInputs(args.inputs);
  const { out, write, check } = args;
  if (!inputs.isOne && out === undefined && !write && !check)
    throw new Failure(2, "several files need --out, --write or --check");
  if ((out !== undefined || write) && inputs.list.includes(STDIN))
    throw new Failure(2, "standard input has no name to write under");
  const { WasmEngine } = await instantiate();
  const run = new Run(args, buildEngine(new WasmEngine(), args.knowledge), new Output(inputs));
  for (const argument of args.inputs) {
    for await (const piece of readPieces(findInputs([argument]), false)) {
      if (!(await run.take(argument, piece))) break;
    }
  }
  run.output.finish();
  return run.exitCode;
}

/** The files as they are written. */
class Run {
  exitCode: 0 | 1 | 3 = 0;
  /** Where something was written, so that no two files are written to one place. */
  readonly #written = new Set<string>();
  /** The last file that holds several resources. */
  #refused: string | undefined;

  constructor(
    readonly args: Arguments,
    readonly engine: WasmEngine,
    readonly output: Output,
  ) {}

  /** Writes what came of a piece of input. False where nobody reads any more. */
  async take(argument: string, piece: Piece): Promise<boolean> {
    const { source } = piece;
    if (piece.kind === "unread") {
      this.#fail(unread(piece));
      return true;
    }
    let text = "";
    if (piece.kind === "document") {
      const rewritten = this.#rewrite(source, piece.bytes);
      if (rewritten) text = this.#place(argument, source, piece.bytes, rewritten);
    } else if (this.#refused !== source) {
      this.#fail(`${source}: NDJSON holds a resource on each line, and stays as it is`);
      this.#refused = source;
    }
    const isOpen = await this.output.write(text);
    this.output.advance(piece.bytes.length, () => "");
    return isOpen;
  }

  #rewrite(source: string, bytes: Uint8Array): Rewritten | undefined {
    try {
      const json = this.engine.rewrite(bytes, this.args.to ?? "", !this.args.compact);
      const rewritten = JSON.parse(json) as Rewritten;
      const { comments } = rewritten;
      if (comments === 1) this.output.note(`${source}: 1 comment is left behind`);
      else if (comments > 1) this.output.note(`${source}: ${comments} comments are left behind`);
      return rewritten;
    } catch (thrown) {
      this.#fail(`${source}: ${refusal(thrown).message}`);
      return undefined;
    }
  }

  /** Puts the text where it belongs; gives what is for standard output. */
  #place(argument: string, source: string, before: Uint8Array, after: Rewritten): string {
    const isSame = Buffer.from(after.text).equals(before);
    const path = this.#path(argument, source, after);
    if (path === undefined) {
      if (!this.args.check) return after.text;
      if (isSame) return "";
      if (this.exitCode === 0) this.exitCode = 1;
      return `${source}\n`;
    }
    if (this.#written.has(path)) {
      this.#fail(`${source}: another file was written to \`${path}\``);
      return "";
    }
    this.#written.add(path);
    if (isSame && path === source) return "";
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, after.text);
    } catch (error) {
      this.#fail(`Cannot write \`${path}\`: ${reason(error)}`);
      return "";
    }
    return `${path}\n`;
  }

  /** Where the text of a file goes; nowhere for standard output. */
  #path(argument: string, source: string, { ending }: Rewritten): string | undefined {
    const stem = source.slice(0, source.length - extname(source).length);
    const renamed = ending === undefined ? source : `${stem}.${ending}`;
    if (this.args.write) return renamed;
    if (this.args.out === undefined) return undefined;
    // Below a folder that was named, the folders in it are kept.
    const isBelow = stat(argument)?.isDirectory() === true;
    return join(
      this.args.out,
      isBelow ? relative(normalize(argument), normalize(renamed)) : basename(renamed),
    );
  }

  #fail(why: string): void {
    this.output.say(why);
    this.exitCode = 3;
  }
}
