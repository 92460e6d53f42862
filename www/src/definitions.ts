// Which definitions the page goes by: a version of FHIR, and a guide over it. Those of the address are fetched with the
// engine; others are taken from what the service worker keeps, because by then the page has given up all connections.

import r4 from "fhirkiln/packs/r4.pack?url";
import r4b from "fhirkiln/packs/r4b.pack?url";
import r5 from "fhirkiln/packs/r5.pack?url";
import v2 from "fhirkiln/packs/v2.pack?url";
import { element } from "./dom";

const VERSIONS = {
  r4: { name: "R4", pack: r4 },
  r4b: { name: "R4B", pack: r4b },
  r5: { name: "R5", pack: r5 },
} as const;

export type Version = keyof typeof VERSIONS;

/** A set of profiles to check against. */
export interface Guide {
  name: string;
  /** The addresses of its pack and of those that it builds on, but for that of the version. */
  packs?: readonly string[];
  /** Its definitions, where it is part of this page. */
  resources?: string[];
}

/** Our example of profiles of one's own. */
const intake = import.meta.glob<string>("../../profiles/portal-intake/profiles/*.json", { query: "?raw", import: "default", eager: true });

/** The packs of guides that the package was built with, by name: some are not to be had everywhere. */
const packs = new Map(
  Object.entries(
    import.meta.glob<string>(["/node_modules/fhirkiln/packs/*.pack", "!**/{r4,r4b,r5,v2}.pack"], { query: "?url", import: "default", eager: true }),
  ).map(([path, url]) => [path.replace(/^.*\/|\.pack$/g, ""), url]),
);

/** A guide's pack, and those that it builds on. */
function packsOf(guide: string): string[] {
  return [guide, ...(__BASES__[guide] ?? [])].flatMap((name) => packs.get(name) ?? []);
}

/** The guides over R4, by the name in the address. */
export const guides: ReadonlyMap<string, Guide> = new Map([
  ["portal-intake", { name: "Portal intake (example)", resources: Object.values(intake) }],
  ...[...packs.keys()].map((name): [string, Guide] => [name, { name: titleOf(name), packs: packsOf(name) }]),
]);

/** `us-core-6.1.0` as people write it. */
function titleOf(pack: string): string {
  const TITLES: Record<string, string> = { ips: "IPS", sdc: "SDC", mcode: "mCODE", "us-core": "US Core", "au-base": "AU Base", pas: "Da Vinci PAS", crd: "Da Vinci CRD", dtr: "Da Vinci DTR", pdex: "Da Vinci PDex", "carin-bb": "CARIN Blue Button", "plan-net": "Plan-Net", "drug-formulary": "Drug Formulary" };
  const [, name = pack, version = ""] = /^(.*?)(?:-(\d[\w.-]*))?$/.exec(pack) ?? [];
  return `${TITLES[name] ?? name} ${version}`.trim();
}

/** The parameter of the page's address that names the version to begin with. */
const PARAMETER = "fhir";

/** The version to begin with. */
export function firstVersion(): Version {
  const named = new URLSearchParams(location.search).get(PARAMETER) ?? "";
  return isVersion(named) ? named : "r4";
}

/** The address of a version's pack. */
export const packOf = (version: Version): string => VERSIONS[version].pack;

/** The addresses of what messages of HL7 v2 need. */
export const packsOfMessages: readonly string[] = [r4, v2];

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

/** Milliseconds to wait for the service worker, which keeps the page's files from the first visit on. */
const PATIENCE = 8000;

/** Files of this page, from what this browser keeps. Nothing is fetched, but where the page is being developed. */
export async function keptFiles(urls: readonly string[]): Promise<Uint8Array[] | null> {
  const get = async (url: string) => (import.meta.env.PROD ? globalThis.caches?.match(url) : fetch(url));
  const all = async () => {
    const kept = await Promise.all(urls.map(get));
    return kept.every((it) => it !== undefined) ? kept : null;
  };
  const ready = navigator.serviceWorker?.ready ?? new Promise(() => {});
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const kept = (await all()) ?? (await Promise.race([ready, late]).then(all));
  return kept && Promise.all(kept.map(async (it) => new Uint8Array(await it!.arrayBuffer())));
}

/** Why definitions cannot be had now; with the way to them, where a new visit brings them. */
export function notKept(what: string, search?: string): (string | HTMLElement)[] {
  const why = `The definitions of ${what} are not kept in this browser, and this page has closed its connections`;
  if (search === undefined) return [`${why}.`];
  const link = element("a", "", `reload the page with ${what}`);
  link.href = search;
  return [`${why}: `, link, " (the text in the editor is lost)."];
}

/** The parameter that has what messages need fetched with the engine. */
const MESSAGES = "messages";

/** The address of this page with another version, or with a view that knows messages of HL7 v2. */
export const searchOf = (version: Version): string => `?${PARAMETER}=${version}`;
export const searchOfMessages = (view: string): string => `?${MESSAGES}#${view}`;

/** True if the visit begins with messages, or with maps, which can be about them. */
export const beginsWithMessages = (): boolean =>
  ["#v2", "#transform"].includes(location.hash) || new URLSearchParams(location.search).has(MESSAGES);

function isVersion(name: string): name is Version {
  return Object.hasOwn(VERSIONS, name);
}
