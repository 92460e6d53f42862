// The promise that nothing leaves the page: kept by the browser, and shown with its proof.

// What is still needed once everything is loaded: compiled WebAssembly, the worker (whose code is a part
// of this script), the service worker's own file, and what index.html says of images and style attributes.
const AFTER_LOAD =
  "default-src 'none'; script-src 'wasm-unsafe-eval'; worker-src 'self' blob:; " +
  "img-src data:; style-src-attr 'unsafe-inline'";

/** Gives up the right to load or send anything. The browser holds the page to it until it is reloaded. */
export function forbidConnections(): void {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = AFTER_LOAD;
  document.head.append(policy);
}

/** Counts the requests of this page from now on and shows the count in `target`. */
export function countRequests(target: HTMLElement): void {
  let count = 0;
  new PerformanceObserver((list) => {
    count += list.getEntries().length;
    target.textContent = String(count);
  }).observe({ type: "resource" });
}

/** Keeps a copy of the page's own files in the browser, so that it opens without a network. */
export async function prepareOffline(target: HTMLElement): Promise<void> {
  if (!import.meta.env.PROD) return;
  try {
    await navigator.serviceWorker.register("./sw.js");
    await navigator.serviceWorker.ready;
    target.textContent = "Works: all files are kept in this browser.";
    document.documentElement.dataset.offline = "ready";
  } catch {
    target.textContent = "Works until the page is closed: this browser keeps no copy of it.";
  }
}
