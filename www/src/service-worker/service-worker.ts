// Keeps the page's own files and answers from them. It knows no other address: what is not one of
// the files goes the browser's normal way. `plugins/precache.ts` fills in the two constants.

declare const self: ServiceWorkerGlobalScope;
declare const ASSETS: readonly string[];
declare const VERSION: string;

const PREFIX = "fhirkiln-";
const CACHE = PREFIX + VERSION;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAssets().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(removeOldCaches().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function keepAssets(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([...ASSETS]);
}

async function removeOldCaches(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: request.mode === "navigate" });
  return kept ?? fetch(request);
}

export {};
