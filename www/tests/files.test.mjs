// Files: dropped, opened, and too large for the editor.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withPage } from "./open.mjs";

test("a dropped file is loaded and checked", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    await site.drop("jonas.json", '{ "resourceType": "Patient", "gender": "female", "active": true }');
    await site.verdict("No issues found");
    assert.match(await site.content.textContent(), /"gender": "female"/);
    assert.equal(await site.page.locator("#samples [aria-pressed=true]").count(), 0);
  }));

test("a large file is checked without being loaded, and shows the surroundings of a finding", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    const { text, badLine } = largeBundle();
    await open(site, "large.json", text);
    await site.verdict("1 error");
    assert.match(await site.page.locator("#notice").textContent(), /large\.json has \d\.\d MB.*not loaded/);
    assert.ok((await site.content.textContent()).length < 100_000);

    await site.findings.first().locator(".jump").click();
    await site.page.locator(".cm-lineNumbers .cm-activeLineGutter", { hasText: String(badLine) }).waitFor();
    assert.match(await site.marks.textContent(), /femal/);
    assert.equal(await site.findings.first().getAttribute("aria-current"), "true");
    await site.screenshot("large");

    await site.sample("Patient", "No issues found");
    assert.equal(await site.page.locator("#notice").isVisible(), false);
    await site.write('{"resourceType": "Patient", "active": true}');
    await site.verdict("No issues found");
  }));

test("a large file of one line shows the part around a finding", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    await open(site, "one-line.json", JSON.stringify(JSON.parse(largeBundle().text)));
    await site.verdict("1 error");
    await site.findings.first().locator(".jump").click();
    await site.marks.waitFor();
    assert.match(await site.marks.textContent(), /femal/);
  }));

test("a file is checked byte by byte, until it is edited", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    const latin1 = Buffer.from('\ufeff{"resourceType": "Patient", "active": true, "name": [{"family": "M?ller"}]}');
    latin1[latin1.indexOf("?")] = 0xfc;
    await open(site, "latin1.json", latin1);
    await site.verdict(/1 error/);
    assert.deepEqual((await site.codes()).sort(), ["text-byte-order-mark", "text-encoding"]);
    await site.write('{"resourceType": "Patient", "active": true}');
    await site.verdict("No issues found");
  }));

test("of several files one is taken, and the page says so", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    await site.page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      for (const name of ["a.json", "b.json"]) dataTransfer.items.add(new File(["{}"], name));
      const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    });
    await site.page.getByText("Only a.json was taken").waitFor();
  }));

async function open(site, name, text) {
  const file = { name, mimeType: "application/json", buffer: Buffer.from(text) };
  await site.page.locator("#file").setInputFiles(file);
}

/** A Bundle of over 4 MB with one wrong code in the middle. */
function largeBundle() {
  const entry = Array.from({ length: 40_000 }, (_, i) => ({
    fullUrl: `https://example.org/fhir/Patient/p${i}`,
    resource: { resourceType: "Patient", id: `p${i}`, gender: i === 20_000 ? "femal" : "female" },
  }));
  const text = JSON.stringify({ resourceType: "Bundle", type: "collection", entry }, null, 2);
  return { text, badLine: text.slice(0, text.indexOf('"femal"')).split("\n").length };
}
