// A process that validates one file and tells how long that took and how much memory: started by
// startup.mjs. Arguments: the file, and `parse` to run JSON.parse on it instead.

import { readFileSync } from "node:fs";
import { median } from "./measure.mjs";

const [, , file, mode] = process.argv;
const bytes = readFileSync(file);
const run = mode === "parse" ? () => JSON.parse(bytes) : await validate();
const times = [];
// Small inputs are over before the compiler has warmed up: so again, until a second has passed.
for (let total = 0; times.length < 2 || (total < 1000 && times.length < 100); total += times.at(-1)) {
  const start = performance.now();
  run();
  times.push(performance.now() - start);
}
console.log(JSON.stringify({ first: times[0] / 1000, seconds: median(times) / 1000, peak: peak() }));

async function validate() {
  const { Engine } = await import("../dist/node.js");
  const engine = await Engine.load({ packs: ["r4"] });
  return () => engine.isValid(bytes);
}

/** Bytes. `maxRSS` counts, on Linux, what the process that started this one had. */
function peak() {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
