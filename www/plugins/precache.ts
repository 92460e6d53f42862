// Writes `sw.js` into the built page: the service worker with the list of files to keep and a
// version that changes when one of them does.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Plugin, transformWithEsbuild } from "vite";

const SOURCE = "src/service-worker/service-worker.ts";

export function precache(): Plugin {
  let root = "";
  let outDir = "";
  return {
    name: "precache",
    apply: "build",
    configResolved(config) {
      root = config.root;
      outDir = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      const files = listFiles(outDir).filter((file) => file !== "sw.js");
      const hash = createHash("sha256");
      for (const file of files) hash.update(file).update(readFileSync(join(outDir, file)));
      const assets = ["./", ...files.filter((file) => file !== "index.html").map((file) => `./${file}`)];
      const source = readFileSync(join(root, SOURCE), "utf8");
      const { code } = await transformWithEsbuild(source, SOURCE, {
        minify: true,
        sourcemap: false,
        format: "esm",
        define: {
          ASSETS: JSON.stringify(assets),
          VERSION: JSON.stringify(hash.digest("hex").slice(0, 16)),
        },
      });
      writeFileSync(join(outDir, "sw.js"), code.replace(/export\s*\{\s*\};?\s*$/, ""));
    },
  };
}

/** All files below `folder`, as sorted paths with forward slashes. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll("\\", "/"))
    .sort();
}
