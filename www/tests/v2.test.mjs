// The view of HL7 v2: a message beside its FHIR, and the way from either side to the other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withPage } from "./open.mjs";

/** Opens the view by its link, as a visitor does. */
async function open(site) {
  await site.verdict(/error/);
  await site.page.getByRole("link", { name: "HL7 v2" }).click();
  await converted(site, /not mapped|every value/);
}

async function converted(site, expected) {
  const summary = site.page.locator("#v2-account .account-summary");
  await site.until(async () => expected.test(await summary.textContent()), `conversion ${expected}`);
}

const origin = (site) => site.page.locator("#v2-account .origin-text").textContent();
const rule = (site) => site.page.locator("#v2-account .rule").textContent();

/** Points at the first text of that kind in an editor. */
async function point(site, editor, text) {
  await site.page.locator(`${editor} .cm-content span`, { hasText: text }).first().hover();
}

test("pointing at a value of the message shows what became of it, and by which rule", () =>
  withPage({}, async (site) => {
    await open(site);
    await point(site, "#v2-message", /^Diallo$/);
    await site.until(async () => /^PID-5\.1 → Bundle\.entry\[\d+\]\.resource\.name\[0\]\.family/.test(await origin(site)), "PID-5.1");
    const written = /^rule FN\[HumanName\]: FN\.1 in maps\/v2\/datatypes\/names\.map:\d+src\.c1 as v -> family\.value = v "FN\.1";$/;
    await site.until(async () => written.test(await rule(site)), "the rule");
    assert.deepEqual(await site.page.locator("#v2-result .cm-linked-current").allTextContents(), ['"Diallo"']);
    await site.screenshot("v2");
  }));

test("pointing at a value of the result shows where it comes from", () =>
  withPage({}, async (site) => {
    await open(site);
    await point(site, "#v2-result", /^"P"$/);
    await site.until(async () => /^MSH-11/.test(await origin(site)), "MSH-11");
    assert.deepEqual(await site.page.locator("#v2-message .cm-linked-current").allTextContents(), ["P"]);
  }));

test("the cursor does what the pointer does", () =>
  withPage({}, async (site) => {
    await open(site);
    await site.page.locator("#v2-message .cm-content").focus();
    await site.page.keyboard.press("ControlOrMeta+Home");
    for (let at = 0; at < 10; at++) await site.page.keyboard.press("ArrowRight");
    await site.until(async () => /^MSH-3/.test(await origin(site)), "MSH-3");
  }));

test("values that no rule takes are marked, and counted", () =>
  withPage({}, async (site) => {
    await open(site);
    const left = await site.page.locator("#v2-message .cm-left").allTextContents();
    assert.ok(left.includes("arrived by ferry"), left.join());
    await point(site, "#v2-message", /^arrived by ferry$/);
    await site.until(async () => /^ZPI-2: no rule takes this value$/.test(await origin(site)), "ZPI-2");
  }));

test("the result follows the message, its kind and the samples", () =>
  withPage({}, async (site) => {
    await open(site);
    await site.page.getByLabel("Kind of Bundle").selectOption("transaction");
    const result = site.page.locator("#v2-result .cm-content");
    await site.until(async () => /"type": "transaction"/.test(await result.textContent()), "a transaction");
    await site.page.getByRole("button", { name: "Damaged" }).click();
    await converted(site, /error/);
    assert.ok((await site.page.locator("#v2-account .findings > li").count()) > 0);
    await site.screenshot("v2-damaged");
    await site.page.locator("#v2-message .cm-content").click();
    await site.page.keyboard.press("ControlOrMeta+a");
    await site.page.keyboard.insertText("no message at all");
    await converted(site, /message of HL7 v2/);
    await site.page.getByRole("link", { name: "Validate" }).click();
    await site.verdict(/error/);
  }));

test("where the browser keeps no files, messages come with a new visit", () =>
  withPage({ serviceWorkers: "block" }, async (site) => {
    await site.verdict(/error/);
    await site.page.getByRole("link", { name: "HL7 v2" }).click();
    await site.page.getByRole("link", { name: "reload the page with HL7 v2" }).click();
    await converted(site, /not mapped/);
  }));

for (const width of [360, 768]) {
  test(`the view fits ${width} pixels`, () =>
    withPage({ viewport: { width, height: 780 } }, async (site) => {
      await open(site);
      const page = await site.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(page <= width, `the page is ${page} wide`);
      await site.screenshot(`v2-${width}`);
    }));
}

test("a guide's profile is checked besides what a resource claims", () =>
  withPage({}, async (site) => {
    await site.sample("Patient", "No issues found");
    await site.offlineReady();
    await site.page.getByLabel("Guide").selectOption("portal-intake");
    const profile = site.page.getByLabel("Profile", { exact: true });
    await site.until(async () => (await profile.locator("option").count()) === 5, "profiles");
    await profile.selectOption({ label: "Intake: patient (Patient)" });
    await site.write('{"resourceType": "Patient", "gender": "female", "birthDate": "1990-01-01"}');
    await site.verdict(/error/);
    assert.deepEqual((await site.codes()).sort(), ["cardinality-min", "constraint-failed"]);
    await site.screenshot("profile");
  }));
