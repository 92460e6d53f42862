// Our JSON reader beside others of Rust, all in WebAssembly: builds benches/reader and runs it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "../tools/steps.mjs";
import { throughput } from "./measure.mjs";

const CRATE = join(root, "benches/reader");

/** Each reader's speed over the corpus. */
export async function readers(corpus, options) {
  run("cargo", ["build", "--release", "--quiet", "--target", "wasm32-unknown-unknown"], { cwd: CRATE });
  const file = join(CRATE, "target/wasm32-unknown-unknown/release/fhirkiln_reader_bench.wasm");
  const module = await WebAssembly.compile(readFileSync(file));
  const { input, memory, ...calls } = (await WebAssembly.instantiate(module, unused(module))).exports;
  const contender = (name, call) => ({
    name,
    input: "bytes",
    run: (bytes) => {
      const start = input(bytes.length) >>> 0;
      new Uint8Array(memory.buffer).set(bytes, start);
      if (call() === 0) throw new Error(`${name} cannot read this`);
    },
  });
  return throughput(corpus, [contender("fhirkiln", calls.ours), contender("jiter", calls.jiter), contender("serde_json", calls.serde)], options);
}

/** What the crate imports for its JavaScript face, which is not called here. */
function unused(module) {
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => 0;
  return imports;
}
