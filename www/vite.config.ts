// Builds the page: relative addresses, so that it can be hosted in any folder.

import { readFileSync } from "node:fs";
import { defineConfig } from "vite";
import { precache } from "./plugins/precache.ts";

const { version } = JSON.parse(readFileSync("../package.json", "utf8")) as { version: string };

export default defineConfig({
  base: "./",
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [precache()],
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  worker: { format: "es" },
});
