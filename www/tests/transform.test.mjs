// The view of maps: a map, a source, and what the map makes of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withPage } from "./open.mjs";

/** Opens the view by its link, as a visitor does, with one of its samples. */
async function open(site, sample = "Intake answers") {
  await site.verdict(/error/);
  await site.page.getByRole("link", { name: "Transform" }).click();
  await summary(site, /not mapped|every value/);
  await site.page.locator("#map-samples").getByRole("button", { name: sample }).click();
}

async function summary(site, expected) {
  const text = site.page.locator("#map-account .account-summary");
  await site.until(async () => expected.test(await text.textContent()), `summary ${expected}`);
}

const origin = (site) => site.page.locator("#map-account .origin-text").textContent();
const current = (site, editor) => site.page.locator(`${editor} .cm-linked-current`).allTextContents();

const selected = (site, editor) =>
  site.page.evaluate((editor) => document.querySelector(editor).shadowRoot.getSelection().toString(), editor);

/** Points at the first text of that kind in an editor. */
async function point(site, editor, text) {
  await site.page.locator(`${editor} .cm-content span`, { hasText: text }).first().hover();
}

/** Replaces the text of an editor. */
async function write(site, editor, text) {
  await site.page.locator(`${editor} .cm-content`).click();
  await site.page.keyboard.press("ControlOrMeta+a");
  await site.page.keyboard.insertText(text);
}

test("pointing at a value shows what became of it and the rule in the map, from all sides", () =>
  withPage({}, async (site) => {
    await open(site);
    await point(site, "#map-source", /^"1986-03-14"$/);
    await site.until(async () => /answer.* → Bundle\.entry\[0\]\.resource\.birthDate/.test(await origin(site)), "birthDate");
    assert.deepEqual(await current(site, "#map-result"), ['"1986-03-14"']);
    assert.match((await current(site, "#map-text")).join(""), /^src\.item as item where linkId = 'born' -> .* "born"$/);
    await site.screenshot("transform");
    await point(site, "#map-result", /^"Okafor"$/);
    await site.until(async () => /"family"$/.test((await current(site, "#map-text")).join("")), "the rule of the family name");
    assert.deepEqual(await current(site, "#map-source"), ['"Okafor"']);
    await point(site, "#map-text", /^given$/);
    await site.until(async () => (await current(site, "#map-result")).join() === '"Amara","Ngozi"', "what the rule made");
  }));

test("values that no rule takes are marked, and counted", () =>
  withPage({}, async (site) => {
    await open(site, "Patient to Person");
    await summary(site, /5 values are not mapped/);
    const left = await site.page.locator("#map-source .cm-left").allTextContents();
    assert.ok(left.includes('"12 Quay Street"'), left.join());
    await site.page.locator("#map-account .leftover .jump", { hasText: "line[0]" }).click();
    assert.equal(await selected(site, "#map-source"), '"12 Quay Street"');
  }));

test("mistakes stand in the map, and lead to their places", () =>
  withPage({}, async (site) => {
    await open(site, "Mistakes");
    await summary(site, /3 errors/);
    await site.until(async () => (await site.page.locator("#map-text .cm-lintRange-error").count()) === 3, "marks");
    await site.page.locator("#map-account .finding .jump").first().click();
    assert.equal(await selected(site, "#map-text"), "names");
    await site.screenshot("transform-mistakes");
    await write(site, "#map-text", "group g(source src, target tgt : Patient) {\n  src -> \n}");
    await summary(site, /No result/);
    assert.match(await site.page.locator("#map-account .finding").textContent(), /map 3:1.*map-syntax/);
    assert.equal(await site.page.locator("#map-text .cm-lintRange-error").count(), 1);
  }));

test("a message of HL7 v2 is a source, and our maps are at hand", () =>
  withPage({}, async (site) => {
    await open(site, "HL7 v2");
    await point(site, "#map-source", /^Diallo$/);
    await site.until(async () => /^PID-5\.1 → Patient\.name\[0\]\.family/.test(await origin(site)), "PID-5.1");
    const rule = site.page.locator("#map-account .rule");
    await site.until(async () => /names\.map:\d+src\.c1 as v -> family\.value = v "FN\.1";$/.test(await rule.textContent()), "the rule");
    await site.screenshot("transform-v2");
  }));

test("a damaged source is said to be damaged", () =>
  withPage({}, async (site) => {
    await open(site);
    await write(site, "#map-source", '{"resourceType": ');
    await summary(site, /No result/);
    assert.equal(await site.page.locator("#map-source .cm-lint-marker-error").count(), 1);
    assert.equal((await site.page.locator("#map-result .cm-content").textContent()).trim(), "");
  }));

test("a file that is dropped is the map or the source", () =>
  withPage({}, async (site) => {
    await open(site);
    const map = 'group g(source src : Patient, target tgt : Patient) { src.id -> tgt.id; }';
    await site.drop("mine.map", map, "#map-text");
    await site.until(async () => (await site.page.locator("#map-text .cm-content").textContent()) === map, "the map");
    await site.drop("patient.json", '{"resourceType": "Patient", "id": "p1"}', "#map-text");
    await summary(site, /every value/);
  }));

for (const width of [360, 768]) {
  test(`the view fits ${width} pixels`, () =>
    withPage({ viewport: { width, height: 780 }, colorScheme: "dark" }, async (site) => {
      await open(site);
      const page = await site.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(page <= width, `the page is ${page} wide`);
      await site.screenshot(`transform-${width}`);
    }));
}
