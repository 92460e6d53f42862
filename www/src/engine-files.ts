// Fetches what an engine is made of, out of the installed fhirkiln package. The page does this, not the
// worker, so that it can give up all connections before there is a worker.

import wasmUrl from "fhirkiln/fhirkiln.wasm?url";
import { beginsWithMessages, firstVersion, packOf, packsOfMessages } from "./definitions";
import type { EngineFiles } from "./protocol";

/** Throws where a file does not arrive; trying again may help. */
export async function fetchEngineFiles(): Promise<EngineFiles & { messages: Uint8Array[] | null }> {
  const [module, pack, messages] = await Promise.all([
    fetchFile(wasmUrl, "The engine").then(compile),
    fetchPack(packOf(firstVersion())),
    beginsWithMessages() ? Promise.all(packsOfMessages.map(fetchPack)) : null,
  ]);
  return { module, packs: [pack], messages };
}

async function fetchPack(url: string): Promise<Uint8Array> {
  const response = await fetchFile(url, "The pack of definitions");
  return new Uint8Array(await response.arrayBuffer());
}

async function fetchFile(url: string, name: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch {
    throw new Error(`${name} did not arrive: there is no connection.`);
  }
  if (!response.ok) throw new Error(`${name} did not arrive: the server says ${response.status}.`);
  return response;
}

/** While it arrives, where the server says what it is. */
async function compile(response: Response): Promise<WebAssembly.Module> {
  const streams = response.headers.get("content-type")?.startsWith("application/wasm");
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
