// Which definitions the page validates with: a version of FHIR. That of a visit is fetched with the engine; another
// one is taken from what the service worker keeps, because by then the page has given up all connections.

import r4 from "fhirkiln/packs/r4.pack?url";
import r4b from "fhirkiln/packs/r4b.pack?url";
import r5 from "fhirkiln/packs/r5.pack?url";
import { element } from "./dom";

const VERSIONS = {
  r4: { name: "R4", pack: r4 },
  r4b: { name: "R4B", pack: r4b },
  r5: { name: "R5", pack: r5 },
} as const;

export type Version = keyof typeof VERSIONS;

/** The parameter of the page's address that names the version to begin with. */
const PARAMETER = "fhir";

/** The version to begin with. */
export function firstVersion(): Version {
  const named = new URLSearchParams(location.search).get(PARAMETER) ?? "";
  return isVersion(named) ? named : "r4";
}

/** The address of a version's pack. */
export const packOf = (version: Version): string => VERSIONS[version].pack;

/** What people call it. */
export const nameOf = (version: Version): string => VERSIONS[version].name;

/** Fills `select` with the versions; `chosen` is told of another one. */
export function offerVersions(select: HTMLSelectElement, chosen: (version: Version) => void): void {
  for (const [version, { name }] of Object.entries(VERSIONS)) select.append(new Option(name, version));
  select.value = firstVersion();
  select.addEventListener("change", () => {
    if (isVersion(select.value)) chosen(select.value);
  });
}

/** A version's pack, from what this browser keeps of the page. Nothing is fetched. */
export async function keptPack(version: Version): Promise<Uint8Array | null> {
  const kept = await globalThis.caches?.match(packOf(version));
  return kept ? new Uint8Array(await kept.arrayBuffer()) : null;
}

/** Why a version cannot be had now, with the way to it. */
export function reloadWith(version: Version): (string | HTMLElement)[] {
  const link = element("a", "", `reload the page with ${nameOf(version)}`);
  link.href = `?${PARAMETER}=${version}`;
  const why = `The definitions of ${nameOf(version)} are not kept in this browser, and this page has closed its connections: `;
  return [why, link, " (the text in the editor is lost)."];
}

function isVersion(name: string): name is Version {
  return Object.hasOwn(VERSIONS, name);
}
