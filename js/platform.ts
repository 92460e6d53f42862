// How the bytes of the WebAssembly module and of packs arrive. This differs between runtimes, and nothing
// else does: each entry point says it once.

import { GUIDES, type LoadOptions, type PackName, type WasmSource } from "./engine.js";
import { FhirkilnError } from "./error.js";
import { copyBytes } from "./input.js";

/** How bytes arrive in a runtime. What is thrown becomes the `cause` of a `load` error. */
export interface Platform {
  wasm(): Promise<WasmSource>;
  packs: Partial<Record<PackName, () => Promise<Uint8Array | ArrayBuffer>>>;
  /** The pack of that name which is not among `packs`; undefined where there is none. */
  guide?: (name: string) => Promise<Uint8Array | ArrayBuffer | undefined>;
}

let platform: Platform;
let compiled: Promise<WebAssembly.Module> | undefined;

/** Called once by each entry point. */
export function usePlatform(here: Platform): void {
  platform = here;
}

/** The bytes of packs: given, or of this package. */
export function loadPacks(packs: LoadOptions["packs"]): Promise<Uint8Array[]> {
  return Promise.all(packs.map((pack) => copyBytes(pack) ?? loadPack(pack as PackName)));
}

async function loadPack(name: PackName): Promise<Uint8Array> {
  const get = Object.hasOwn(platform.packs, name) ? platform.packs[name] : undefined;
  const guide = () => (/^[a-z][a-z0-9.-]*$/.test(name) ? platform.guide?.(name) : undefined);
  const bytes = await orLoadError(`The pack \`${name}\``, async () => get?.() ?? guide());
  if (bytes === undefined)
    throw new FhirkilnError("pack-unknown", `There is no pack \`${name}\` here${known(name)}.`);
  return new Uint8Array(bytes);
}

/** What else could be meant, or why the pack is not here. */
function known(name: string): string {
  if (platform.guide === undefined) {
    const here = Object.keys(platform.packs).join(", ");
    return here ? ` (${here}): give the bytes of others` : ": give its bytes";
  }
  const guides: readonly string[] = GUIDES;
  if (guides.includes(name)) return ": its FHIR package was not there when this package was built";
  const near = guides.filter((guide) => guide.startsWith(name));
  return `: there are ${(near.length > 0 ? near : [...Object.keys(platform.packs), ...guides]).join(", ")}`;
}

/** The compiled module: given, or of this package, which is compiled once. */
export function loadModule(given: LoadOptions["wasm"]): Promise<WebAssembly.Module> {
  if (given !== undefined) return compile(async () => given);
  compiled ??= compile(() => platform.wasm()).catch((error) => {
    compiled = undefined; // The network may be back next time.
    throw error;
  });
  return compiled;
}

function compile(get: () => Promise<WasmSource>): Promise<WebAssembly.Module> {
  return orLoadError("The WebAssembly module", async () => {
    const source = await get();
    if (source instanceof WebAssembly.Module) return source;
    if (!(globalThis.Response && source instanceof Response))
      return WebAssembly.compile(source as BufferSource);
    requireOk(source);
    // A server that does not know `.wasm` costs the streaming, not the page.
    const streams = source.headers.get("content-type")?.startsWith("application/wasm");
    return streams ? WebAssembly.compileStreaming(source) : WebAssembly.compile(await source.arrayBuffer());
  });
}

/** The response, where it brings what was asked for. */
export function requireOk(response: Response): Response {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
  return response;
}

async function orLoadError<T>(what: string, get: () => Promise<T>): Promise<T> {
  try {
    return await get();
  } catch (cause) {
    if (cause instanceof FhirkilnError) throw cause;
    throw new FhirkilnError("load", `${what} could not be loaded.`, { cause });
  }
}
