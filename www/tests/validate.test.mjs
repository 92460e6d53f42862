// What the page is for: findings beside the text, as one types.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withPage } from "./open.mjs";

const ALL_WELL = "No issues found";

test("the first sample is checked on arrival, by an engine in a worker", () =>
  withPage({}, async (site) => {
    await site.verdict(/\d+ errors/);
    const arrival = await site.page.evaluate(() => performance.now());
    assert.equal(site.page.workers().length, 1);
    assert.ok((await site.marks.count()) > 0, "underlines");
    assert.ok((await site.page.locator(".cm-lint-marker-error").count()) > 0, "gutter marks");
    assert.match(await site.page.locator("#timing").textContent(), /^[\d.]+ (bytes|kB) checked in [\d.]+ ms$/);
    console.log(`# first findings within ${arrival.toFixed(0)} ms of the page's start`);
    await site.screenshot("light");
  }));

test("each sample shows what it is for", () =>
  withPage({}, async (site) => {
    await site.sample("Patient", ALL_WELL);
    await site.screenshot("valid");
    await site.sample("Observation", /error/);
    await site.sample("Bundle", /error/);
    await site.sample("Bad JSON", /error/);
    const syntax = (await site.codes()).filter((code) => code.startsWith("json-"));
    assert.ok(new Set(syntax).size >= 5, `several kinds of syntax errors: ${syntax}`);
    await site.screenshot("syntax");
    await site.sample("Broken patient", /error/);
    assert.ok(new Set(await site.codes()).size >= 10, "many kinds of mistakes");
  }));

test("typing updates findings and marks", () =>
  withPage({}, async (site) => {
    await site.sample("Patient", ALL_WELL);
    await site.page.locator(".cm-line", { hasText: '"gender"' }).getByText("female").dblclick();
    await site.page.keyboard.type("femal");
    await site.verdict("1 error");
    assert.deepEqual(await site.codes(), ["binding-required"]);
    assert.equal(await site.marks.textContent(), '"femal"');
    await site.page.keyboard.type("e");
    await site.verdict(ALL_WELL);
    assert.equal(await site.marks.count(), 0);
  }));

test("of many texts in a row the last one counts", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    for (let i = 0; i < 20; i += 1) await site.write(`{"resourceType": "Patient", "active": ${i}}`);
    await site.write('{"resourceType": "Patient", "active": true}');
    await site.verdict(ALL_WELL);
  }));

test("choosing a finding leads to its place", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    const last = site.findings.last();
    const [line] = (await last.locator(".place").textContent()).split(":");
    await last.locator(".jump").click();
    assert.equal(await site.page.locator(".cm-lineNumbers .cm-activeLineGutter").textContent(), line);
    assert.equal(await site.page.evaluate(() => document.activeElement?.id), "editor");
    assert.equal(await last.getAttribute("aria-current"), "true");
  }));

test("F8 goes round the findings, arrow keys go through the list", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    const messages = await site.findings.locator(".message").allTextContents();
    const current = () => site.current.locator(".message").textContent();
    await site.page.keyboard.press("F8");
    assert.equal(await current(), messages[0]);
    await site.page.keyboard.press("F8");
    assert.equal(await current(), messages[1]);
    await site.page.keyboard.press("Shift+F8");
    await site.page.keyboard.press("Shift+F8");
    assert.equal(await current(), messages.at(-1));
    await site.page.keyboard.press("F8");
    assert.equal(await current(), messages[0]);

    await site.findings.first().locator(".jump").focus();
    await site.page.keyboard.press("ArrowDown");
    await site.page.keyboard.press("Enter");
    assert.equal(await current(), messages[1]);
  }));

test("the cursor's line shows its finding", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    await site.page.locator(".cm-line", { hasText: '"gender"' }).click();
    assert.match(await site.current.textContent(), /Patient\.gender/);
  }));

test("severities can be hidden, in the list and in the text", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    const errors = site.page.getByRole("button", { name: /^Errors/ });
    const [all, count] = [await site.findings.count(), Number(await errors.locator(".count").textContent())];
    await errors.click();
    assert.equal(await site.findings.count(), all - count);
    assert.equal(await site.page.locator(".cm-lintRange-error").count(), 0);
    assert.equal(await errors.getAttribute("aria-pressed"), "false");
    await errors.click();
    assert.equal(await site.findings.count(), all);
  }));

test("a mark shows its message when pointed at", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    await site.page.locator(".cm-line", { hasText: '"gender"' }).locator(".cm-lintRange").hover();
    await site.page.locator(".cm-tooltip").waitFor();
    assert.match(await site.page.locator(".cm-tooltip").textContent(), /binding-required · Patient\.gender/);
    await site.screenshot("tooltip");
  }));

test("Format indents and keeps numbers as they are written", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    await site.write('{"resourceType":"Observation","valueQuantity":{"value":1.00}}');
    await site.page.getByRole("button", { name: "Format" }).click();
    const lines = await site.page.locator(".cm-line").allTextContents();
    assert.deepEqual(lines.slice(0, 5), ["{", '  "resourceType": "Observation",', '  "valueQuantity": {', '    "value": 1.00', "  }"]);
    await site.write("{");
    await site.page.getByRole("button", { name: "Format" }).click();
    assert.match(await site.page.locator("#notice").textContent(), /syntax/);
  }));

test("the OperationOutcome can be copied and downloaded", () =>
  withPage({ permissions: ["clipboard-read", "clipboard-write"] }, async (site) => {
    await site.verdict(/error/);
    await site.page.getByRole("button", { name: "Copy" }).click();
    const copied = JSON.parse(await site.page.evaluate(() => navigator.clipboard.readText()));
    assert.equal(copied.resourceType, "OperationOutcome");
    assert.equal(copied.issue.length, await site.findings.count());

    const [download] = await Promise.all([
      site.page.waitForEvent("download"),
      site.page.getByRole("button", { name: "Download" }).click(),
    ]);
    const chunks = await (await download.createReadStream()).toArray();
    assert.deepEqual(JSON.parse(Buffer.concat(chunks).toString()), copied);
  }));

test("the code of a finding explains it, with an example to try", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    const finding = site.findings.filter({ hasText: "value-id" });
    const code = finding.getByRole("button", { name: "value-id" });
    await code.click();
    assert.equal(await code.getAttribute("aria-expanded"), "true");
    await site.screenshot("explanation");
    await finding.getByRole("button", { name: "Try it" }).first().click();
    await site.settled();
    await site.verdict("1 error");
    assert.deepEqual(await site.codes(), ["value-id"]);
  }));

test("another version of FHIR is chosen without a request", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    await site.offlineReady();
    await site.write('{"resourceType": "Encounter", "status": "completed"}');
    await site.verdict(/error/);
    const before = site.server.requests.length;
    await site.page.getByLabel("Version of FHIR").selectOption("R5");
    await site.verdict(ALL_WELL);
    assert.match(await site.page.locator("#empty").textContent(), /against FHIR R5/);
    await site.page.getByLabel("Version of FHIR").selectOption("R4");
    await site.verdict(/error/);
    assert.deepEqual(site.server.requests.slice(before), []);
  }));

test("where the browser keeps no files, another version of FHIR comes with a new visit", () =>
  withPage({ serviceWorkers: "block" }, async (site) => {
    await site.verdict(/error/);
    await site.page.getByLabel("Version of FHIR").selectOption("R5");
    await site.page.getByRole("link", { name: "reload the page with R5" }).click();
    await site.verdict(/error/);
    await site.write('{"resourceType": "Encounter", "status": "completed"}');
    await site.verdict(ALL_WELL);
  }));
