// `npm run bench`: measures the built package and writes benches/RESULTS.md. Takes some minutes; for a
// short look, `npm run bench -- --quick` (one round, and nothing is written).

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "../tools/build.mjs";
import { main, root, run, say, step } from "../tools/steps.mjs";
import { bundle, examples } from "./corpus.mjs";
import { median, throughput, timed } from "./measure.mjs";
import { fhirpath } from "./fhirpath.mjs";
import { guides } from "./guides.mjs";
import { table } from "./table.mjs";
import { v2 } from "./v2.mjs";
import { pageStart, peakMemory, processStart } from "./startup.mjs";

const quick = process.argv.includes("--quick");
const rounds = quick ? 1 : 7;
const sections = [];

await main(async () => {
  await build();
  await step("Peers for the benchmark", { inputs: ["benches/package-lock.json"], outputs: ["benches/node_modules/fhir/package.json"] }, () =>
    run("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: join(root, "benches"), advice: "Look at the network, then try again." }),
  );
  const corpora = examples();
  const { Engine } = await import("../dist/node.js");
  const engine = await Engine.load({ packs: ["r4"] });
  await speed(engine, corpora);
  engine.free();
  section("FHIRPath", await fhirpath({ rounds: rounds * 6 }));
  section("HL7 v2", await v2({ rounds }));
  await reading(corpora);
  await loading(Engine);
  section("Guides", await guides(Engine, { rounds }));
  sizes();
  linearity(corpora.clinical);
  const text = `${header()}\n\n${sections.join("\n\n")}\n`;
  if (!quick) writeFileSync(join(root, "benches/RESULTS.md"), text);
  console.log(text);
});

async function speed(engine, { all, clinical }) {
  const { ours, peers, yardstick } = await import("./contenders.mjs");
  say("Speed over all examples");
  const own = [...yardstick, ...ours(engine)];
  section(`Speed: ${describe(all)}`, speedTable(throughput(all, own, { rounds })));
  say("Speed over the clinical examples, beside other validators");
  const others = await peers();
  section(`Speed: ${describe(clinical)}`, `${speedTable(throughput(clinical, [...own, ...others], { rounds: 2 * rounds }))}

The others check different things: see the comments in \`benches/contenders.mjs\`. Which of the examples are
really invalid, and why: \`tests/snapshots/r4-examples.snap\`.`);
}

async function reading({ all, clinical }) {
  say("JSON readers (compiles them, the first time)");
  const { readers } = await import("./reader.mjs");
  const [whole, care] = [await readers(all, { rounds }), await readers(clinical, { rounds: 2 * rounds })];
  const rows = whole.map(({ name, rate }, index) => [`\`${name}\``, rate.toFixed(0), care[index].rate.toFixed(0)]);
  section("Reading JSON in WebAssembly: text to tree, copy included", `${table(["MB/s", all.name, clinical.name], rows)}

Ours keeps places, number lexemes, order and repeated names, and goes on after an error; the others do not.`);
}

/** Each contender's speed, and its share of the speed of the first, which is JSON.parse. */
function speedTable(results) {
  const rows = results.map(({ name, rate, perSecond, invalid }) => [
    `\`${name}\``,
    rate.toFixed(rate < 10 ? 1 : 0),
    Math.round(perSecond).toLocaleString("en"),
    `1/${(results[0].rate / rate).toFixed(1)}`,
    invalid ?? "",
  ]);
  return table(["", "MB/s", "resources/s", "of JSON.parse", "called invalid"], rows);
}

async function loading(Engine) {
  say("Loading");
  const module = await WebAssembly.compile(readFileSync(join(root, "dist/fhirkiln.fast.wasm")));
  const pack = readFileSync(join(root, "packs/r4.pack"));
  const times = await timed(quick ? 3 : 20, async () => (await Engine.load({ wasm: module, packs: [pack] })).free());
  const { empty, full } = processStart(quick ? 3 : 15);
  const page = await pageStart(quick ? 2 : 10);
  section("Start", table(["", "ms"], [
    ["`Engine.load` in Node, module compiled: first", times[0].toFixed(1)],
    ["`Engine.load` in Node, module compiled: median", median(times).toFixed(1)],
    ["`node` with nothing to do", empty.toFixed(0)],
    ["`node` to the first finding (compiles the module)", full.toFixed(0)],
    ["Chromium, page load to the first finding: first", page?.first.toFixed(0) ?? "no Chromium here"],
    ["Chromium, page load to the first finding: median, cold cache", page?.median.toFixed(0) ?? "no Chromium here"],
  ]));
}

function sizes() {
  const kb = (bytes) => (bytes / 1024).toFixed(1);
  const rows = ["dist/fhirkiln.wasm", "dist/fhirkiln.fast.wasm", "packs/r4.pack", "dist/browser.js"].map((file) => {
    const bytes = readFileSync(join(root, file));
    return [`\`${file}\``, kb(bytes.length), kb(gzipSync(bytes, { level: 9 }).length), kb(brotliCompressSync(bytes).length)];
  });
  section("Size in KB (1,024 bytes)", table(["", "raw", "gzip", "brotli"], rows));
}

function linearity(corpus) {
  const rows = (quick ? [1e6, 10e6] : [1e6, 10e6, 100e6]).map((size) => {
    say(`A Bundle of ${size / 1e6} MB`);
    const bytes = bundle(corpus, size);
    const file = join(tmpdir(), `fhirkiln-bench-${process.pid}.json`);
    writeFileSync(file, bytes);
    const ours = peakMemory(file);
    const parse = peakMemory(file, "parse");
    rmSync(file);
    const mb = (value) => Math.round(value / 1e6).toLocaleString("en");
    const rate = (bytes.length / 1e6 / ours.seconds).toFixed(0);
    return [mb(bytes.length), ours.first.toFixed(3), ours.seconds.toFixed(3), rate, mb(ours.peak), mb(parse.peak)];
  });
  section("Growth: one Bundle of clinical examples, `engine.isValid` in a new process", table(["MB", "first, s", "median, s", "MB/s", "peak memory of the process, MB", "the same with JSON.parse, MB"], rows));
}

function header() {
  const command = "npm run bench";
  return `# Benchmark results

Written by \`${command}\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.versions.node}, ${cpus().length} x ${cpus()[0].model},
${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}. One process; contenders take turns, the fastest of ${rounds} rounds (clinical: ${2 * rounds}, FHIRPath: ${6 * rounds}) counts.`;
}

function describe(corpus) {
  return `${corpus.bytes.length.toLocaleString("en")} ${corpus.name}, ${(corpus.size / 1e6).toFixed(1)} MB`;
}

function section(title, text) {
  sections.push(`## ${title}\n\n${text}`);
}
