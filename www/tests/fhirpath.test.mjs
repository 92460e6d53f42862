// The FHIRPath tab: results beside the text, and marked in it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withPage } from "./open.mjs";

test("an expression gives items with type and path, marked in the text", () =>
  withPage({}, async (site) => {
    await site.sample("Patient", "No issues found");
    await site.fhirpath("Patient.name.given");
    await site.resultStatus(/^2 items/);
    assert.deepEqual(await site.results.locator(".value").allTextContents(), ['"Amara"', '"Ngozi"']);
    assert.deepEqual(await site.results.locator(".type").allTextContents(), ["FHIR.string", "FHIR.string"]);
    assert.deepEqual(await site.results.locator(".expression").allTextContents(), [
      "Patient.name[0].given[0]",
      "Patient.name[0].given[1]",
    ]);
    assert.deepEqual(await site.resultMarks.allTextContents(), ['"Amara"', '"Ngozi"']);
    await site.screenshot("fhirpath");
  }));

test("choosing a result leads to its place, by mouse and by keys", () =>
  withPage({}, async (site) => {
    await site.sample("Patient", "No issues found");
    await site.fhirpath("descendants().ofType(date) | name");
    await site.resultStatus(/^2 items/);
    const second = site.results.nth(1);
    await second.locator(".jump").click();
    const [line] = (await second.locator(".place").textContent()).split(":");
    assert.equal(await site.page.locator("#editor .cm-lineNumbers .cm-activeLineGutter").textContent(), line);
    assert.equal(await site.page.evaluate(() => document.activeElement?.id), "editor");
    assert.equal(await second.getAttribute("aria-current"), "true");
    const current = await site.page.locator(".cm-result-current").allTextContents();
    assert.match(current.join(""), /"use": "official".*"given"|"birthDate"/);

    await site.page.keyboard.press("F8");
    assert.equal(await site.results.first().getAttribute("aria-current"), "true");
    await site.results.first().locator(".jump").focus();
    await site.page.keyboard.press("ArrowDown");
    await site.page.keyboard.press("Enter");
    assert.equal(await second.getAttribute("aria-current"), "true");
  }));

test("the place of a mistake is underlined in the expression", () =>
  withPage({}, async (site) => {
    await site.sample("Patient", "No issues found");
    await site.fhirpath("name.given.wher(");
    await site.resultStatus(/expression ends/);
    assert.equal(await site.results.count(), 0);
    assert.equal(await site.expression.getAttribute("aria-invalid"), "true");
    assert.ok((await site.page.locator("#expression .cm-lintPoint, #expression .cm-lintRange-error").count()) > 0);
    await site.fhirpath("name.frist()");
    await site.resultStatus(/no function frist$/);
    assert.match(await site.page.locator("#expression .cm-lintRange-error").first().textContent(), /frist/);
    await site.screenshot("fhirpath-mistake");
    await site.fhirpath("name.first().family");
    await site.resultStatus(/^1 item/);
    assert.equal(await site.expression.getAttribute("aria-invalid"), "false");
    assert.equal(await site.page.locator("#expression .cm-lintRange-error").count(), 0);
  }));

test("results follow the text, and what the expression made has no place", () =>
  withPage({}, async (site) => {
    await site.sample("Patient", "No issues found");
    await site.fhirpath("name.given.count() + 1");
    await site.resultStatus(/^1 item/);
    assert.equal(await site.results.locator(".value").textContent(), "3");
    assert.equal(await site.results.locator("button").count(), 0);
    assert.equal(await site.resultMarks.count(), 0);
    await site.write('{"resourceType": "Patient", "name": [{"given": ["A", "B", "C"]}]}');
    await site.until(async () => (await site.results.locator(".value").textContent()) === "4", "4");
    await site.write('{"resourceType": "Patient"');
    await site.resultStatus(/line 1, column \d+/);
    assert.equal(await site.expression.getAttribute("aria-invalid"), "false");
    await site.write('{"resourceType": "Patient"}');
    await site.fhirpath("name");
    await site.resultStatus(/^Nothing/);
  }));

