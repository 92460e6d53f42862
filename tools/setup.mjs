// Installs what building and testing need and a machine with rustup's Rust and Node lacks. Each thing once:
// a tool of the right version that is already there is used as it is.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { ask, cache, Failure, isMain, main, root, run, say, step } from "./steps.mjs";

const RUST = "1.91";
const NODE = 20;
/** The version in Cargo.toml; the two must be the same. */
const WASM_BINDGEN = "0.2.130";
const WASM_PACK = "0.15.1";

/** Installs what `npm run build` needs. */
export async function setup() {
  checkNode();
  checkRust();
  addWasmTarget();
  // Without --locked: the lock file of this release names a yanked crate.
  installCrate("wasm-bindgen-cli", "wasm-bindgen", WASM_BINDGEN, []);
  installCrate("wasm-pack", "wasm-pack", WASM_PACK, ["--locked"]);
  await installPackages();
}

/** Installs Chromium for browser tests. Returns false, having said so, where it cannot. */
export function setupChromium() {
  if (hasChromium()) return true;
  const isRoot = process.getuid?.() === 0;
  if (
    process.platform !== "linux" ||
    !ask("apt-get", "--version") ||
    !(isRoot || ask("sudo", "-n", "true") !== undefined)
  ) {
    say(
      "Chromium and its driver are not here and cannot be installed: put `chromium` and `chromedriver` on the PATH.",
    );
    return false;
  }
  const apt = (...args) =>
    run(isRoot ? "apt-get" : "sudo", isRoot ? args : ["apt-get", ...args], {
      quiet: true,
      env: { DEBIAN_FRONTEND: "noninteractive" },
    });
  say("Installing Chromium and its driver, for browser tests (about a minute)");
  try {
    apt("update");
    apt("install", "--yes", "--no-install-recommends", "chromium", "chromium-driver");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(`${error.message} Browser tests cannot run.`);
  }
  return hasChromium();
}

/** True if browser tests can run. */
export function hasChromium() {
  return ask("chromium", "--version") !== undefined && ask("chromedriver", "--version") !== undefined;
}

function checkNode() {
  if (Number.parseInt(process.versions.node, 10) < NODE) {
    throw new Failure(`Node ${process.versions.node} is too old: ${NODE} or newer is needed.`);
  }
}

function checkRust() {
  const version = ask("rustc", "--version")?.split(" ")[1];
  if (version === undefined)
    throw new Failure("Rust is not here. Install it with rustup (https://rustup.rs).");
  const [, minor = 0] = version.split(".").map(Number);
  if (minor < Number(RUST.split(".")[1])) {
    throw new Failure(`Rust ${version} is too old: ${RUST} or newer is needed. Run \`rustup update\`.`);
  }
}

function addWasmTarget() {
  const target = "wasm32-unknown-unknown";
  if (existsSync(join(ask("rustc", "--print", "sysroot") ?? "", "lib/rustlib", target))) return;
  say(`Adding the Rust target ${target}`);
  run("rustup", ["target", "add", target], { advice: "Look at the network, then try again." });
}

/** Installs a crate's binary for this project alone, in .cache/cargo. */
function installCrate(crate, binary, version, options) {
  if (ask(binary, "--version")?.split(" ")[1] === version) return;
  say(`Installing ${crate} ${version} (first time only; two to five minutes)`);
  run(
    "cargo",
    ["install", crate, "--version", version, "--quiet", "--root", join(cache, "cargo"), ...options],
    {
      advice: `If the download failed, look at the network and try again; or install ${crate} ${version} yourself.`,
    },
  );
}

async function installPackages() {
  const inputs = ["package-lock.json"];
  const outputs = ["node_modules/.package-lock.json"];
  await step(
    "npm packages (FHIR definitions and examples, tools; about 700 MB unpacked)",
    { inputs, outputs },
    () => {
      run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
        cwd: root,
        advice: "If a download failed, look at the network and try again.",
      });
    },
  );
}

if (isMain(import.meta)) await main(setup);
