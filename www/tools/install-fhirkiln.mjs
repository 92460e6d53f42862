// Installs the packed fhirkiln package (the tarball that `npm pack` makes in the root) beside the page's
// own dependencies, where it is not yet or is another one. It is no entry of package-lock.json, because
// its checksum is that of the current build.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const www = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(www, "node_modules/fhirkiln/.tarball-sha256");

const tarball = findTarball();
const hash = createHash("sha256").update(readFileSync(tarball)).digest("hex");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== hash) {
  console.log(`www: installing ${tarball}`);
  npm("install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", tarball);
  writeFileSync(stamp, hash);
}

/** `$FHIRKILN_TARBALL`, or the tarball of the root's version in the root. */
function findTarball() {
  const root = dirname(www);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const path = process.env.FHIRKILN_TARBALL ?? join(root, `fhirkiln-${version}.tgz`);
  if (existsSync(path)) return path;
  console.error(
    `www: there is no ${path}.\n` +
      "Make it in the root with `npm run build && npm pack`, or name another in FHIRKILN_TARBALL.",
  );
  process.exit(3);
}

function npm(...args) {
  // On Windows npm is a script, which only a shell can start.
  execFileSync("npm", args, { cwd: www, stdio: "inherit", shell: process.platform === "win32" });
}
