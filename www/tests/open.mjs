// Opens the built page in Chromium for a test, and knows where things are on it.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";
import { CHROMIUM, CHROMIUM_FLAGS } from "../../tools/chromium.mjs";

const SCREENSHOTS = fileURLToPath(new URL("../screenshots", import.meta.url));

let browser;
let server;
before(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
});
after(() => browser?.close());

/**
 * Runs `test` on a fresh page in a fresh browser profile. An error on the page, or one in its console
 * unless `provoked`, fails it.
 */
export async function withPage(options, test) {
  server = await serve();
  const context = await browser.newContext({ viewport: { width: 1360, height: 820 }, ...options });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !options.provoked) errors.push(message.text());
  });
  try {
    await options.beforeLoad?.({ page, context, server });
    await page.goto(server.url);
    await test(new Site(page, context, server));
    assert.deepEqual(errors, [], "errors on the page");
  } finally {
    await context.close();
    await server.close();
  }
}

class Site {
  constructor(page, context, server) {
    Object.assign(this, { page, context, server });
    this.summary = page.locator("#summary");
    this.findings = page.locator("#findings > li");
    this.current = page.locator("#findings > li[aria-current]");
    this.content = page.locator("#editor .cm-content");
    this.expression = page.locator("#expression .cm-content");
    this.results = page.locator("#results > .result");
    this.resultMarks = page.locator("#editor .cm-result");
    this.marks = page.locator("#editor .cm-lintRange");
  }

  /** Waits for a verdict: the whole text, or a pattern. */
  async verdict(expected) {
    const matches = (text) => (expected instanceof RegExp ? expected.test(text) : text === expected);
    await this.until(async () => matches(await this.summary.textContent()), `verdict ${expected}`);
  }

  /** Loads a sample and waits until it is checked. */
  async sample(name, expected = /error|warning|note|No issues/) {
    await this.page.getByRole("button", { name, exact: true }).click();
    await this.page.locator("#samples button[aria-pressed=true]", { hasText: name }).waitFor();
    await this.settled();
    await this.verdict(expected);
  }

  /** Replaces what is in the editor by typing over it. */
  async write(text) {
    await this.content.click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.insertText(text);
  }

  /** Writes an expression on the FHIRPath tab. */
  async fhirpath(expression) {
    await this.page.getByRole("tab", { name: "FHIRPath" }).click();
    await this.expression.click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.press("Delete");
    await this.page.keyboard.insertText(expression);
  }

  /** Waits for what is said of an expression. */
  async resultStatus(expected) {
    const status = this.page.locator("#result-status");
    await this.until(async () => expected.test(await status.textContent()), `result ${expected}`);
  }

  codes() {
    return this.findings.locator(".code").allTextContents();
  }

  async until(check, what) {
    const end = Date.now() + 15_000;
    while (!(await check())) {
      if (Date.now() > end) assert.fail(`not within 15 s: ${what}; ${await this.summary.textContent()}; ${await this.page.locator(".account-summary").allTextContents()}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Waits until what is in the editor now is what was checked last. */
  settled() {
    return this.page.locator("#verdict:not([aria-busy=true])").waitFor();
  }

  offlineReady() {
    return this.page.locator(":root[data-offline=ready]").waitFor();
  }

  /** Drops a file on the page, as from the desktop. */
  async drop(name, text, on = "#editor") {
    const transfer = await this.page.evaluateHandle(
      ([name, text]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], name, { type: "application/json" }));
        return transfer;
      },
      [name, text],
    );
    await this.page.dispatchEvent(on, "dragenter", { dataTransfer: transfer });
    await this.page.locator("#drop").waitFor();
    await this.page.dispatchEvent(on, "drop", { dataTransfer: transfer });
    await this.page.locator("#drop").waitFor({ state: "hidden" });
  }

  screenshot(name) {
    return this.page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
  }
}
