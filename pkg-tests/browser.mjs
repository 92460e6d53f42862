// A page in headless Chromium, served from a folder. It must ask for nothing but files of that folder.

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { CHROMIUM, CHROMIUM_FLAGS } from "../tools/chromium.mjs";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

let browser;

/** Opens index.html of the folder and returns what the page promises as `report`. */
export async function inBrowser(folder) {
  const server = await serve(folder);
  const origin = `http://127.0.0.1:${server.address().port}`;
  const page = await (await launch()).newPage();
  try {
    const strangers = [];
    const errors = [];
    page.on(
      "request",
      (request) =>
        !/^(blob|data):/.test(request.url()) &&
        new URL(request.url()).origin !== origin &&
        strangers.push(request.url()),
    );
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(`${origin}/`, { waitUntil: "load" });
    await page
      .waitForFunction(() => globalThis.report !== undefined, undefined, { timeout: 20_000 })
      .catch((error) => {
        throw errors[0] ?? error;
      });
    const report = await page.evaluate(() => globalThis.report);
    if (strangers.length > 0) throw new Error(`requests to other origins: ${strangers.join(", ")}`);
    return report;
  } finally {
    await page.close();
    server.close();
  }
}

/** Ends the browser, if there is one. */
export async function closeBrowser() {
  await browser?.close();
}

async function launch() {
  const { chromium } = await import("playwright-core");
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
  return browser;
}

function serve(folder) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
