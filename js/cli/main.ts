// The command line of the npm package, `npx fhirkiln`: the arguments of the native one
// (src/bin/fhirkiln), and the same bytes on standard output, because the report is written in WebAssembly.

import { readFileSync } from "node:fs";
import { convert, parseConvert } from "./convert.js";
import { evaluate, parseEvaluate } from "./evaluate.js";
import { explain, parseExplain } from "./explain.js";
import { Failure } from "./failure.js";
import { format, parseFormat } from "./format.js";
import { COMMANDS as PAGES, HELP } from "../generated/help.js";
import { say } from "./output.js";
import { parseSnapshot, snapshot } from "./snapshot.js";
import { parseTransform, transform } from "./transform.js";
import { parseValidate, validate } from "./validate.js";

/** A command: its help, and how it is run with the words after it. */
interface Command {
  help: string;
  run(words: string[]): "help" | "version" | Promise<number>;
}

const COMMANDS: Record<string, Command> = {
  validate: command(PAGES.validate, parseValidate, validate),
  evaluate: command(PAGES.evaluate, parseEvaluate, evaluate),
  format: command(PAGES.format, parseFormat, format),
  convert: command(PAGES.convert, parseConvert, convert),
  transform: command(PAGES.transform, parseTransform, transform),
  snapshot: command(PAGES.snapshot, parseSnapshot, snapshot),
  explain: command(PAGES.explain, parseExplain, explain),
};

process.exitCode = await main(process.argv.slice(2));
// Standard input may still be open where nothing more of it is wanted.
process.stdin.destroy();

function command<T extends object>(
  help: string,
  parse: (words: string[]) => T | "help" | "version",
  work: (args: T) => Promise<number>,
): Command {
  const run = (words: string[]) => {
    const args = parse(words);
    return typeof args === "string" ? args : work(args);
  };
  return { help, run };
}

async function main(words: string[]): Promise<number> {
  try {
    return await run(words);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const usage = COMMANDS[words[0] ?? ""]?.help.match(/^Usage: .*$/m)?.[0];
    const hint = `${usage ? `\n\n${usage}` : ""}\n\nFor more information, try '--help'.`;
    say(error.message + (error.isUsage ? hint : ""));
    return error.exitCode;
  }
}

async function run([name, ...words]: string[]): Promise<number> {
  switch (name) {
    case "help":
      return print(words[0] === undefined ? HELP : find(words[0]).help);
    case "--help":
    case "-h":
      return print(HELP);
    case "--version":
    case "-V":
      return print(`fhirkiln ${version()}\n`);
    case undefined:
      process.stderr.write(HELP);
      return 2;
  }
  const command = find(name);
  const result = command.run(words);
  if (result === "help") return print(command.help);
  if (result === "version") return print(`fhirkiln-${name} ${version()}\n`);
  return result;
}

function find(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new Failure(2, `unrecognized subcommand '${name}'`);
  return command;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function version(): string {
  const file = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}
