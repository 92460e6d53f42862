// What guides cost: loading all their packs, and validating a patient against US Core beside FHIR alone.
// `node benches/guides.mjs` prints it for the package that is built; `npm run bench` puts it among its results.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, timed } from "./measure.mjs";
import { table } from "./table.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Packs that no engine of R4 has: other versions of FHIR, and HL7 v2. */
const APART = ["r4b.pack", "r5.pack", "v2.pack"];
const PASSES = 2000;
const US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient";

/** A patient with what US Core asks, and what its extensions look like. */
const PATIENT = JSON.parse(readFileSync(join(root, "benches/patient.json"), "utf8"));

/** The results as Markdown. */
export async function guides(Engine, { rounds, packs = join(root, "packs") }) {
  const files = readdirSync(packs).filter((file) => file.endsWith(".pack") && !APART.includes(file));
  const bytes = files.map((file) => new Uint8Array(readFileSync(join(packs, file))));
  const load = async () => (await Engine.load({ packs: bytes })).free();
  await load();
  const milliseconds = median(await timed(Math.max(rounds, 3), load));
  const rows = [[`Load ${files.length} packs: R4 and guides`, `${milliseconds.toFixed(1)} ms`]];
  const r4 = bytes[files.indexOf("r4.pack")];
  if (files.includes("us-core-6.1.0.pack")) rows.push(...(await patient(Engine, bytes, r4, rounds)));
  return table(["", ""], rows);
}

async function patient(Engine, packs, r4, rounds) {
  const [alone, whole] = [await Engine.load({ packs: [r4] }), await Engine.load({ packs })];
  const claimed = JSON.stringify({ ...PATIENT, meta: { profile: [`${US_CORE}|6.1.0`] } });
  const [base, profiled] = [
    await cost(alone, JSON.stringify(PATIENT), rounds),
    await cost(whole, claimed, rounds),
  ];
  alone.free();
  whole.free();
  return [
    ["A patient against R4 with its constraints", `${base.toFixed(0)} µs`],
    [
      "The same against US Core 6.1.0, its extensions included",
      `${profiled.toFixed(0)} µs (${(profiled / base).toFixed(2)} times)`,
    ],
  ];
}

/** Microseconds of one validation. */
async function cost(engine, text, rounds) {
  const pass = () => {
    for (let n = 0; n < PASSES; n++) engine.validate(text);
  };
  pass();
  return Math.min(...(await timed(Math.max(rounds, 3), pass))) * (1000 / PASSES);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = join(process.argv[2] ?? join(root, "dist"), "node.js");
  if (!existsSync(built)) throw new Error(`${built} is not here: npm run build`);
  const { Engine } = await import(built);
  console.log(await guides(Engine, { rounds: 7 }));
}
