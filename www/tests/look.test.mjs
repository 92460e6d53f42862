// Schemes, sizes and contrast.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withPage } from "./open.mjs";

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test("the colour scheme follows the system, and can be chosen for good", () =>
  withPage({ colorScheme: "dark" }, async (site) => {
    await site.verdict(/error/);
    const dark = await background(site.page);
    await site.screenshot("dark");
    const toggle = site.page.locator("#theme");
    await toggle.click();
    const light = await background(site.page);
    assert.notEqual(light, dark);
    assert.equal(await toggle.getAttribute("aria-label"), "Colour scheme: light");
    await site.page.reload();
    assert.equal(await background(site.page), light);
    await toggle.click();
    assert.equal(await background(site.page), dark);
  }));

for (const width of [360, 768, 1360]) {
  test(`nothing is cut off at ${width} pixels`, () =>
    withPage({ viewport: { width, height: 780 } }, async (site) => {
      await site.verdict(/error/);
      const page = await site.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(page <= width, `the page is ${page} wide`);
      for (const place of ["#editor", "#findings", "#open", "#copy", "#theme", ".promise"]) {
        const box = await site.page.locator(place).boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= width && box.y + box.height <= 780, place);
      }
      await site.findings.first().locator(".jump").click();
      await site.screenshot(`width-${width}`);
    }));
}

for (const colorScheme of ["light", "dark"]) {
  test(`text has a contrast of at least 4.5 in the ${colorScheme} scheme`, () =>
    withPage({ colorScheme }, async (site) => {
      await site.verdict(/error/);
      for (const selector of CONTRASTED) {
        const ratio = await site.page.locator(selector).first().evaluate(contrast);
        assert.ok(ratio >= 4.5, `${selector}: ${ratio.toFixed(2)}`);
      }
    }));
}

const CONTRASTED = [
  ".views",
  ".promise",
  ".samples button",
  ".summary",
  ".timing",
  ".finding .message",
  ".finding .place",
  ".finding .code",
  ".foot",
  "#open",
  ".cm-line span",
  ".cm-lineNumbers",
];

/** WCAG 2 contrast of an element's text against what is painted behind it, layer by layer. */
function contrast(element) {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const paint = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
  };
  const luminance = () => {
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const layers = [];
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) layers.unshift(at);
  for (const layer of layers) paint(getComputedStyle(layer).backgroundColor);
  const ground = luminance();
  paint(getComputedStyle(element).color);
  const text = luminance();
  return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
}
