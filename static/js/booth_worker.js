// Opens the counter of a booth without a network. `KEPT` is put before this file by the program: version, files and pages.
// Another worker than the market's: only telephones that are counters keep what the counter needs, all of one version.
// It answers for the page of the counter, its files and photographs. What is sold never passes through it.

const FILES = `booth-${KEPT.version}`;
const OUTLIVE = [FILES, "booth-photos", "booth-reader", "booth-lists"];

self.addEventListener("install", (event) => event.waitUntil(precache().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(clearAway().then(() => self.clients.claim())));

// All or nothing, and only answers of ours: a hall's Wi-Fi must not become the counter.
async function precache() {
  const answers = await Promise.all([...KEPT.files, ...KEPT.pages].map(async (path) => [path, await fetch(path, { cache: "reload" })]));
  if (answers.some(([, answer]) => answer.status !== 200 || answer.redirected || !answer.headers.has("X-Request-Id"))) throw new Error("not ours");
  const cache = await caches.open(FILES);
  await Promise.all(answers.map(([path, answer]) => cache.put(path, answer)));
}

async function clearAway() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("booth-") && !OUTLIVE.includes(name)).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    const page = url.pathname.replace(/\/$/, "");
    if (KEPT.pages.includes(page)) event.respondWith(fromFiles(page, request));
  } else if (KEPT.files.includes(url.pathname)) {
    event.respondWith(fromFiles(url.pathname, request));
  } else if (request.destination === "image" || url.pathname.startsWith("/static/vendor/zxing-wasm/")) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});

// Of this version; else of whichever is kept (the counter in the other language may have brought a newer one).
async function fromFiles(path, request) {
  const kept = (await (await caches.open(FILES)).match(path)) ?? (await caches.match(path));
  return kept ?? fetch(request);
}

self.addEventListener("sync", (event) => event.waitUntil(wake()));

async function wake() {
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage("send");
}
