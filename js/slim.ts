// Entry point that reads and fetches nothing: the caller gives the module and the bytes of packs.

import { usePlatform } from "./platform.js";

export * from "./index.js";

usePlatform({
  wasm: () => Promise.reject(new Error("fhirkiln/slim needs the option `wasm`.")),
  packs: {},
});
