// Ships the maps of `maps/v2` as people read them, in one file that the page asks for when it shows them:
// `virtual:map-texts` is its address.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const NAME = "virtual:map-texts";
const RESOLVED = `\0${NAME}`;
const DEVELOPED = "/v2-maps.json";

export function mapTexts(folder: string): Plugin {
  let isBuild = false;
  const texts = () => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".map"));
    const entries = files.sort().map((file) => [file.replaceAll("\\", "/"), readFileSync(join(folder, file), "utf8")]);
    return JSON.stringify(Object.fromEntries(entries));
  };
  return {
    name: "map-texts",
    configResolved(config) {
      isBuild = config.command === "build";
    },
    configureServer({ middlewares }) {
      middlewares.use(DEVELOPED, (_request, response) => void response.end(texts()));
    },
    resolveId: (id) => (id === NAME ? RESOLVED : null),
    load(id) {
      if (id !== RESOLVED) return null;
      if (!isBuild) return `export default ${JSON.stringify(DEVELOPED)};`;
      const file = this.emitFile({ type: "asset", name: "v2-maps.json", source: texts() });
      return `export default import.meta.ROLLUP_FILE_URL_${file};`;
    },
  };
}
