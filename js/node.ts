// Entry point for Node, Deno (`--allow-read`) and Bun: reads the files of this package.

import { readFile } from "node:fs/promises";
import { usePlatform } from "./platform.js";

export * from "./index.js";

// URLs are written out in full, so that bundlers see which files they name.
usePlatform({
  wasm: () => readFile(new URL("./fhirkiln.fast.wasm", import.meta.url)),
  packs: {
    r4: () => readFile(new URL("../packs/r4.pack", import.meta.url)),
    r4b: () => readFile(new URL("../packs/r4b.pack", import.meta.url)),
    r5: () => readFile(new URL("../packs/r5.pack", import.meta.url)),
    v2: () => readFile(new URL("../packs/v2.pack", import.meta.url)),
  },
  guide: (name) => readFile(new URL(`../packs/${name}.pack`, import.meta.url)).catch(() => undefined),
});
