// What this browser does when the network is slow or away. `KEPT` is put before this file by the program:
// version, files (with their hashes), fallback, keys, offline and stamp (pages by language), saved (words by language).
// Nothing of orders, baskets, accounts and workspaces is ever kept: only paths of PUBLIC are, and of stamps.

const FILES = `ocop-${KEPT.version}`;
const PAGES = `${FILES}-pages`;
const IMAGES = `${FILES}-images`;
const WAITING = "ocop-waiting"; // codes to be looked up when the network is back
const FAIRS = "ocop-fairs"; // what visitors saved of a fair (fair.js)
const OUTLIVE = [FILES, PAGES, IMAGES, WAITING, FAIRS, "ocop-packs"];

const PAGE_MS = 3000;
const STAMP_MS = 4000;
const PAGES_MAX = 40;
const IMAGES_MAX = 80;
const IMAGE_MAX_BYTES = 100_000; // 80 of them are 8 MB
const KEYS_OLD_MS = 86_400_000;

const PUBLIC =
  /^(\/en)?\/?($|(products|producers|places|groups)(\/[^/]+)?\/?$|fairs(\/[^/.]+(\/booths\/[^/]+)?)?\/?$|(about|help|privacy|terms|returns-policy|scan|packs|hampers|open-data)\/?$)/;
const STAMP = /^(\/en)?(\/[0-9a-z]{108})?\/(01|t)\/./i;

const languageOf = (url) => (/^\/en(\/|$)/.test(url.pathname) ? "en" : "vi");
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const fromFiles = async (address) => (await caches.open(FILES)).match(address);
// A hall's Wi-Fi answers with pages of its own: they lack the number that each answer of ours bears.
const isOurs = (answer) => answer?.type === "opaqueredirect" || answer?.headers.has("X-Request-Id");

self.addEventListener("install", (event) => event.waitUntil(precache().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(clearAway().then(() => self.clients.claim())));

async function precache() {
  const cache = await caches.open(FILES);
  const base = new Uint8Array(32).fill(0x66).fill(0x58, 0, 1);
  const byItself = crypto.subtle.importKey("raw", base, "Ed25519", false, ["verify"]);
  const wanted = await byItself.then(() => KEPT.files, () => [...KEPT.files, KEPT.fallback]);
  await cache.addAll(wanted.map((url) => new Request(url, { cache: "reload" })));
  const keys = await caches.match(KEPT.keys); // of the version before, with its date: better than none
  if (keys) await cache.put(KEPT.keys, keys);
  await refreshKeys();
}

async function clearAway() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("ocop-") && !OUTLIVE.includes(name)).map((name) => caches.delete(name)));
}

// The list of keys is signed, but an older one is signed too: only a newer one takes its place.
// Asked for with each page that comes from the network, and at most once a day, also where there is none.
let keysRefusedAt = 0;
async function refreshKeys() {
  const known = await fromFiles(KEPT.keys);
  if (Date.now() - Math.max(keysRefusedAt, Number(known?.headers.get("X-Kept-At") ?? 0)) < KEYS_OLD_MS) return;
  const answer = await fetch(KEPT.keys, { cache: "no-cache" }).catch(() => undefined);
  if (!isOurs(answer)) return;
  const text = answer.ok ? await answer.text() : "";
  const issued = (note) => /^ocop-stamp-keys\/v1\n[^\n]+\nissued (\S+)\n/.exec(note)?.[1];
  if (!issued(text) || (known && issued(await known.text()) > issued(text))) keysRefusedAt = Date.now();
  else await put(FILES, KEPT.keys, new Response(text));
}

async function put(name, address, answer, most = Infinity) {
  const headers = new Headers(answer.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  headers.set("X-Kept-At", String(Date.now()));
  const cache = await caches.open(name);
  await cache.delete(address); // what is put anew stands last, what is oldest goes first
  await cache.put(address, new Response(await answer.blob(), { status: answer.status, headers }));
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}

// A browser hides Set-Cookie from us; whatever depends on a cookie says `Vary: Cookie`.
function mayKeep(answer, kind) {
  const says = (name) => answer.headers.get(name)?.toLowerCase() ?? "";
  return (
    answer.status === 200 && !answer.redirected && answer.type === "basic" && isOurs(answer) &&
    says("Content-Type").startsWith(kind) && !says("Cache-Control").includes("no-store") && !says("Vary").includes("cookie")
  );
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const here = url.pathname + url.search;
  if (request.mode === "navigate") {
    if (STAMP.test(url.pathname)) event.respondWith(stamp(event, url));
    else if (PUBLIC.test(url.pathname)) event.respondWith(page(event, url));
    else event.respondWith(fetch(request).catch(() => fromFiles(KEPT.offline[languageOf(url)])));
  } else if (KEPT.files.includes(here) || here === KEPT.fallback) {
    event.respondWith(fromFiles(here).then((kept) => kept ?? fetch(request)));
  } else if (request.destination === "image") {
    event.respondWith(image(event));
  } else if (request.destination === "style") {
    // Pages of a fair outlive the version that they were saved with: then the sheet of today serves them.
    event.respondWith(fetch(request).catch(async () => (await caches.open(FILES)).match(request, { ignoreSearch: true })));
  }
});

