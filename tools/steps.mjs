// Work that is done once: a step is skipped while what it reads is unchanged and what it makes is there.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The top folder of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));
/** Where what scripts keep between runs is: not committed, and safe to delete. */
export const cache = join(root, ".cache");

// What setup installs for this project alone comes first.
process.env.PATH = [join(cache, "cargo/bin"), join(root, "node_modules/.bin"), process.env.PATH].join(
  delimiter,
);

/** A failure to say in plain words, without a stack trace. */
export class Failure extends Error {}

/**
 * Does the work unless it was done: `inputs` are files and folders that it reads (or text, as `=text`),
 * `outputs` are files that it makes. Returns true if there was work.
 */
export async function step(title, { inputs, outputs = [] }, work) {
  const stamp = join(cache, "steps", title.replace(/\W+/g, "-"));
  const hash = hashOf(inputs);
  const done = existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
  if (done && outputs.every((output) => existsSync(join(root, output)))) return false;
  const start = Date.now();
  say(title);
  await work();
  mkdirSync(join(cache, "steps"), { recursive: true });
  writeFileSync(stamp, hash);
  say(`${title}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return true;
}

/** Runs a command in the top folder; its output is shown. Throws a `Failure` with `advice` if it fails. */
export function run(command, args, { advice, env, cwd = root, quiet = false } = {}) {
  const stdio = quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"];
  const result = spawnSync(command, args, { cwd, stdio, env: { ...process.env, ...env }, encoding: "utf8" });
  if (result.status === 0) return result.stdout ?? "";
  if (quiet) process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  const why = result.error ? result.error.message : `exit code ${result.status ?? result.signal}`;
  throw new Failure(`\`${command} ${args.join(" ")}\` failed (${why}).${advice ? ` ${advice}` : ""}`);
}

/** What the command prints; undefined if it cannot be run. */
export function ask(command, ...args) {
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** Tells the reader what goes on. */
export function say(text) {
  console.error(`[fhirkiln] ${text}`);
}

/** Runs a script's main function; a `Failure` ends it with its message and exit code 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`[fhirkiln] ${error.message}`);
    process.exitCode = 1;
  }
}

/** True if the script was started by name, and not imported. */
export function isMain(meta) {
  return process.argv[1] !== undefined && fileURLToPath(meta.url) === process.argv[1];
}

function hashOf(inputs) {
  const hash = createHash("sha256");
  for (const input of inputs) {
    if (input.startsWith("=")) hash.update(input);
    else hashFile(hash, input);
  }
  return hash.digest("hex");
}

function hashFile(hash, path) {
  const file = join(root, path);
  if (!existsSync(file)) return;
  if (!statSync(file).isDirectory()) return void hash.update(path).update(readFileSync(file));
  for (const name of readdirSync(file).sort()) hashFile(hash, `${path}/${name}`);
}
