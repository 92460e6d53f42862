// Builds what the npm package holds: packs/ (definitions), dist/*.wasm, and dist/ from js/.
// Each part only where what it is made from has changed.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isMain, main, root, run, step } from "./steps.mjs";
import { setup } from "./setup.mjs";

const RUST = ["Cargo.toml", "Cargo.lock", "src"];
const GLUE = "target/wasm-pack";
/**
 * The same module twice: small where it is downloaded, fast where it lies on a disk (1.4 times as fast, and a third
 * larger; `benches/RESULTS.md` has both).
 */
const MODULES = { "fhirkiln.fast.wasm": "3", "fhirkiln.wasm": "s" };
/** What rustc and every engine of the last years know; wasm-opt must be told. */
const WASM_FEATURES = [
  "bulk-memory",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
  "multivalue",
];

/** The declarations that `dist/index.d.ts` leads to. */
const PUBLIC_TYPES = [
  "index",
  "convert",
  "engine",
  "error",
  "evaluate",
  "input",
  "parsed",
  "generated/Options",
  "generated/EvaluateOptions",
  "generated/IssueCode",
  "generated/AcknowledgeMode",
  "generated/AcknowledgeOptions",
  "generated/BestPractice",
  "generated/BundleKind",
  "generated/ConvertOptions",
  "generated/ExplainedConstraint",
  "generated/ExplainedElement",
  "generated/Explanation",
  "generated/ProfileEntry",
  "generated/TransformOptions",
];

/** Builds everything. */
export async function build() {
  await setup();
  const made = {
    inputs: [...RUST, "profiles", "maps", "package-lock.json", "tools/build.mjs"],
    outputs: [
      "packs/r4.pack",
      "packs/r4b.pack",
      "packs/r5.pack",
      "packs/v2.pack",
      "packs/ips.pack",
      "packs/sdc.pack",
      "packs/mcode.pack",
      "packs/au-base.pack",
      "js/generated/Options.ts",
      "js/generated/EvaluateOptions.ts",
      "js/generated/ConvertOptions.ts",
      "js/generated/TransformOptions.ts",
      "js/generated/help.ts",
    ],
  };
  await step("Definitions: packs/; types: js/generated/", made, buildPacksAndTypes);
  await step(
    "Rust to WebAssembly",
    {
      inputs: [...RUST, "tools/build.mjs"],
      outputs: [...Object.keys(MODULES).map((name) => `dist/${name}`), "js/generated/glue.js"],
    },
    buildWasm,
  );
  const inputs = ["js", "tools/build.mjs", "tsconfig.json", "package-lock.json"];
  await step(
    "JavaScript: dist/",
    { inputs, outputs: ["dist/node.js", "dist/cli.js", "dist/index.d.ts"] },
    buildJs,
  );
}

function buildPacksAndTypes() {
  const native = ["run", "--release", "--quiet", "--features", "cli,typescript", "--"];
  // Guides that npm does not have are packed where their packages are found.
  const shared = join(process.env.FHIRKILN_SHARED ?? join(root, "../shared"), "fhir-packages");
  run("cargo", [...native, "pack", "build"], {
    env: { FHIR_PACKAGE_PATH: process.env.FHIR_PACKAGE_PATH ?? shared },
  });
  run("cargo", [...native, "types"]);
}

async function buildWasm() {
  const glues = Object.entries(MODULES).map(([name, level]) => buildModule(name, level));
  if (new Set(glues).size > 1) throw new Error("the modules need glue of their own each");
  await buildGlue();
}

/** Builds a module at a level of optimisation. Returns its glue. */
function buildModule(name, level) {
  const options = "--quiet build --target web --mode no-install --release --no-pack --out-dir".split(" ");
  const env = {
    CARGO_TARGET_DIR: join(root, "target"),
    CARGO_PROFILE_RELEASE_OPT_LEVEL: level,
    RUSTFLAGS: withoutLocalPaths().join(" "),
  };
  run("wasm-pack", [...options, join(root, GLUE), writeModuleManifest()], { env });
  mkdirSync(join(root, "dist"), { recursive: true });
  const features = WASM_FEATURES.map((feature) => `--enable-${feature}`);
  run("wasm-opt", ["-O3", ...features, `${GLUE}/fhirkiln_bg.wasm`, "-o", `dist/${name}`]);
  return readFileSync(join(root, GLUE, "fhirkiln.js"), "utf8");
}