async function page(event, url) {
  const asked = fetch(event.request);
  const answer = await Promise.race([asked.catch(() => undefined), after(PAGE_MS)]);
  if (answer) {
    if (isOurs(answer)) event.waitUntil(refreshKeys());
    if (mayKeep(answer, "text/html") && !url.search) event.waitUntil(keep(url.pathname, answer.clone()));
    return answer;
  }
  const code = /\/scan\/?$/.test(url.pathname) && url.searchParams.get("code");
  if (code) return scanned(code, languageOf(url));
  const kept = (await savedOfFair(url.pathname)) ?? (await (await caches.open(PAGES)).match(url.pathname));
  if (kept) return asSaved(kept, languageOf(url));
  return asked.catch(() => fromFiles(KEPT.offline[languageOf(url)]));
}

const savedOfFair = async (path) => (await caches.open(FAIRS)).match(path);

// A page that was saved on purpose stays saved, and as fresh as it was seen last.
const keep = async (path, answer) => ((await savedOfFair(path)) ? put(FAIRS, path, answer) : put(PAGES, path, answer, PAGES_MAX));

// What was typed or scanned without a network: on to the address of the stamp, where the seal is looked at.
function scanned(code, language) {
  let path = `/T/${encodeURIComponent(code.trim())}`;
  try {
    const address = new URL(code);
    if (address.host === location.host) path = address.pathname;
  } catch {
    // no address: a code
  }
  return Response.redirect((language === "en" && !path.startsWith("/en/") ? "/en" : "") + path, 303);
}

async function asSaved(kept, language) {
  const at = new Date(Number(kept.headers.get("X-Kept-At")) + 7 * 3_600_000).toISOString();
  const [year, month, day] = at.slice(0, 10).split("-");
  const words = KEPT.saved[language].replace("{at}", `${at.slice(11, 16)}, ${day}/${month}/${year}`);
  const text = await kept.text();
  return new Response(text.replace("<main", `<p class="kept" role="status">${words}</p><main`), { headers: kept.headers });
}

async function stamp(event, url) {
  const answer = await Promise.race([fetch(event.request).catch(() => undefined), after(STAMP_MS)]);
  if (!isOurs(answer) || answer.status >= 500) return fromFiles(KEPT.stamp[languageOf(url)]);
  event.waitUntil(refreshKeys());
  if (mayKeep(answer, "text/html")) event.waitUntil(put(PAGES, url.pathname, answer.clone(), PAGES_MAX));
  return answer;
}

async function image(event) {
  const { request } = event;
  const kept = await (await caches.open(IMAGES)).match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  const isSmall = Number(answer.headers.get("Content-Length") ?? Infinity) <= IMAGE_MAX_BYTES;
  if (isSmall && !navigator.connection?.saveData && mayKeep(answer, "image/")) {
    event.waitUntil(put(IMAGES, request, answer.clone(), IMAGES_MAX));
  }
  return answer;
}

// Codes that were looked at without a network: what the program says of them now, for the page that shows it.
self.addEventListener("sync", (event) => event.waitUntil(lookAgain()));
self.addEventListener("message", (event) => event.data === "look again" && event.waitUntil(lookAgain()));

async function lookAgain() {
  const cache = await caches.open(WAITING);
  for (const request of await cache.keys()) {
    const entry = await (await cache.match(request)).json();
    if (entry.verdict) continue;
    const answer = await fetch(request.url, { headers: { Accept: "text/html" } });
    if (!isOurs(answer) || answer.status >= 500 || answer.status === 429) continue;
    const text = await answer.text();
    entry.verdict = /data-verdict="(\w+)"/.exec(text)?.[1];
    entry.title = /<h1>([^<]*)<\/h1>/.exec(text)?.[1];
    await cache.put(request, new Response(JSON.stringify(entry)));
  }
}
