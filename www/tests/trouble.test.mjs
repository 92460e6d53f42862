// When something goes wrong with the engine: the page says so and goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withPage } from "./open.mjs";

const PATIENT = '{"resourceType": "Patient", "active": true}';

test("an engine that cannot be fetched is said so, and can be tried again", () =>
  withPage({ provoked: true, beforeLoad: ({ server }) => (server.state.missing = ".wasm") }, async (site) => {
    await site.verdict("The engine could not be loaded");
    await site.page.getByText("The engine did not arrive: the server says 404.").waitFor();
    await site.screenshot("unavailable");
    await site.write("still an editor");
    site.server.state.missing = null;
    await site.page.getByRole("button", { name: "Try again" }).click();
    await site.verdict(/\d+ errors/);
  }));

test("a damaged pack is said so", () =>
  withPage(
    {
      beforeLoad: ({ page }) =>
        page.route("**/*.pack", async (route) => {
          const body = await (await route.fetch()).body();
          body[body.length >> 1] ^= 0xff;
          await route.fulfill({ body });
        }),
    },
    async (site) => {
      await site.verdict("The engine could not be loaded");
      assert.match(await site.page.locator("#trouble").textContent(), /pack/i);
    },
  ));

test("an input that the engine fails on is said so, and the next one is checked", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    await site.page.workers().at(-1).evaluate(() => {
      const { encodeInto } = TextEncoder.prototype;
      TextEncoder.prototype.encodeInto = () => {
        TextEncoder.prototype.encodeInto = encodeInto;
        throw new WebAssembly.RuntimeError("unreachable");
      };
    });
    await site.write(PATIENT);
    await site.verdict("This text could not be checked");
    assert.match(await site.page.locator("#trouble").textContent(), /The engine stopped/);
    assert.equal(await site.findings.count(), 0);
    await site.page.keyboard.type(" ");
    await site.verdict("No issues found");
    assert.equal(await site.page.locator("#trouble").isVisible(), false);
  }));

test("a worker that dies is replaced", () =>
  withPage({}, async (site) => {
    await site.verdict(/error/);
    await site.page.workers().at(-1).evaluate(() => void setTimeout(() => { throw new Error("gone"); }));
    await site.verdict("This text could not be checked");
    await site.write(PATIENT);
    await site.verdict("No issues found");
  }));

test("a validation that does not end can be stopped, and gives way to a newer text", () =>
  withPage({}, async (site) => {
    const hang = () => {
      TextEncoder.prototype.encodeInto = () => {
        for (;;);
      };
    };
    await site.verdict(/error/);
    await site.page.workers().at(-1).evaluate(hang);
    await site.write(PATIENT);
    await site.verdict("Checking the text…");
    await site.page.getByRole("button", { name: "Stop" }).click();
    await site.verdict("Stopped");
    await site.write(`${PATIENT} `);
    await site.verdict("No issues found");

    await site.page.workers().at(-1).evaluate(hang);
    await site.write(PATIENT);
    await site.verdict("Checking the text…");
    await site.write('{"resourceType": "Patient", "active": 1}');
    await site.verdict("1 error");
  }));
