// The promise: nothing leaves the page, and it works without a network.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withPage } from "./open.mjs";

test("no request is made after the page is loaded, whatever one does", () =>
  withPage({ permissions: ["clipboard-read", "clipboard-write"] }, async (site) => {
    await site.verdict(/error/);
    await site.offlineReady();
    const before = site.server.requests.length;
    const elsewhere = [];
    site.context.on("request", (request) => elsewhere.push(request.url()));

    for (const name of ["Patient", "Observation", "Bundle", "Bad JSON", "Broken patient"]) await site.sample(name);
    await site.write('{"resourceType": "Patient", "active": "no"}');
    await site.verdict("1 error");
    await site.drop("dropped.json", '{"resourceType": "Patient", "active": true}');
    await site.verdict("No issues found");
    await site.page.keyboard.press("F8");
    await site.page.getByRole("button", { name: "Copy" }).click();
    await site.page.locator("#theme").click();
    await site.page.locator(".promise").click();
    assert.equal(await site.page.locator("#privacy-requests").textContent(), "0");
    await site.screenshot("privacy");

    assert.deepEqual(site.server.requests.slice(before), []);
    assert.deepEqual(elsewhere.filter((url) => !url.startsWith("blob:")), []);
  }));

test("the browser refuses connections of the page and of its worker", () =>
  withPage({ provoked: true }, async (site) => {
    await site.verdict(/error/);
    await site.offlineReady();
    const before = site.server.requests.length;
    const attempt = (url) => fetch(url).then(() => "connected", () => "refused");
    const [worker] = site.page.workers();
    for (const place of [site.page, worker]) {
      assert.equal(await place.evaluate(attempt, site.server.url), "refused");
      assert.equal(await place.evaluate(attempt, "https://example.org/"), "refused");
    }
    const image = () => new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve("loaded");
      image.onerror = () => resolve("refused");
      image.src = "./icon.svg?leak";
    });
    assert.equal(await site.page.evaluate(image), "refused");
    assert.deepEqual(site.server.requests.slice(before), []);
  }));

test("it goes on, and opens again, without a network", () =>
  withPage({ provoked: true }, async (site) => {
    await site.verdict(/error/);
    await site.offlineReady();
    await site.context.setOffline(true);
    await site.server.close();
    await site.write('{"resourceType": "Patient", "active": "no"}');
    await site.verdict("1 error");
    await site.page.reload();
    await site.verdict(/\d+ errors/);
    await site.sample("Patient", "No issues found");
  }));

test("nothing is stored but the colour scheme", () =>
  withPage({}, async (site) => {
    await site.write('{"resourceType": "Patient", "id": "secret-4711"}');
    await site.verdict("No issues found");
    await site.page.locator("#theme").click();
    await site.offlineReady();
    const stored = await site.page.evaluate(async () => ({
      local: Object.entries(localStorage),
      session: Object.entries(sessionStorage),
      cookies: document.cookie,
      databases: (await indexedDB.databases()).length,
    }));
    assert.deepEqual(stored, { local: [["fhirkiln.scheme", "light"]], session: [], cookies: "", databases: 0 });
    const kept = await site.page.evaluate(async () => {
      const cache = await caches.open((await caches.keys())[0]);
      const texts = (await cache.matchAll()).map((response) => response.text());
      return (await Promise.all(texts)).join("").includes("secret-4711");
    });
    assert.equal(kept, false);
  }));
