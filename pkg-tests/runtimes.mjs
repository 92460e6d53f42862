// How the suite is started in each runtime and bundler. Each `run` gets a folder with the package installed
// and the fixtures named (else the one of that name), and returns what `suite` returned.

import { copyFileSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../tools/steps.mjs";
import { inBrowser } from "./browser.mjs";

const bin = (name) => fileURLToPath(new URL(`node_modules/.bin/${name}`, import.meta.url));
const program =
  (command, ...args) =>
  async (cwd) =>
    JSON.parse(run(command, args, { cwd, quiet: true }));

export const runtimes = [
  { name: "node-esm", fixtures: ["program"], run: program("node", "main.mjs") },
  { name: "node-cjs", run: program("node", "main.cjs") },
  {
    name: "deno",
    fixtures: ["program"],
    run: program(
      bin("deno"),
      "run",
      "--quiet",
      "--no-remote",
      "--node-modules-dir=manual",
      "--allow-read=.",
      "main.mjs",
    ),
  },
  { name: "bun", fixtures: ["program"], run: program(bin("bun"), "main.mjs") },
  { name: "workerd", run: workerd },
  { name: "script", fixtures: ["page"], browser: true, run: (folder) => inBrowser(folder) },
  { name: "web-worker", browser: true, run: (folder) => inBrowser(folder) },
  { name: "vite", fixtures: ["page"], browser: true, run: vite },
  { name: "webpack", fixtures: ["page", "webpack"], browser: true, run: webpack },
  { name: "esbuild", browser: true, run: esbuild },
];

/** Bundled as Wrangler would deploy it, then run by Cloudflare's own runtime. */
async function workerd(cwd) {
  run(bin("wrangler"), ["deploy", "--dry-run", "--outdir", "out"], {
    cwd,
    quiet: true,
    env: { WRANGLER_SEND_METRICS: "false", CI: "true" },
  });
  const { Miniflare } = await import("miniflare");
  const out = join(cwd, "out");
  const types = { ".js": "ESModule", ".wasm": "CompiledWasm", ".bin": "Data" };
  const files = readdirSync(out).filter((name) => extname(name) in types);
  // The entry comes first.
  files.sort((a, b) => Number(b === "main.js") - Number(a === "main.js"));
  const modules = files.map((name) => ({ type: types[extname(name)], path: join(out, name) }));
  const miniflare = new Miniflare({ modules, modulesRoot: out, compatibilityDate: "2026-04-20" });
  try {
    const response = await miniflare.dispatchFetch("http://localhost/");
    if (!response.ok) throw new Error(await response.text());
    return await response.json();
  } finally {
    await miniflare.dispose();
  }
}

async function vite(root) {
  const { build } = await import("vite");
  await build({ root, configFile: false, logLevel: "warn", build: { target: "es2022" } });
  expectAssets(root, join(root, "dist/assets"));
  return inBrowser(join(root, "dist"));
}

async function webpack(context) {
  const { default: compile } = await import("webpack");
  const output = { path: join(context, "dist") };
  const stats = await new Promise((resolve, reject) => {
    compile(
      { context, mode: "production", performance: { hints: false }, entry: "./main.mjs", output },
      (error, done) => (error ? reject(error) : resolve(done)),
    );
  });
  if (stats.hasErrors() || stats.hasWarnings())
    throw new Error(stats.toString({ all: false, errors: true, warnings: true }));
  expectAssets(context, output.path);
  copyFileSync(join(context, "index.html"), join(output.path, "index.html"));
  return inBrowser(output.path);
}

async function esbuild(folder) {
  const { build } = await import("esbuild");
  const loader = { ".wasm": "binary", ".pack": "binary" };
  await build({
    absWorkingDir: folder,
    entryPoints: ["main.mjs"],
    outfile: "main.js",
    bundle: true,
    format: "esm",
    minify: true,
    loader,
    logLevel: "warning",
  });
  return inBrowser(folder);
}

/** The module and the packs, of which a page fetches what it loads, must be there as files, with nothing else and none of them twice. */
function expectAssets(root, folder) {
  const count = 1 + readdirSync(join(root, "node_modules/fhirkiln/packs")).length;
  const assets = readdirSync(folder).filter((name) => /\.(wasm|pack)$/.test(name));
  if (assets.length !== count)
    throw new Error(`expected ${count} assets, found ${assets.join(", ") || "none"}`);
}
