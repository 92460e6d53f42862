// How the module and packs may be given, and what is said where they cannot be had.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Engine as NodeEngine } from "../dist/node.js";
import { Engine, FhirkilnError } from "../dist/slim.js";

const root = new URL("../", import.meta.url);
const wasm = readFileSync(new URL("dist/fhirkiln.wasm", root));
const pack = readFileSync(new URL("packs/r4.pack", root));
const patient = readFileSync(new URL("examples/patient.json", root));

const served = (type, status = 200) =>
  new Response(wasm, { status, headers: type === undefined ? {} : { "content-type": type } });

const GIVEN = {
  bytes: () => wasm,
  "a buffer": () => wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length),
  "a module": () => new WebAssembly.Module(wasm),
  "a promise": async () => wasm,
  "a response": () => served("application/wasm"),
  "a response of a server that does not know the type": () => served("application/octet-stream"),
  "a response without a type": () => served(undefined),
};

for (const [name, give] of Object.entries(GIVEN)) {
  test(`the module may be ${name}`, async () => {
    const engine = await Engine.load({ wasm: give(), packs: [pack] });
    assert.equal(engine.isValid(patient), true);
    engine.free();
  });
}

test("each version of FHIR has its pack", async () => {
  const text = '{"resourceType":"Encounter","status":"completed"}';
  for (const [name, valid] of Object.entries({ r4: false, r4b: false, r5: true })) {
    const engine = await NodeEngine.load({ packs: [name] });
    assert.equal(engine.isValid(text), valid, name);
    engine.free();
  }
});

test("a message of HL7 v2 becomes FHIR, and is answered", async () => {
  const engine = await NodeEngine.load({ packs: ["r4", "v2"] });
  const message = readFileSync(new URL("tests/cli/inputs/feed/adt.hl7", root));
  const { bundle, outcome, lineage, unmapped } = engine.convert(message);
  const patient = bundle.entry.findIndex(({ resource }) => resource.resourceType === "Patient");
  assert.equal(bundle.entry[patient].resource.birthDate, "1974-12-25");
  const errors = outcome.issue.filter(({ severity }) => severity === "error");
  assert.deepEqual(
    errors.map(({ details }) => details.coding[0].code),
    ["v2-segment-missing", "v2-segment-missing"],
  );
  const born = lineage.find(({ path }) => path === `Bundle.entry[${patient}].resource.birthDate`);
  assert.deepEqual([born?.place, born?.line], ["PID-7", 2]);
  assert.deepEqual(
    unmapped.map(({ place }) => place),
    ["MSH-12"],
  );
  assert.equal(engine.convert(message, { bundle: "collection" }).bundle.type, "collection");
  const answer = engine.acknowledge(message, { controlId: "A1", time: "20240305101501+0100" });
  assert.match(answer, /\rMSA\|AE\|M1\rERR\|\|EVN\^1\|100\^/); // The structure requires EVN.
  const unasked = message.toString().replace("|P|2.5.1", "|P|2.5.1|||NE|NE");
  assert.equal(engine.acknowledge(unasked, { controlId: "A1", time: "20240305101501+0100" }), undefined);
  assert.throws(() => engine.convert("{}"), { code: "not-convertible" });
  assert.throws(() => engine.convert(message, { bundles: 1 }), { code: "options" });
  engine.free();
});

test("decimals keep their digits in the text of a result", async () => {
  const engine = await NodeEngine.load({ packs: ["r4", "v2"] });
  const head = "MSH|^~\\&|LAB|H|EHR|C|20240305101500+0100||ORU^R01^ORU_R01|17|P|2.5.1\rPID|1||17^^^H^MR\r";
  const { bundle, json } = engine.convert(
    `${head}OBR|1|A|B|1-1^Panel^LN\rOBX|1|NM|2-2^Glucose^LN||5.40|mmol/L\r`,
  );
  assert.match(json, /"value":5\.40,/);
  assert.deepEqual(JSON.parse(json), bundle);
  const map = "group main(source src : Observation, target tgt : Observation) { src.value -> tgt.value; }";
  const source = '{"resourceType":"Observation","valueQuantity":{"value":1.0}}';
  assert.equal(engine.transform(map, source).json, source);
  engine.free();
});

test("where values come from is told later, of the message as it was", async () => {
  const engine = await NodeEngine.load({ packs: ["r4", "v2"] });
  const message = readFileSync(new URL("tests/cli/inputs/feed/adt.hl7", root));
  const text = new TextDecoder().decode(message);
  const expected = engine.convert(text).lineage;
  assert.ok(expected.length > 0);
  const parsed = engine.parse(text);
  const [ofBytes, ofParsed, late] = [message, parsed, text].map((input) => engine.convert(input));
  message.fill(0);
  parsed.free();
  assert.deepEqual(ofBytes.lineage, expected);
  assert.deepEqual(ofParsed.lineage, expected);
  assert.equal(ofBytes.lineage, ofBytes.lineage);
  assert.deepEqual(engine.convert(text, { lineage: false }).lineage, []);
  engine.free();
  assert.throws(() => late.lineage, { code: "freed" });
});