/**
 * A manifest of the same crate as a `cdylib` only, and its folder. Cargo optimises nothing across crates for one
 * that is also an `rlib`, and wasm-pack cannot ask for one of the two: the module would be 7% larger.
 */
function writeModuleManifest() {
  const manifest = readFileSync(join(root, "Cargo.toml"), "utf8")
    .replace(/^crate-type = .*$/m, 'crate-type = ["cdylib"]\npath = "../../src/lib.rs"')
    .replace(/^\[\[(bin|test|bench)\]\]\n(.+\n)*/gm, "");
  const folder = join(root, "target/module");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Cargo.toml"), manifest);
  cpSync(join(root, "Cargo.lock"), join(folder, "Cargo.lock"));
  return folder;
}

/** Panics name the file they are in: the module is the same wherever it is built, and tells nobody where. */
function withoutLocalPaths() {
  const registry = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/src");
  const sources = existsSync(registry) ? readdirSync(registry) : [];
  return sources.map((name) => `--remap-path-prefix=${join(registry, name)}=crates`);
}

/**
 * The glue of wasm-bindgen serves one instance, for ever: its state is at the top of the module. Here it
 * becomes a function that makes the state anew, for an instance of its own. Without `FinalizationRegistry`,
 * because js/engine.ts knows better which instance may still be entered.
 */
async function buildGlue() {
  const esbuild = await import("esbuild");
  const generated = join(root, "js/generated");
  mkdirSync(generated, { recursive: true });
  await esbuild.build({
    entryPoints: [join(root, GLUE, "fhirkiln.js")],
    outfile: join(generated, "glue.js"),
    bundle: true,
    format: "iife",
    globalName: "glue",
    target: "es2022",
    banner: { js: "export function createGlue() {\nvar FinalizationRegistry;" },
    footer: { js: "return glue;\n}" },
  });
  cpSync(join(root, GLUE, "fhirkiln.d.ts"), join(generated, "wasm.d.ts"));
  const types = [
    'import type * as glue from "./wasm.js";',
    'export type * from "./wasm.js";',
    "export function createGlue(): typeof glue;",
  ];
  writeFileSync(join(generated, "glue.d.ts"), `${types.join("\n")}\n`);
}

async function buildJs() {
  const esbuild = await import("esbuild");
  // Nothing that was built from a file that is gone may be published.
  for (const name of readdirSync(join(root, "dist"))) {
    if (!Object.hasOwn(MODULES, name)) rmSync(join(root, "dist", name), { recursive: true });
  }
  const common = {
    bundle: true,
    target: "es2022",
    outdir: join(root, "dist"),
    legalComments: "none",
    logLevel: "warning",
  };
  const external = ["node:*", "fhirkiln/*", "*.wasm", "*.pack"];
  const entries = (...names) => names.map((name) => join(root, "js", `${name}.ts`));
  await esbuild.build({
    ...common,
    format: "esm",
    entryPoints: entries("node", "browser", "workerd", "slim"),
    external,
  });
  await esbuild.build({
    ...common,
    format: "cjs",
    platform: "node",
    entryPoints: entries("node", "slim"),
    outExtension: { ".js": ".cjs" },
    define: { "import.meta.url": "importMetaUrl" },
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    external,
  });
  await esbuild.build({
    ...common,
    format: "esm",
    entryPoints: { cli: join(root, "js/cli/main.ts") },
    banner: { js: "#!/usr/bin/env node" },
    external: ["node:*", "picomatch"],
  });
  run("tsc", ["-p", "."]);
  writeTypes();
}

/** The public declarations, once for `import`, in dist/, and once for `require`, in dist/cjs/. */
function writeTypes() {
  for (const folder of ["dist", "dist/cjs"]) {
    for (const file of PUBLIC_TYPES) {
      cpSync(join(root, "target/types", `${file}.d.ts`), join(root, folder, `${file}.d.ts`));
    }
  }
  writeFileSync(join(root, "dist/cjs/package.json"), '{ "type": "commonjs" }\n');
}

if (isMain(import.meta)) await main(build);
