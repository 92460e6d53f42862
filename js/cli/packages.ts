// FHIR packages that arguments name: files, or `name@version` in the folders of `FHIR_PACKAGE_PATH` and in the
// user's FHIR package cache; with each of them the packages that it depends on, as far as they are here.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { WasmEngine } from "../generated/glue.js";
import { Failure, reason } from "./failure.js";

/** What the engine says of a package. */
interface Needs {
  id: string;
  dependencies: string[];
}

/** A package, as it is called, and its archive. */
export interface Archive {
  name: string;
  bytes: Uint8Array;
}

/**
 * The packages that `given` names and those that they depend on, each after the ones that it depends on. What is not
 * here is said on stderr.
 */
export function readPackages(given: string[], engine: WasmEngine): Archive[] {
  const archives = given.map((name) => ({ name, bytes: openGiven(name) }));
  const needs = (archive: Uint8Array) => {
    const json = engine.packageNeeds(archive);
    return json === undefined ? [] : [JSON.parse(json) as Needs];
  };
  const open = archives.flatMap(({ bytes }) => needs(bytes));
  const seen = new Set(open.map(({ id }) => nameOf(id)));
  const needed: Archive[] = [];
  for (const { id: dependent, dependencies } of open) {
    for (const id of dependencies) {
      if (seen.has(nameOf(id))) continue;
      seen.add(nameOf(id));
      const path = find(id);
      if (path === undefined) {
        process.stderr.write(
          `note: ${id}, which ${dependent} depends on, is not here: what needs it is not checked\n`,
        );
        continue;
      }
      const bytes = openAt(path);
      open.push(...needs(bytes));
      needed.unshift({ name: id, bytes });
    }
  }
  return [...needed, ...archives];
}

/** The name in `name@version`. */
function nameOf(id: string): string {
  const at = id.lastIndexOf("@");
  return at < 0 ? id : id.slice(0, at);
}

/** A file, or `name@version`. */
function openGiven(given: string): Uint8Array {
  if (existsSync(given) || !given.includes("@")) return openAt(given);
  const path = find(given);
  if (path !== undefined) return openAt(path);
  throw new Failure(
    3,
    `There is no package \`${given}\` in the folders of FHIR_PACKAGE_PATH, nor in ~/.fhir/packages`,
  );
}

/** Where `name@version` is: an archive, or the folder of an unpacked package. */
function find(id: string): string | undefined {
  const name = nameOf(id);
  const version = id.slice(name.length + 1);
  const folders = (process.env.FHIR_PACKAGE_PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const archive = folders
    .map((folder) => join(folder, `${name}-${version}.tgz`))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (archive !== undefined) return archive;
  const cached = join(homedir(), ".fhir", "packages", `${name}#${version}`, "package");
  return existsSync(join(cached, "package.json")) ? cached : undefined;
}

/** The bytes of an archive, or those that an unpacked package would have. */
function openAt(path: string): Uint8Array {
  try {
    const isFolder = statSync(path).isDirectory();
    return isFolder ? packFolder(path) : readFileSync(path);
  } catch (error) {
    throw new Failure(3, `Cannot read \`${path}\`: ${reason(error)}`);
  }
}

/** The definitions of an unpacked package, as a `tar` archive: those beside its `package.json`. */
function packFolder(folder: string): Uint8Array {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => entry.name)
    .sort();
  const blocks = files.flatMap((name) => {
    const content = readFileSync(join(folder, name));
    const padding = Buffer.alloc(-content.length & (BLOCK - 1));
    return [tarHeader(name, content.length), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

const BLOCK = 512;

/** The header of a file in a `tar` archive (POSIX `ustar`). */
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write("0000644\0", 100);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        0", 148);
  header.write("ustar\0" + "00", 257);
  header.write("package", 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}