test("examples, traces and long results", () =>
  withPage({}, async (site) => {
    await site.sample("Patient", "No issues found");
    await site.page.getByRole("tab", { name: "FHIRPath" }).click();
    await site.page.locator("#examples button").first().click();
    await site.resultStatus(/^2 items/);
    assert.equal(await site.page.locator("#examples").isVisible(), false);
    await site.fhirpath("name.given.trace('given').count()");
    await site.resultStatus(/^1 item/);
    assert.equal(await site.page.locator("#results .trace").textContent(), 'trace(given) "Amara", "Ngozi"');
    const names = Array.from({ length: 600 }, (_, i) => ({ family: `F${i}` }));
    await site.write(JSON.stringify({ resourceType: "Patient", name: names }));
    await site.fhirpath("name.family");
    await site.resultStatus(/^600 items, of which the first 500 are shown/);
    assert.equal(await site.results.count(), 500);
    await site.fhirpath("");
    await site.resultStatus(/^Write an expression/);
    assert.equal(await site.resultMarks.count(), 0);
  }));

test("tabs go by arrow keys, and each shows its own marks", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    assert.ok((await site.marks.count()) > 0);
    await site.page.getByRole("tab", { name: "Findings" }).focus();
    await site.page.keyboard.press("ArrowRight");
    const tab = site.page.getByRole("tab", { name: "FHIRPath" });
    assert.equal(await tab.getAttribute("aria-selected"), "true");
    assert.equal(await site.page.getByRole("tabpanel").count(), 1);
    assert.equal(await site.marks.count(), 0);
    await site.page.keyboard.press("Home");
    assert.equal(await tab.getAttribute("aria-selected"), "false");
    assert.ok((await site.marks.count()) > 0);
  }));

test("XML is validated, evaluated, indented and converted", () =>
  withPage({}, async (site) => {
    await site.sample("XML", "2 errors");
    assert.equal(await site.content.getAttribute("aria-label"), "FHIR resource as XML");
    assert.deepEqual(await site.marks.allTextContents(), ['"yes"', "gender"]);
    await site.screenshot("xml");
    await site.fhirpath("name.given");
    await site.resultStatus(/^2 items/);
    assert.equal(await site.resultMarks.first().textContent(), '"Amara"');
    await site.page.getByRole("button", { name: "To JSON" }).click();
    await site.until(async () => (await site.content.getAttribute("aria-label")) === "FHIR resource as JSON", "JSON");
    await site.resultStatus(/^2 items/);
    assert.equal(await site.resultMarks.first().textContent(), '"Amara"');
    await site.page.getByRole("button", { name: "To XML" }).click();
    await site.until(async () => /^<Patient/.test(await site.content.textContent()), "XML");
    await site.write("<Patient xmlns='http://hl7.org/fhir'><active value='true'/></Patient>");
    await site.page.getByRole("button", { name: "Format" }).click();
    await site.until(async () => (await site.page.locator("#editor .cm-line").count()) >= 3, "lines");
    await site.write("<Patient>");
    await site.page.getByRole("button", { name: "Format" }).click();
    await site.page.locator("#notice", { hasText: "line 1" }).waitFor();
  }));

test("results in a large file show their surroundings", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    const entry = Array.from({ length: 40_000 }, (_, i) => ({
      fullUrl: `https://example.org/fhir/Patient/p${i}`,
      resource: { resourceType: "Patient", id: `p${i}`, gender: i === 20_000 ? "other" : "female" },
    }));
    const text = JSON.stringify({ resourceType: "Bundle", type: "collection", entry }, null, 2);
    const file = { name: "large.json", mimeType: "application/json", buffer: Buffer.from(text) };
    await site.page.locator("#file").setInputFiles(file);
    await site.settled();
    await site.fhirpath("Bundle.entry.resource.where(gender = 'other').gender");
    await site.resultStatus(/^1 item/);
    await site.results.first().locator(".jump").click();
    await site.page.locator(".cm-result-current").first().waitFor();
    assert.match(await site.page.locator("#editor .cm-activeLine").textContent(), /"gender": "other"/);
  }));

for (const width of [360, 768]) {
  test(`the FHIRPath tab fits ${width} pixels`, () =>
    withPage({ viewport: { width, height: 780 } }, async (site) => {
      await site.sample("Patient", "No issues found");
      await site.fhirpath("descendants().where(hasValue())");
      await site.resultStatus(/items/);
      const page = await site.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(page <= width, `the page is ${page} wide`);
      for (const place of ["#expression", "#results", "#tab-findings", "#tab-fhirpath", "#convert"]) {
        const box = await site.page.locator(place).boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= width && box.y + box.height <= 780, place);
      }
      await site.screenshot(`fhirpath-${width}`);
    }));
}
