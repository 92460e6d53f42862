// What the engine is to know: packs, packages and resources, from files.

import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Arguments } from "./arguments.js";
import { Failure, reason } from "./failure.js";

/** The bytes and texts of all that the arguments name. */
export function readKnowledge({ packs, packages, resources }: Arguments) {
  return {
    packs: packs.map((pack) => read(findPack(pack))),
    packages: packages.map(read),
    resources: resources.map((path) => readText(path)),
  };
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Failure(3, `Cannot read \`${path}\`: ${reason(error)}`);
  }
}

function readText(path: string): string {
  const bytes = read(path);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failure(3, `Cannot read \`${path}\`: it is not UTF-8`);
  }
}

/** A pack's file: given, or found by its name in `FHIRKILN_PACKS` or in this package. */
function findPack(pack: string): string {
  if (/[/\\]/.test(pack) || extname(pack) !== "") return pack;
  const folders = [process.env.FHIRKILN_PACKS ?? "", fileURLToPath(new URL("../packs", import.meta.url))];
  const found = folders.map((folder) => join(folder, `${pack}.pack`)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Failure(
    3,
    `There is no pack \`${pack}\`: build it with \`fhirkiln pack build --only ${pack}\`, or say in which folder ` +
      "it is by the environment variable FHIRKILN_PACKS",
  );
}
