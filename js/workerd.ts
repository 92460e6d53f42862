// Entry point for Cloudflare Workers: the bundler makes the files of this package modules of the worker.
// Wrangler's default rules know `.wasm` (a compiled module) and `.bin` (its bytes).

import { usePlatform } from "./platform.js";

export * from "./index.js";

// Imports are written out in full, so that bundlers see which files they name.
usePlatform({
  wasm: async () => (await import("fhirkiln/fhirkiln.wasm")).default,
  packs: {
    r4: async () => (await import("fhirkiln/packs/r4.bin")).default,
    r4b: async () => (await import("fhirkiln/packs/r4b.bin")).default,
    r5: async () => (await import("fhirkiln/packs/r5.bin")).default,
    v2: async () => (await import("fhirkiln/packs/v2.bin")).default,
  },
});
