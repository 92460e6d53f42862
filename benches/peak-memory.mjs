// A process that validates one file and tells how much memory it took: started by startup.mjs.
// Arguments: the file, and `parse` to run JSON.parse on it instead.

import { readFileSync } from "node:fs";

const [, , file, mode] = process.argv;
const bytes = readFileSync(file);
let seconds = 0;
if (mode === "parse") {
  JSON.parse(bytes);
} else {
  const { Engine } = await import("../dist/node.js");
  const engine = await Engine.load({ packs: ["r4"] });
  const start = performance.now();
  engine.isValid(bytes);
  seconds = (performance.now() - start) / 1000;
}
console.log(JSON.stringify({ seconds, peak: process.resourceUsage().maxRSS * 1024 }));
