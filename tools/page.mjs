// The demo page in www/ consumes the package as it is packed; here is what it needs before it can be built.

import { join } from "node:path";
import { root, run, step } from "./steps.mjs";

const www = join(root, "www");

/** Installs the page's own dependencies. */
export async function installPage() {
  const inputs = ["www/package-lock.json"];
  const outputs = ["www/node_modules/.package-lock.json"];
  await step("npm packages of the page", { inputs, outputs }, () => {
    run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: www,
      advice: "If a download failed, look at the network and try again.",
    });
  });
}

/** Packs the package where the page looks for it. */
export function packForPage() {
  run("npm", ["pack", "--silent"], { quiet: true });
}

/** Builds the page into www/dist, where it or the package has changed. */
export async function buildPage() {
  await installPage();
  const sources = [
    "index.html",
    "public",
    "plugins",
    "samples",
    "src",
    "tools",
    "vite.config.ts",
    "package-lock.json",
  ];
  const inputs = [
    "dist",
    "packs",
    "package.json",
    "docs/issues",
    "profiles/portal-intake",
    ...sources.map((name) => `www/${name}`),
  ];
  await step("The page: www/dist", { inputs, outputs: ["www/dist/index.html"] }, () => {
    packForPage();
    run("npm", ["run", "--silent", "build"], { cwd: www });
  });
}
