// Serves the built page as any static host would, and keeps the list of what was asked for.

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../dist", import.meta.url));
const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/** `missing` holds a part of the paths that are to be answered with 404. */
export async function serve() {
  const requests = [];
  const state = { missing: null };
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    requests.push(`${request.method} ${path}`);
    const file = join(ROOT, path.endsWith("/") ? `${path}index.html` : path);
    const there = file.startsWith(ROOT) && existsSync(file) && statSync(file).isFile();
    if (!there || (state.missing && path.includes(state.missing))) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://localhost:${server.address().port}/`;
  const close = () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)));
  return { url, requests, state, close };
}
