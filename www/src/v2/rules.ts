// The rules of our maps, as they are written: lineage names them, and their texts come with the page.

import texts from "virtual:map-texts";
import { keptFiles } from "../definitions";
import { findRule } from "./find-rule";

const OURS = "https://fhirkiln.dev/v2/StructureMap/";

let arriving: Promise<Record<string, string>> | undefined;

/** The texts of our maps, by their path below `maps/v2`; none where this browser keeps no files. */
function mapTexts(): Promise<Record<string, string>> {
  arriving ??= keptFiles([texts]).then((kept) => (kept ? JSON.parse(new TextDecoder().decode(kept[0])) : {}));
  return arriving;
}

/** What to say of a rule: its name, where it is, and how it reads. */
export class Rules {
  #texts: Record<string, string> = {};

  constructor() {
    void mapTexts().then((texts) => (this.#texts = texts));
  }

  describe({ rule, map }: { rule: string; map: string }): { words: string; code?: string } {
    const name = rule ? `rule \`${rule}\`` : "";
    if (!map.startsWith(OURS)) return { words: map ? `${name} in \`${map}\`` : name };
    const file = `${map.slice(OURS.length)}.map`;
    const found = findRule(this.#texts[file] ?? "", rule);
    if (!found) return { words: `${name} in \`maps/v2/${file}\`` };
    return { words: `${name} in \`maps/v2/${file}:${found.line}\``, code: found.text };
  }
}
