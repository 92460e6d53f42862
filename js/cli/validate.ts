// `fhirkiln validate`: checks files, folders, globs and standard input.

import type { WasmEngine, WasmRun } from "../generated/glue.js";
import { COLOR, COMMON, count, knowledge, oneOf, parse, requireAll, wantsColor } from "./arguments.js";
import { Failure, understood, untrapped } from "./failure.js";
import { findAll, type Inputs, isNdjson, STDIN } from "./inputs.js";
import { buildEngine, instantiate } from "./knowledge.js";
import { Output } from "./output.js";
import { type Piece, readPieces, unread } from "./pieces.js";
import { width } from "./terminal.js";

/** What a run has counted: `Tally` of src/engine/render. */
interface Tally {
  resources: number;
  errors: number;
  warnings: number;
  unread: string[];
}

const OPTIONS = {
  ...COMMON,
  ...COLOR,
  ndjson: { type: "boolean", default: false },
  profile: { type: "string", multiple: true, default: [] as string[] },
  suppress: { type: "string", multiple: true, default: [] as string[] },
  "best-practice": { type: "string", default: "ignore" },
  "must-support": { type: "boolean", default: false },
  "allow-extensions": { type: "string", multiple: true, default: [] as string[] },
  "assume-valid-rest-references": { type: "boolean", default: false },
  language: { type: "string" },
  "no-example-urls": { type: "boolean", default: false },
  "security-checks": { type: "boolean", default: false },
  "for-publication": { type: "boolean", default: false },
  "max-issues": { type: "string", default: "1000" },
  "fail-on": { type: "string", default: "error" },
  format: { type: "string", default: "text" },
  quiet: { type: "boolean", short: "q", default: false },
  "mask-values": { type: "boolean", default: false },
} as const;

const PRACTICES = ["ignore", "information", "warning", "error"] as const;

/** Reads the words after `validate`. */
export function parseValidate(words: string[]) {
  const { values, positionals } = parse(words, OPTIONS);
  if (values.help) return "help";
  if (values.version) return "version";
  const inputs = requireAll(positionals, ["<INPUT>..."]);
  const format = oneOf("format", values.format, ["text", "json", "ndjson", "sarif"]);
  const failOn = oneOf("fail-on", values["fail-on"], ["error", "warning"]);
  const color = wantsColor(values.color);
  const bestPractice = oneOf("best-practice", values["best-practice"], PRACTICES);
  const maxIssues = count("max-issues", values["max-issues"]);
  if (values.quiet && format !== "text") throw new Failure(2, "--quiet goes with --format text only");
  const { ndjson, quiet, "mask-values": maskValues, profile: profiles, suppress } = values;
  const { "must-support": mustSupport, "allow-extensions": allowed } = values;
  const allowedExtensionDomains = allowed.length > 0 ? allowed : undefined;
  const options = {
    profiles,
    suppress,
    bestPractice,
    mustSupport,
    allowedExtensionDomains,
    assumeValidRestReferences: values["assume-valid-rest-references"],
    language: values.language,
    allowExampleUrls: !values["no-example-urls"],
    securityChecks: values["security-checks"],
    forPublication: values["for-publication"],
    maxIssues,
    maskValues,
  };
  const renderer = { format, maskValues, quiet, color, width: width() };
  return { inputs, ndjson, knowledge: knowledge(values), options, renderer, failOn };
}

type Arguments = Exclude<ReturnType<typeof parseValidate>, string>;

/** Runs the command and gives the exit code. */
export async function validate(args: Arguments): Promise<number> {
  const inputs = findAll(args.inputs);
  const { WasmEngine, WasmRun } = await instantiate();
  const renderer = { ...args.renderer, single: isSingle(inputs, args.ndjson) };
  const run = understood(2, "", () => new WasmRun(JSON.stringify(args.options), JSON.stringify(renderer)));
  const engine = buildEngine(new WasmEngine(), args.knowledge);
  const output = new Output(inputs);
  const tally = () => run.tally() as Tally;
  const state = () => {
    const { resources, errors } = tally();
    return `${resources} resources, ${errors} errors`;
  };

  await output.write(run.begin());
  for await (const piece of readPieces(inputs, args.ndjson)) {
    if (piece.kind === "unread") {
      output.say(unread(piece));
      run.noteUnread(unread(piece));
      continue;
    }
    if (!(await output.write(report(run, engine, piece)))) break;
    output.advance(piece.bytes.length, state);
  }
  await output.write(run.end());
  output.finish();
  return exitCode(args, tally());
}

function exitCode({ failOn }: Arguments, { errors, warnings, unread }: Tally): number {
  if (unread.length > 0) return 3;
  return errors > 0 || (failOn === "warning" && warnings > 0) ? 1 : 0;
}

function report(run: WasmRun, engine: WasmEngine, piece: Exclude<Piece, { kind: "unread" }>): string {
  return untrapped(piece.source, () =>
    piece.kind === "lines"
      ? run.lines(engine, piece.bytes, piece.source, piece.firstLine)
      : run.document(engine, piece.bytes, piece.source),
  );
}

/** True if there is one resource, whatever is in the inputs. */
function isSingle({ isOne, list }: Inputs, ndjson: boolean): boolean {
  return isOne && !ndjson && list.every((input) => input !== STDIN && !isNdjson(input));
}
