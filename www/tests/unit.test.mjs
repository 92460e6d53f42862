// The parts that need no browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

async function load(name) {
  const path = fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
  return (await runnerImport(path, { configFile: false, logLevel: "error" })).module;
}

test("formatJson changes white space only", async () => {
  const { formatJson } = await load("format-json");
  const check = (text, expected) => assert.equal(formatJson(text), expected);
  check("[]", "[]\n");
  check('{"a":{},"b":[ ]}', '{\n  "a": {},\n  "b": []\n}\n');
  check("[1.00,-0.0,1E+2]", "[\n  1.00,\n  -0.0,\n  1E+2\n]\n");
  check('{"a{,":"\\"}: \\u00e9"}', '{\n  "a{,": "\\"}: \\u00e9"\n}\n');
  check("{", null);
  check("", null);
});

test("readExcerpt gives the surroundings of a place", async () => {
  const { readExcerpt } = await load("excerpt");
  const check = (text, line, column, expected) => {
    const { firstLine, firstColumn, text: part } = readExcerpt(new TextEncoder().encode(text), line, column);
    assert.deepEqual([firstLine, firstColumn, part.split("\n").length], expected);
  };
  const lines = Array.from({ length: 500 }, (_, i) => `line ${i + 1}`).join("\n");
  check(lines, 1, 1, [1, 1, 61]);
  check(lines, 250, 1, [190, 1, 121]);
  check(lines, 500, 1, [440, 1, 61]);
  check("only", 1, 1, [1, 1, 1]);
  check("", 1, 1, [1, 1, 1]);
  check("é".repeat(100_000), 1, 50_001, [1, 49_601, 1]);
  check(`${"x".repeat(200_000)}\nshort\n`, 2, 1, [2, 1, 1]);
});

test("readFindings takes what the engine writes, and an OperationOutcome without any of it", async () => {
  const { describe, readFindings } = await load("outcome");
  const issues = [
    { severity: "fatal", code: "structure", details: { coding: [{ code: "json-empty" }], text: "There is no JSON here" } },
    { severity: "warning", code: "value" },
    { severity: "information", code: "informational", details: { coding: [{ code: "all-ok" }] } },
  ];
  const findings = readFindings({ resourceType: "OperationOutcome", issue: issues });
  assert.deepEqual(findings.map((finding) => finding.code), ["json-empty", "value"]);
  assert.deepEqual(findings.map((finding) => finding.fatal), [true, false]);
  assert.equal(describe(findings), "1 error, 1 warning");
  assert.equal(describe([]), "No issues found");
  const many = Array.from({ length: 1200 }, () => ({ severity: "error", code: "value-id" }));
  assert.equal(describe([...many, { severity: "information", code: "limit-issues" }]), "At least 1,200 errors, 1 note");
});

test("findRule finds a rule as lineage names it", async () => {
  const { findRule } = await load("v2/find-rule");
  const map = [
    "group `CX[Identifier]`(source src : CX, target tgt : Identifier) {",
    "  // where it; begins",
    '  src.c1 as v -> tgt.value = v "CX.1";',
    "  src.c4 as v -> tgt.system = v,",
    "    tgt.use = 'usual' then {",
    '    v.c1 -> tgt.x "inner";',
    '  } "CX.4";',
    "  src.c5 -> tgt.a;",
    "  src.c6 -> tgt.b;",
    "  src.c6 -> tgt.c;",
    "}",
    "",
    "group other(source src) {",
    '  src.c1 -> tgt.other "CX.1";',
    "}",
  ].join("\n");
  const check = (rule, expected) => assert.deepEqual(findRule(map, rule), expected);
  check("CX[Identifier]: CX.1", { line: 3, text: 'src.c1 as v -> tgt.value = v "CX.1";' });
  check("CX[Identifier]: CX.4", { line: 4, text: "src.c4 as v -> tgt.system = v,\n  tgt.use = 'usual' then { … }" });
  check("CX[Identifier]: inner", { line: 6, text: 'v.c1 -> tgt.x "inner";' });
  check("CX[Identifier]: src.c5", { line: 8, text: "src.c5 -> tgt.a;" });
  check("CX[Identifier]: src.c6", undefined);
  check("other: CX.1", { line: 14, text: 'src.c1 -> tgt.other "CX.1";' });
  check("nobody: CX.1", undefined);
});
