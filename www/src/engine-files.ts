// Fetches what an engine is made of, out of the installed fhirkiln package. The page does this, not the
// worker, so that it can give up all connections before there is a worker.

import wasmUrl from "fhirkiln/fhirkiln.wasm?url";
import packUrl from "fhirkiln/packs/r4.pack?url";
import type { EngineFiles } from "./protocol";

/** Throws where a file does not arrive; trying again may help. */
export async function fetchEngineFiles(): Promise<EngineFiles> {
  const [module, pack] = await Promise.all([
    fetchBytes(wasmUrl).then((bytes) => WebAssembly.compile(bytes)),
    fetchBytes(packUrl),
  ]);
  return { module, pack: new Uint8Array(pack) };
}

async function fetchBytes(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}
