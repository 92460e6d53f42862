// Builds the page: relative addresses, so that it can be hosted in any folder.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { issuePages } from "./plugins/issue-pages.ts";
import { mapTexts } from "./plugins/map-texts.ts";
import { precache } from "./plugins/precache.ts";
import { preload } from "./plugins/preload.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

export default defineConfig({
  base: "./",
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [
    issuePages(fileURLToPath(new URL("../docs/issues", import.meta.url))),
    mapTexts(fileURLToPath(new URL("../maps/v2", import.meta.url))),
    preload(),
    precache(),
  ],
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  worker: { format: "es" },
});
