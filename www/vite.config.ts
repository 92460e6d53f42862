// Builds the page: relative addresses, so that it can be hosted in any folder.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { issuePages } from "./plugins/issue-pages.ts";
import { mapTexts } from "./plugins/map-texts.ts";
import { precache } from "./plugins/precache.ts";
import { preload } from "./plugins/preload.ts";

const read = <T>(path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as T;
const { version } = read<{ version: string }>("../package.json");
const { packs } = read<{ packs: { name: string; on?: string[] }[] }>("../profiles/packs.json");
const bases = Object.fromEntries(packs.map(({ name, on = [] }) => [name, on]));

export default defineConfig({
  base: "./",
  define: { __VERSION__: JSON.stringify(version), __BASES__: JSON.stringify(bases) },
  plugins: [
    issuePages(fileURLToPath(new URL("../docs/issues", import.meta.url))),
    mapTexts(fileURLToPath(new URL("../maps/v2", import.meta.url))),
    preload(),
    precache(),
  ],
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  worker: { format: "es" },
});
