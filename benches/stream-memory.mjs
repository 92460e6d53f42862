// Peak memory of both command lines on NDJSON streams of clinical examples: it must not grow with the stream.
//
//     node benches/stream-memory.mjs [megabytes...]      after `npm run build`; default 20 200 1000; Linux only

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../tools/steps.mjs";
import { examples } from "./corpus.mjs";

const MB = 1e6;
const sizes = process.argv.slice(2).map(Number);
const programs = { npm: [process.execPath, join(root, "dist/cli.js")], native: [join(root, "target/release/fhirkiln")] };
const lines = examples().clinical.texts.map((text) => Buffer.from(`${JSON.stringify(JSON.parse(text))}\n`));

console.log("| command line | stream, MB | resources | seconds | MB/s | peak RSS, MB |\n|---|---:|---:|---:|---:|---:|");
for (const [name, command] of Object.entries(programs)) {
  if (!existsSync(command.at(-1))) continue;
  for (const size of sizes.length > 0 ? sizes : [20, 200, 1000]) {
    const { bytes, resources, seconds, peak } = await measure(command, size * MB);
    const cells = [name, (bytes / MB).toFixed(0), resources, seconds.toFixed(1), (bytes / MB / seconds).toFixed(0), (peak / MB).toFixed(0)];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

/** Sends the examples round and round until so many bytes are sent. */
async function measure([program, ...first], size) {
  const start = performance.now();
  const child = spawn(program, [...first, "validate", "-", "--ndjson", "--quiet"], { stdio: ["pipe", "ignore", "inherit"] });
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 20);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let bytes = 0;
  let resources = 0;
  while (bytes < size) {
    const line = lines[resources++ % lines.length];
    bytes += line.length;
    if (!child.stdin.write(line)) await new Promise((resolve) => child.stdin.once("drain", resolve));
  }
  child.stdin.end();
  await ended;
  clearInterval(watch);
  return { bytes, resources, seconds: (performance.now() - start) / 1000, peak };
}

/** The most memory that a process has had, in bytes. */
function peakOf(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0; // It has ended.
  }
}
