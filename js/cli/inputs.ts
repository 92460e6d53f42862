// From arguments to inputs: files as they are, folders and globs as the files in them, by name.

import { readdirSync, statSync } from "node:fs";
import { sep } from "node:path";
import picomatch from "picomatch";
import { Failure } from "./failure.js";

/** Standard input as an input. */
export const STDIN = Symbol("standard input");

/** All there is to read. */
export interface Inputs {
  list: (string | typeof STDIN)[];
  /** The arguments name one input: not a folder or a glob, which can hold any number. */
  isOne: boolean;
}

const NDJSON = /\.(ndjson|jsonl)$/i;
const RESOURCES = /\.(json|xml|ndjson|jsonl)$/i;
const DEFINITIONS = /\.(json|xml|map)$/i;
const MESSAGES = /\.hl7$/i;
const ALL = /\.(json|xml|ndjson|jsonl|hl7)$/i;
const SPECIAL = /[*?[{]/;

/** True if the name says that there is a resource on each line. */
export const isNdjson = (path: string) => NDJSON.test(path);

/**
 * Finds the files that the arguments mean. A file that is named is taken as it is, even if it is not there:
 * reading it will tell.
 */
export function findInputs(names: string[]): Inputs {
  return findIn(names, RESOURCES, ".json, .xml or .ndjson");
}

/** As {@link findInputs}, but of a folder the files that may hold definitions. */
export function findDefinitions(name: string): string[] {
  const { list } = findIn([name], DEFINITIONS, ".json, .xml or .map");
  return list.map((input) => (input === STDIN ? "/dev/stdin" : input));
}

/** As {@link findInputs}, but of a folder also the files of messages. */
export function findAll(names: string[]): Inputs {
  return findIn(names, ALL, ".json, .xml, .ndjson or .hl7");
}

/** As {@link findInputs}, but of a folder the files of messages. */
export function findMessages(names: string[]): Inputs {
  return findIn(names, MESSAGES, ".hl7");
}

function findIn(names: string[], wanted: RegExp, kind: string): Inputs {
  if (names.filter((name) => name === "-").length > 1)
    throw new Failure(2, "Standard input (`-`) can be read once only");
  const inputs: Inputs = { list: [], isOne: names.length === 1 };
  for (const name of names) {
    const found = name === "-" ? undefined : stat(name);
    if (name === "-") {
      inputs.list.push(STDIN);
    } else if (found?.isDirectory()) {
      const files = walk(name).filter((path) => wanted.test(path) || isFolder(path));
      addAll(inputs, files, `There is no ${kind} file in \`${name}\``);
    } else if (found === undefined && SPECIAL.test(name)) {
      addAll(inputs, matching(name), `Nothing matches \`${name}\``);
    } else {
      inputs.list.push(name);
    }
  }
  return inputs;
}

function addAll(inputs: Inputs, files: string[], otherwise: string): void {
  if (files.length === 0) throw new Failure(3, otherwise);
  for (const file of files) inputs.list.push(file);
  inputs.isOne = false;
}

/**
 * The files below a folder in the order of their names. Hidden ones are left out, and links to folders are
 * not followed, so that it ends. A folder that cannot be listed stands for its files: reading it will tell why.
 */
function walk(folder: string): string[] {
  const base = folder.endsWith("/") || folder.endsWith(sep) ? folder : folder + sep;
  const entries = list(folder)?.filter(({ name }) => !name.startsWith("."));
  entries?.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const files = entries?.flatMap((entry) => {
    const path = base + entry.name;
    if (entry.isDirectory()) return walk(path);
    return entry.isFile() || stat(path)?.isFile() ? [path] : [];
  });
  return files ?? [folder];
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

/** What is known of a file; nothing where it is not there or not to be seen. */
export function stat(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // Reading it will tell why.
  }
}

const isFolder = (path: string) => stat(path)?.isDirectory() === true;

/** The files that a glob means. `*` and `?` stay inside a name, `**` goes through folders. */
function matching(pattern: string): string[] {
  const isMatch = picomatch(pattern, { dot: true, noextglob: true, nonegate: true });
  // The folders before the first special character need no search.
  const fixed = pattern.slice(0, pattern.search(SPECIAL));
  const slash = fixed.lastIndexOf("/");
  const files = slash < 0 ? walk(".").map((path) => path.slice(2)) : walk(fixed.slice(0, Math.max(slash, 1)));
  return files.filter((path) => isMatch(path) || isFolder(path));
}
