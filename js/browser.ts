// Entry point for browsers and their workers: fetches the files of this package from where it was served,
// each once. The only requests that fhirkiln ever makes.

import { requireOk, usePlatform } from "./platform.js";

export * from "./index.js";

// URLs are written out in full, so that bundlers see which files they name.
usePlatform({
  wasm: () => fetch(new URL("./fhirkiln.wasm", import.meta.url)),
  packs: {
    r4: () => bytes(new URL("../packs/r4.pack", import.meta.url)),
    r4b: () => bytes(new URL("../packs/r4b.pack", import.meta.url)),
    r5: () => bytes(new URL("../packs/r5.pack", import.meta.url)),
    v2: () => bytes(new URL("../packs/v2.pack", import.meta.url)),
  },
});

async function bytes(url: URL): Promise<ArrayBuffer> {
  return requireOk(await fetch(url)).arrayBuffer();
}
