// The command line of the npm package, `npx fhirkiln`: the arguments of the native one
// (src/bin/fhirkiln), and the same bytes on standard output, because the report is written in WebAssembly.

import { readFileSync } from "node:fs";
import { parseArguments } from "./arguments.js";
import { Failure } from "./failure.js";
import { HELP, USAGE, VALIDATE_HELP } from "./help.js";
import { isColoured } from "./terminal.js";
import { validate } from "./validate.js";

process.exitCode = await main(process.argv.slice(2));
// Standard input may still be open where nothing more of it is wanted.
process.stdin.destroy();

async function main(words: string[]): Promise<number> {
  try {
    return await run(words);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const usage = error.exitCode === 2 ? `\n\n${USAGE}\n\nFor more information, try '--help'.` : "";
    say(error.message + usage);
    return error.exitCode;
  }
}

async function run([command, ...words]: string[]): Promise<number> {
  switch (command) {
    case "validate": {
      const parsed = parseArguments(words);
      if (parsed === "help") return print(VALIDATE_HELP);
      if (parsed === "version") return print(`fhirkiln-validate ${version()}\n`);
      return validate(parsed, say);
    }
    case "help":
    case "--help":
    case "-h":
      return print(HELP);
    case "--version":
    case "-V":
      return print(`fhirkiln ${version()}\n`);
    case undefined:
      process.stderr.write(HELP);
      return 2;
    default:
      throw new Failure(2, `unrecognized subcommand '${command}'`);
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** One line on standard error. */
function say(message: string): void {
  const label = isColoured(process.stderr) ? "\x1b[1m\x1b[31merror:\x1b[0m" : "error:";
  process.stderr.write(`${label} ${message}\n`);
}

function version(): string {
  const file = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}