test("definitions may be text, bytes or objects, in JSON or XML", async () => {
  const url = "https://example.org/CodeSystem/colours";
  const json = {
    resourceType: "CodeSystem",
    url,
    status: "active",
    content: "complete",
    concept: [{ code: "red" }],
  };
  const base = await Engine.load({ wasm, packs: [pack] });
  const xml = base.toXml(json);
  const set = {
    resourceType: "ValueSet",
    url: "https://example.org/ValueSet/colours",
    status: "active",
    compose: { include: [{ system: url }] },
  };
  for (const form of [json, JSON.stringify(json), xml, Buffer.from(xml)]) {
    const engine = await base.with({ resources: [form, set] });
    const member = (code) =>
      engine.evaluate(`'${code}'.memberOf('${set.url}')`, { resourceType: "Basic" })[0]?.value;
    assert.deepEqual([member("red"), member("blue")], [true, false]);
  }
  const damaged = { code: "resource-damaged" };
  await assert.rejects(base.with({ resources: ["<CodeSystem"] }), damaged);
  await assert.rejects(base.with({ resources: [Uint8Array.of(0xff)] }), damaged);
});

test("an error in an expression says where, in code units", async () => {
  const engine = await Engine.load({ wasm, packs: [pack] });
  const place = (expression) => {
    try {
      engine.evaluate(expression, patient);
    } catch (error) {
      return [error.code, expression.slice(error.start, error.end)];
    }
  };
  assert.deepEqual(place("'😀' | frist()"), ["fhirpath-semantic", "frist()"]);
  assert.deepEqual(place("name."), ["fhirpath-syntax", ""]);
});

test("what cannot be loaded is an error with its cause", async () => {
  const fails = async (options, cause) => {
    const error = await Engine.load(options).catch((error) => error);
    assert.ok(error instanceof FhirkilnError, String(error));
    assert.equal(error.code, "load");
    assert.match(String(error.cause), cause);
  };
  await fails({ packs: [pack] }, /needs the option `wasm`/);
  await fails({ packs: [pack], wasm: new Uint8Array(8) }, /CompileError/);
  await fails({ packs: [pack], wasm: served("application/wasm", 404) }, /404/);
  await fails({ packs: [pack], wasm: Promise.reject(new TypeError("no network")) }, /no network/);
});

test("a pack that is none is refused", async () => {
  for (const name of ["r4", "toString", "", 4, null]) {
    await assert.rejects(Engine.load({ wasm, packs: [name] }), { code: "pack-unknown" });
  }
  await assert.rejects(Engine.load({ wasm, packs: [new Uint8Array()] }), { code: "pack-damaged" });
  await assert.rejects(Engine.load({ wasm, packs: [pack.subarray(0, 5000)] }), { code: "pack-damaged" });
});

test("a guide brings the packs that it builds on, where they are found by name", async () => {
  const url = "http://hl7.org/fhir/uv/ips/StructureDefinition/Patient-uv-ips";
  const knowsGuide = (engine) => engine.profiles().some((profile) => profile.url === url);
  const engine = await NodeEngine.load({ packs: ["ips"] });
  assert.deepEqual([knowsGuide(engine), engine.isValid(patient)], [true, true]);
  const base = await NodeEngine.load({ packs: ["r4"] });
  const derived = await base.with({ packs: ["ips"] });
  assert.deepEqual([knowsGuide(base), knowsGuide(derived)], [false, true]);
  const guide = readFileSync(new URL("packs/ips.pack", root));
  await assert.rejects(Engine.load({ wasm, packs: [guide] }), {
    code: "pack-base",
    message: /no pack `r4` here/,
  });
  const given = await Engine.load({ wasm, packs: [guide, pack] });
  assert.equal(knowsGuide(given), true);
  for (const each of [engine, base, derived, given]) each.free();
});

test("a pack that is not here is refused with the names of those that could be meant", async () => {
  const refused = (load, name, message) =>
    assert.rejects(load({ wasm, packs: [name] }), { code: "pack-unknown", message });
  await refused(
    NodeEngine.load,
    "us-core",
    /`us-core` here: there are us-core-3\.1\.1, .*us-core-8\.0\.0\.$/,
  );
  await refused(NodeEngine.load, "nothing", /there are r4, .*ips/);
  await refused(Engine.load, "ips", /`ips` here: give its bytes\.$/);
});

test("packs may be views of larger buffers, which callers may reuse", async () => {
  const buffer = Buffer.alloc(pack.length + 100);
  buffer.set(pack, 50);
  const view = buffer.subarray(50, 50 + pack.length);
  const engine = await Engine.load({ wasm, packs: [view] });
  buffer.fill(0);
  assert.equal((await engine.with({})).isValid(patient), true);
  engine.free();
});

test("engines loaded at the same time are apart", async () => {
  const [one, two] = await Promise.all([1, 2].map(() => Engine.load({ wasm, packs: [pack] })));
  one.free();
  assert.equal(two.isValid(patient), true);
  assert.throws(() => one.isValid(patient), { code: "freed" });
});

test("messages of HL7 v2 may be in an East Asian character set", async () => {
  const engine = await NodeEngine.load({ packs: ["r4", "v2"] });
  const sets = {
    "BIG-5": ["王", [0xa4, 0xfd]],
    "GB 18030-2000": ["王", [0xcd, 0xf5]],
    "KS X 1001": ["김", [0xb1, 0xe8]],
  };
  for (const [name, [letter, bytes]] of Object.entries(sets)) {
    const head = `MSH|^~\\&|A|B|C|D|2026||ADT^A08^ADT_A01|1|P|2.5.1||||||${name}\rPID|1||7||`;
    const message = Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from("^Lee\r")]);
    for (const input of [message, `${head}${letter}^Lee\r`]) {
      const { bundle } = engine.convert(input);
      const patient = bundle.entry.find(({ resource }) => resource.resourceType === "Patient").resource;
      assert.deepEqual(patient.name, [{ family: letter, given: ["Lee"] }], name);
    }
  }
  engine.free();
});
