// The one suite that every runtime runs. It knows no runtime: it is given what the package exports, and
// returns what it found.

/**
 * @param api What the package exports.
 * @param load Makes an engine for R4, as it is done in this runtime.
 * @param inputs Resources by name, as text.
 * @returns One result for each case, and `outcomes`, which must be the same everywhere.
 */
export async function suite({ FhirkilnError }, load, inputs) {
  const engine = await load();
  const results = [];
  for (const [name, check] of Object.entries(cases({ FhirkilnError, load, engine, inputs }))) {
    try {
      await check();
      results.push({ name });
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) });
    }
  }
  const outcomes = Object.entries(inputs).map(([name, text]) => [name, engine.validate(text)]);
  return { results, outcomes: JSON.stringify(outcomes) };
}

const EXTENSION = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-";

function cases({ FhirkilnError, load, engine, inputs }) {
  const valid = inputs["patient.json"];
  const broken = inputs["patient-broken.json"];
  const fails = async (code, call) => {
    try {
      await call();
    } catch (error) {
      same(error instanceof FhirkilnError && error instanceof Error, true);
      return same(error.code, code);
    }
    throw new Error(`no error; expected ${code}`);
  };
  return {
    "a valid resource has no findings": () => {
      same(codes(engine.validate(valid)), ["all-ok"]);
      same(engine.isValid(valid), true);
    },
    "a finding has a code, a place and a position": () => {
      const outcome = engine.validate(broken);
      const issue = outcome.issue.find((issue) => code(issue) === "element-unknown");
      same(outcome.resourceType, "OperationOutcome");
      same(
        [issue.severity, issue.code, code(issue), issue.expression],
        ["error", "structure", "element-unknown", ["Patient"]],
      );
      same(position(issue), [10, 3]);
      same(engine.isValid(broken), false);
    },
    "FHIRPath gives values with types and places": async () => {
      const patient = '{"resourceType":"Patient","name":[{"given":["Ada"]}]}';
      const column = patient.indexOf('"Ada"') + 1;
      const ada = { value: "Ada", type: "FHIR.string", path: "Patient.name[0].given[0]", line: 1, column };
      same(engine.evaluate("name.given.first()", patient), [ada]);
      same(engine.evaluate("name.count() + %n", JSON.parse(patient), { variables: { n: 1 } }), [
        { value: 2, type: "System.Integer" },
      ]);
      const noted = [];
      same(
        engine.evaluate("today().trace('t').exists()", patient, { trace: (name) => noted.push(name) })[0]
          .value,
        true,
      );
      same(noted, ["t"]);
      const functions = {
        joined: (input, [separator = ""]) => input.join(separator),
        fails: () => {
          throw new Error("no");
        },
      };
      same(engine.evaluate("(name.given | 'x').joined('-')", patient, { functions })[0].value, "Ada-x");
      await fails("fhirpath-execution", () => engine.evaluate("fails()", patient, { functions }));
      await fails("fhirpath-semantic", () => engine.evaluate("joined()", patient));
      await fails("fhirpath-syntax", () => engine.evaluate("name.", patient));
      await fails("fhirpath-execution", () => engine.evaluate("1 + 'a'", patient));
    },
    "a resource is read once for several questions": async () => {
      const text =
        '{"resourceType":"Patient","active":true,"name":[{"family":"L","given":["Ada","B."]}],"x":1}';
      const resource = engine.parse(text);
      same(engine.validate(resource), engine.validate(text));
      same(engine.isValid(resource), false);
      same(engine.toXml(engine.parse(valid)), engine.toXml(valid));
      const given = engine.compile("name.given");
      same(given.evaluate(resource), given.evaluate(text));
      same(given.values(resource), ["Ada", "B."]);
      same(engine.evaluate("name", engine.parse(JSON.parse(text)))[0].line, undefined);
      same(engine.compile("name | 1.50 | 'a'").values(resource), [JSON.parse(text).name[0], 1.5, "a"]);
      const asked = (expression) => engine.compile(expression).isTrue(resource);
      same([asked("active"), asked("active.not()"), asked("{}"), asked("1")], [true, false, undefined, true]);
      await fails("fhirpath-execution", () => asked("name.given"));
      await fails("options", () => given.values(resource, { variable: {} }));
      await fails("fhirpath-syntax", () => engine.compile("name."));
      const other = await engine.with({ resources: [] });
      same(other.compile("name.given").values(resource), ["Ada", "B."]);
      resource.free();
      resource.free();
      await fails("freed", () => given.values(resource));
      given.free();
      same(given.values(text), ["Ada", "B."]);
      if (Symbol.dispose)
        same([typeof resource[Symbol.dispose], typeof given[Symbol.dispose]], ["function", "function"]);
      const own = await load();
      const [kept, first] = [own.parse(text), own.compile("name.given.first()")];
      same(first.values(kept), ["Ada"]);
      own.free();
      await fails("freed", () => first.values(kept));
      same(given.values(kept), ["Ada", "B."]);
      kept.free();
    },
    "columns count as strings of JavaScript do": () => {
      const issue = engine.validate(broken).issue.find(({ details }) => details.text.includes("`familly`"));
      const [line, column] = position(issue);
      same(
        broken
          .split("\n")
          [line - 1].slice(column - 1)
          .startsWith('"familly"'),
        true,
      );
    },
    "XML is read and written": async () => {
      const xml = engine.toXml('{"resourceType":"Patient","birthDate":"2020","active":true}');
      same(
        xml,
        '<Patient xmlns="http://hl7.org/fhir"><active value="true"/><birthDate value="2020"/></Patient>',
      );
      same(codes(engine.validate(xml)), ["all-ok"]);
      same(engine.toJson(xml), '{"resourceType":"Patient","active":true,"birthDate":"2020"}');
      const issue = engine.validate(xml.replace("2020", "x")).issue[0];
      same([code(issue), ...position(issue)], ["value-date", 1, 77]);
      await fails("not-convertible", () => engine.toXml({ resourceType: "Patient", foo: 1 }));
      await fails("input-damaged", () => engine.toJson("<Patient>"));
    },
    "a map makes one resource into another, and says where each value comes from": async () => {
      const map =
        'group main(source src : Patient, target tgt : Person) { src.birthDate -> tgt.birthDate "birth"; }';
      const patient = '{"resourceType":"Patient","birthDate":"1990-01-02","active":true}';
      const made = engine.transform(map, patient, { lineage: true });
      same(made.result, { resourceType: "Person", birthDate: "1990-01-02" });
      const [{ path, place, line, length, rule }] = made.lineage;
      same(
        [path, place, line, length, rule],
        ["Person.birthDate", "Patient.birthDate", 1, 12, "main: birth"],
      );
      same(
        made.unmapped.map(({ place }) => place),
        ["Patient.active"],
      );
      await fails("map-syntax", () => engine.transform("group", patient));
      await fails("map-missing", () => engine.transform("https://example.org/none", patient));
    },
    "profiles are listed, explained and given snapshots": async () => {
      const url = "https://example.org/named";
      const definition = {
        resourceType: "StructureDefinition",
        url,
        name: "Named",
        status: "draft",
        kind: "resource",
        abstract: false,
        type: "Patient",
        derivation: "constraint",
        baseDefinition: "http://hl7.org/fhir/StructureDefinition/Patient",
        differential: { element: [{ id: "Patient.name", path: "Patient.name", min: 1 }] },
      };
      const derived = await engine.with({ resources: [definition] });
      same(
        derived.profiles().filter((it) => it.url === url),
        [{ url, title: "Named", type: "Patient" }],
      );
      const asked = derived.explain(url).elements.find(({ id }) => id === "Patient.name");
      same([asked.min, asked.max, asked.types], [1, "*", ["HumanName"]]);
      same(derived.explain("https://example.org/none"), undefined);
      const made = derived.snapshot(definition);
      same(made.messages, []);
      same(made.definition.snapshot.element.find(({ id }) => id === "Patient.name").min, 1);
      same(codes(derived.validate('{"resourceType":"Patient"}', { profiles: [url] })), ["cardinality-min"]);
      await fails("resource-damaged", () => derived.snapshot("{}"));
    },
    "text, bytes and buffers give the same": () => {
      const expected = engine.validate(broken);
      const bytes = new TextEncoder().encode(broken);
      same(engine.validate(bytes), expected);
      same(engine.validate(bytes.buffer), expected);
      same(engine.validate(new DataView(bytes.buffer)), expected);
      same(engine.isValid(bytes), false);
    },
    "an object gives the same, without positions": () => {
      const outcome = engine.validate(JSON.parse(broken));
      same(codes(outcome), codes(engine.validate(broken)));
      same(outcome.issue.flatMap(position), []);
    },
    "half a surrogate pair is reported where it stands": () => {
      const { issue } = engine.validate('{"resourceType":"Patient","id":"\ud83d"}');
      same(position(issue.find((issue) => code(issue) === "text-encoding")), [1, 33]);
    },
    "what is not JSON is a finding": () => {
      for (const text of ["", "{", '{"resourceType":"Patient",', "\0", "[".repeat(100_000)]) {
        same(engine.isValid(text), false);
        same(codes(engine.validate(text)).includes("all-ok"), false);
      }
    },
    "options are understood, or refused": async () => {
      same(engine.validate(broken, { maxIssues: 1 }).issue.length <= 2, true);
      same(engine.validate(broken, { source: "a.json", suppress: undefined }).issue.length > 2, true);
      await fails("options", () => engine.validate(valid, { maxIssue: 1 }));
      await fails("options", () => engine.validate(valid, { maxIssues: "1" }));
      await fails("options", () => engine.isValid(valid, { maxIssues: 1n }));
    },
    "masked messages hold no value": () => {
      const text = JSON.stringify(engine.validate(broken, { maskValues: true }));
      for (const value of ["woman", "2023-02-29", "broken example"]) same(text.includes(value), false);
    },
    "what is no resource is an error of use": async () => {
      const cyclic = {};
      cyclic.self = cyclic;
      for (const input of [cyclic, { value: 1n }, undefined, null, 1, true, () => 1]) {
        await fails("input", () => engine.validate(input));
        await fails("input", () => engine.isValid(input));
      }
    },
    "packs are known, given, or refused": async () => {
      await fails("pack-unknown", () => engine.with({ packs: ["r99"] }));
      await fails("pack-damaged", () => engine.with({ packs: [new Uint8Array([1, 2, 3])] }));
    },
    "a derived engine outlives the one it is from": async () => {
      const base = await load();
      const derived = await base.with({ resources: [] });
      base.free();
      same(derived.isValid(valid), true);
      same(derived.isValid(broken), false);
      derived.free();
    },
    "a freed engine says so": async () => {
      const freed = await load();
      freed.free();
      freed.free();
      await fails("freed", () => freed.validate(valid));
      await fails("freed", () => freed.with({}));
      if (Symbol.dispose) same(typeof freed[Symbol.dispose], "function");
    },
    "a large Bundle": () => {
      const fullUrl = (index) => `urn:uuid:00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
      const entry = Array.from({ length: 2000 }, (_, index) => ({
        fullUrl: fullUrl(index),
        resource: JSON.parse(valid),
      }));
      same(engine.isValid({ resourceType: "Bundle", type: "collection", entry }), true);
    },
  };
}

function code(issue) {
  return issue.details.coding[0].code;
}

function codes(outcome) {
  return outcome.issue.map(code);
}

function position(issue) {
  const value = (name) => issue.extension?.find(({ url }) => url === EXTENSION + name)?.valueInteger;
  return [value("line"), value("col")].filter((number) => number !== undefined);
}

function same(actual, expected) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`found ${a}, expected ${b}`);
}
