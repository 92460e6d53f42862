// The tarball itself: what is in it, how large it is, what tools that know packaging say of it, and whether
// its types serve every way of importing it.

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { root, run } from "../tools/steps.mjs";

const bin = (name) => fileURLToPath(new URL(`node_modules/.bin/${name}`, import.meta.url));

/** What must be in the tarball, and what must not. */
export async function checkTarball(tarball) {
  const files = run("tar", ["tzf", tarball], { quiet: true }).trim().split("\n");
  const count = (pattern) => files.filter((file) => pattern.test(file)).length;
  const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const brotli = (file) =>
    `${file} ${kb(statSync(join(root, file)).size)}, brotli ${kb(brotliCompressSync(readFileSync(join(root, file))).length)}`;
  console.log(
    `     tarball ${kb(statSync(tarball).size)}, ${files.length} files; ${brotli("dist/fhirkiln.wasm")}; ${brotli("packs/r4.pack")}`,
  );
  return collect({
    "holds one module, small and fast": () => expect(count(/\.wasm$/), 2),
    "holds the packs": () => expect(count(/^package\/packs\/(r4|r4b|r5|v2|ips|sdc|mcode|au-base)\.pack$/), 8),
    "holds a readme and a licence": () => expect(count(/^package\/(README\.md|LICENSE)$/), 2),
    "holds nothing that is for developing": () =>
      expect(count(/^package\/(src|js|tools|tests|pkg-tests|www)\//), 0),
    publint: () => run(bin("publint"), ["run", tarball, "--strict"], { quiet: true }),
  });
}

/** Type tests, for each way in which TypeScript resolves modules. */
export async function checkTypes(tarball, folder) {
  const resolutions = [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ];
  const compile =
    ([module, resolution], file, lib = "es2024,esnext.disposable,dom") =>
    () => {
      const options = ["--noEmit", "--strict", "--target", "es2022", "--types", "", "--lib", lib];
      run(bin("tsc"), [...options, "--module", module, "--moduleResolution", resolution, file], {
        cwd: folder,
        quiet: true,
      });
    };
  return collect({
    attw: () =>
      run(
        bin("attw"),
        [tarball, "--profile", "node16", "--exclude-entrypoints", "fhirkiln.wasm", "fhirkiln.fast.wasm"],
        { quiet: true },
      ),
    ...Object.fromEntries(
      resolutions.map((pair) => [`import, ${pair[1]}`, compile(pair, "index.test-d.ts")]),
    ),
    "import, without the types of a runtime": compile(resolutions[0], "minimal.test-d.ts", "es2022"),
    "require, nodenext": compile(resolutions[0], "index.test-d.cts"),
  });
}

/** The command line as npm installs it; `tests/cli` looks at what it prints. */
export async function checkCommandLine(folder) {
  const fhirkiln = (...args) => run(join(folder, "node_modules/.bin/fhirkiln"), args, { quiet: true });
  return collect({
    validates: () =>
      expect(fhirkiln("validate", join(root, "examples/patient.json")), "✓ The resource is valid\n"),
    "knows its version": () =>
      expect(
        fhirkiln("--version"),
        `fhirkiln ${JSON.parse(readFileSync(join(root, "package.json"))).version}\n`,
      ),
  });
}

/** Runs the checks in turn, and returns results in the form of the suite. */
function collect(checks) {
  const results = Object.entries(checks).map(([name, check]) => {
    try {
      check();
      return { name };
    } catch (error) {
      return { name, error: error.message };
    }
  });
  return { results };
}

function expect(actual, expected) {
  if (actual !== expected) throw new Error(`found ${actual}, expected ${expected}`);
}
