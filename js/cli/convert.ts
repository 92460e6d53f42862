// `fhirkiln convert`: messages of HL7 v2 to FHIR, in a stream of any length.

import { createReadStream } from "node:fs";
import { COMMON, knowledge, NOTES, oneOf, parse, requireAll } from "./arguments.js";
import { Failure, reason, understood, untrapped } from "./failure.js";
import { findMessages, STDIN } from "./inputs.js";
import { buildEngine, instantiate } from "./knowledge.js";
import { Output } from "./output.js";
import { unread } from "./pieces.js";
import { refused, type Written, Writer } from "./written.js";

const READ = 256 * 1024;
/** The pack with the maps, which is used besides those that are named. */
const MAPS = "v2";

const OPTIONS = {
  ...COMMON,
  ...NOTES,
  to: { type: "string", default: "bundle" },
  bundle: { type: "string", default: "message" },
  map: { type: "string" },
  zone: { type: "string" },
  system: { type: "string", multiple: true, default: [] as string[] },
  claim: { type: "string", multiple: true, default: [] as string[] },
  "no-validate": { type: "boolean", default: false },
  now: { type: "string" },
} as const;

/** Reads the words after `convert`. */
export function parseConvert(words: string[]) {
  const { values, positionals } = parse(words, OPTIONS);
  if (values.help) return "help";
  if (values.version) return "version";
  const inputs = requireAll(positionals, ["<MESSAGES>..."]);
  const { map, now = new Date().toISOString(), zone: defaultZone, claim, unmapped, quiet } = values;
  const bundle = oneOf("bundle", values.bundle, ["message", "transaction", "collection"]);
  const systems = Object.fromEntries(values.system.map(parseSystem));
  const checks = { validate: !values["no-validate"], maskValues: values["mask-values"] };
  const convert = { map, now, defaultZone, systems, claim, bundle, ...checks };
  const to = oneOf("to", values.to, ["bundle", "ndjson"]);
  const known = knowledge(values);
  const packs = [...known.packs.filter((pack) => pack !== MAPS), MAPS];
  return { inputs, knowledge: { ...known, packs }, options: { convert, to, unmapped, quiet } };
}

/** An authority and the system of the identifiers that it assigns. */
function parseSystem(text: string): [string, string] {
  const end = text.indexOf("=");
  if (end < 0) throw new Failure(2, `invalid value '${text}' for '--system': not AUTHORITY=URI`);
  return [text.slice(0, end), text.slice(end + 1)];
}

/** Runs the command and gives the exit code. */
export async function convert(args: Exclude<ReturnType<typeof parseConvert>, string>): Promise<number> {
  const inputs = findMessages(args.inputs);
  const { WasmEngine, WasmMessages } = await instantiate();
  const engine = buildEngine(new WasmEngine(), args.knowledge);
  const messages = understood(2, "", () => new WasmMessages(engine, JSON.stringify(args.options)));
  const output = new Output(inputs);
  const writer = new Writer(output);

  /** Takes all messages that are whole; gives false where nobody reads any more. */
  const takeAll = async (source: string, ended: boolean): Promise<boolean> => {
    for (;;) {
      const json = untrapped(source, () => messages.next(source, ended));
      if (json === undefined) return true;
      if (!(await writer.take(JSON.parse(json) as Written))) return false;
    }
  };

  for (const input of inputs.list) {
    const source = input === STDIN ? "<stdin>" : input;
    try {
      const chunks = input === STDIN ? process.stdin : createReadStream(input, { highWaterMark: READ });
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        untrapped(source, () => messages.push(chunk));
        if (!(await takeAll(source, false))) return writer.exitCode;
        output.advance(chunk.length, () => "");
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      await writer.take(refused(unread({ source, reason: reason(error) })));
      messages.restart();
      continue;
    }
    if (!(await takeAll(source, true))) return writer.exitCode;
    messages.restart();
  }
  output.finish();
  return writer.exitCode;
}
