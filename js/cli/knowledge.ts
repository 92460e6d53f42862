// What the engine is to know: packs, packages and resources, from files.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGlue, type WasmEngine } from "../generated/glue.js";
import { Failure, reason, understood } from "./failure.js";
import { findDefinitions } from "./inputs.js";
import { readPackages } from "./packages.js";

/** Names and files, as the arguments give them. */
export interface Knowledge {
  packs: string[];
  packages: string[];
  resources: string[];
}

/** The module, ready to be called. */
export async function instantiate() {
  const glue = createGlue();
  const bytes = readFileSync(new URL("./fhirkiln.fast.wasm", import.meta.url));
  glue.initSync({ module: await WebAssembly.compile(bytes) });
  return glue;
}

/** The engine that the arguments ask for. */
export function buildEngine(empty: WasmEngine, { packs, packages, resources }: Knowledge): WasmEngine {
  let engine = empty;
  for (const path of packs.map(findPack)) engine = addPack(engine, path, new Set());
  const archives = readPackages(packages, engine);
  const files = resources.flatMap(findDefinitions);
  const texts = files.map(readText);
  try {
    return understood(3, "", () =>
      engine.with(
        [],
        archives.map(({ bytes }) => bytes),
        texts,
      ),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(
      3,
      named(error.message, { package: archives.map(({ name }) => name), resource: files }),
    );
  }
}

/** A refusal with the name of what is refused in place of its number. */
function named(message: string, names: Record<string, string[]>): string {
  const [, kind = "", number, why] = /^(package|resource) (\d+): (.*)$/s.exec(message) ?? [];
  const name = names[kind]?.[Number(number) - 1];
  return name === undefined ? message : `Cannot use \`${name}\`: ${why}`;
}

/** Adds a pack, after those that it builds on. `seen` are those whose bases are being added. */
function addPack(engine: WasmEngine, path: string, seen: Set<string>): WasmEngine {
  const bytes = read(path);
  const bases = seen.has(path) ? [] : engine.missingBases([bytes]);
  seen.add(path);
  for (const base of bases) engine = addPack(engine, findPack(base), seen);
  return understood(3, `Cannot use \`${path}\`: `, () => engine.with([bytes], [], []));
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Failure(3, `Cannot read \`${path}\`: ${reason(error)}`);
  }
}

/** A file that is text. */
export function readText(path: string): string {
  const bytes = read(path);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failure(3, `Cannot read \`${path}\`: it is not UTF-8`);
  }
}

/** A pack's file: given, or found by its name in `FHIRKILN_PACKS` or in this package. */
function findPack(pack: string): string {
  if (/[/\\]|\.pack$/.test(pack)) return pack;
  const own = fileURLToPath(new URL("../packs", import.meta.url));
  const folders = process.env.FHIRKILN_PACKS ? [process.env.FHIRKILN_PACKS, own] : [own];
  const file = `${pack}.pack`;
  const found = folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const near = nearPacks(pack, folders).map((name) => `\`${name}\``);
  if (near.length > 0)
    throw new Failure(3, `There is no pack \`${pack}\` here: there are ${near.join(", ")}`);
  throw new Failure(
    3,
    `There is no pack \`${pack}\` here: set FHIRKILN_PACKS to a folder with \`${file}\`, or build it in the repository ` +
      `of fhirkiln with \`cargo run --release --features cli -- pack build --only ${pack}\``,
  );
}

/** The packs here whose names begin like that, sorted. */
function nearPacks(beginning: string, folders: string[]): string[] {
  const files = folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder));
  const packs = files.filter((file) => file.endsWith(".pack")).map((file) => file.slice(0, -".pack".length));
  return [...new Set(packs.filter((name) => name.startsWith(beginning)))].sort();
}
