// What is measured on: the examples of the R4 specification, those of them that a clinic would send, and
// Bundles made of these.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../tools/steps.mjs";

const FOLDER = join(root, "node_modules/hl7.fhir.r4.examples");

/** Types that describe the specification, terminology or software rather than a patient's care. */
const DEFINITIONS = new Set(
  `ActivityDefinition CapabilityStatement ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap
  EffectEvidenceSynthesis EventDefinition Evidence EvidenceVariable ExampleScenario GraphDefinition
  ImplementationGuide Library Measure MessageDefinition NamingSystem OperationDefinition PlanDefinition
  Questionnaire ResearchDefinition ResearchElementDefinition RiskEvidenceSynthesis SearchParameter
  SpecimenDefinition StructureDefinition StructureMap TerminologyCapabilities TestReport TestScript ValueSet`.split(/\s+/),
);

/** One set of resources as text and as bytes. */
export class Corpus {
  constructor(name, bytes) {
    this.name = name;
    this.bytes = bytes;
    this.texts = bytes.map((file) => file.toString("utf8"));
    this.size = bytes.reduce((sum, file) => sum + file.length, 0);
  }
}

/** All examples, and the clinical ones. */
export function examples() {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json") && !/^(package|\.index)\.json$/.test(name));
  const files = names.sort().map((name) => [name.split("-")[0], readFileSync(join(FOLDER, name))]);
  const isClinical = ([type, file]) => !DEFINITIONS.has(type) && !(type === "Bundle" && holdsDefinitions(file));
  return {
    all: new Corpus("R4 examples", files.map(([, file]) => file)),
    clinical: new Corpus("clinical R4 examples", files.filter(isClinical).map(([, file]) => file)),
  };
}

function holdsDefinitions(file) {
  const { entry = [] } = JSON.parse(file);
  return entry.some(({ resource }) => DEFINITIONS.has(resource?.resourceType));
}

/** A collection Bundle of about `size` bytes made of the corpus, over and over. */
export function bundle(corpus, size) {
  const parts = [];
  let length = 0;
  for (let index = 0; length < size; index++) {
    const file = corpus.bytes[index % corpus.bytes.length];
    parts.push(`{"fullUrl":"urn:uuid:00000000-0000-4000-8000-${String(index).padStart(12, "0")}","resource":${file}}`);
    length += file.length;
  }
  return Buffer.from(`{"resourceType":"Bundle","type":"collection","entry":[${parts.join(",\n")}]}`);
}
