// Entry point for browsers and their workers: fetches the files of this package from where it was served,
// each once. The only requests that fhirkiln ever makes.

import { requireOk, usePlatform } from "./platform.js";

export * from "./index.js";

// URLs are written out, so that bundlers see which files they name; of guides, those that are there.
usePlatform({
  wasm: () => fetch(new URL("./fhirkiln.wasm", import.meta.url)),
  packs: {
    r4: () => bytes(new URL("../packs/r4.pack", import.meta.url)),
    r4b: () => bytes(new URL("../packs/r4b.pack", import.meta.url)),
    r5: () => bytes(new URL("../packs/r5.pack", import.meta.url)),
    v2: () => bytes(new URL("../packs/v2.pack", import.meta.url)),
  },
  async guide(name) {
    const url = addressOf(name);
    const response = url && (await fetch(url));
    return response === undefined || response.status === 404 ? undefined : requireOk(response).arrayBuffer();
  },
});

/** The address of a pack; bundlers know only those that are there. */
function addressOf(name: string): URL | undefined {
  try {
    return new URL(`../packs/${name}.pack`, import.meta.url);
  } catch {
    return undefined;
  }
}

async function bytes(url: URL): Promise<ArrayBuffer> {
  return requireOk(await fetch(url)).arrayBuffer();
}
