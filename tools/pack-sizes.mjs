// Prints how large each built pack is, raw and with brotli, and what the packs over R4 take together.
// Usage: node tools/pack-sizes.mjs [FOLDER]

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

const folder = process.argv[2] ?? "packs";
/** Packs of no guide: other versions of FHIR, and HL7 v2. */
const apart = ["r4b", "r5", "v2"];

const sizes = readdirSync(folder)
  .filter((file) => file.endsWith(".pack"))
  .map((file) => {
    const bytes = readFileSync(join(folder, file));
    return {
      name: file.slice(0, -".pack".length),
      raw: bytes.length,
      brotli: brotliCompressSync(bytes).length,
    };
  });

print("pack", "raw", "brotli");
for (const { name, raw, brotli } of sizes) print(name, raw, brotli);
const together = sizes.filter(({ name }) => !apart.includes(name));
print("r4 and guides", sum(together, "raw"), sum(together, "brotli"));

/** One line: a name, and two numbers of bytes. */
function print(name, raw, brotli) {
  console.log(`${name.padEnd(16)}${String(raw).padStart(10)}${String(brotli).padStart(10)}`);
}

function sum(entries, key) {
  return entries.reduce((total, entry) => total + entry[key], 0);
}
