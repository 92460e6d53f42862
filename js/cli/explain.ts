// `fhirkiln explain`: which profiles there are, and what one asks.

import { COLOR, COMMON, knowledge, oneOf, parse, wantsColor } from "./arguments.js";
import { understood } from "./failure.js";
import { buildEngine, instantiate } from "./knowledge.js";
import { Output } from "./output.js";

const OPTIONS = { ...COMMON, ...COLOR, format: { type: "string", default: "text" } } as const;

/** Reads the words after `explain`. */
export function parseExplain(words: string[]) {
  const { values, positionals } = parse(words, OPTIONS);
  if (values.help) return "help";
  if (values.version) return "version";
  const [profile, element] = positionals;
  const format = oneOf("format", values.format, ["text", "json"]);
  return {
    knowledge: knowledge(values),
    options: { profile, element, format, color: wantsColor(values.color) },
  };
}

/** Runs the command and gives the exit code. */
export async function explain(args: Exclude<ReturnType<typeof parseExplain>, string>): Promise<number> {
  const { WasmEngine } = await instantiate();
  const engine = buildEngine(new WasmEngine(), args.knowledge);
  const text = understood(3, "", () => engine.explainText(JSON.stringify(args.options)));
  const output = new Output({ list: [], isOne: true });
  await output.write(text);
  output.finish();
  return 0;
}
