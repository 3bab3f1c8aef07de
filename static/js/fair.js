// Keeps a fair on this phone after a press, and not before: its page with the plan, the pages of its booths as far as
// they fit, and its list of codes where there is one. Without this script nothing is saved; the page reads the same.

const place = document.querySelector("[data-fair]");
const { fair: path, pack, root, keys: keysAddress, fallback } = place.dataset;
const words = (name) => place.dataset[`words${name}`];
const status = place.querySelector("[role=status]");
const save = place.querySelector("[data-fair-save]");
const drop = place.querySelector("[data-fair-drop]");
const STORE = "ocop-fairs"; // read by worker.js
const MOST_BYTES = 400_000; // as sent, the list of codes included

function instant(at) {
  const text = new Date(at + 7 * 3_600_000).toISOString();
  const [year, month, day] = text.slice(0, 10).split("-");
  return `${text.slice(11, 16)}, ${day}/${month}/${year}`;
}

// One page of ours, or an error: a hall's Wi-Fi answers with pages of its own, which lack our number.
async function fetchPage(address) {
  const answer = await fetch(address, { cache: "no-cache", headers: { Accept: "text/html" } });
  const isPage = answer.headers.get("Content-Type")?.startsWith("text/html") && answer.headers.has("X-Request-Id");
  if (answer.status !== 200 || answer.redirected || !isPage) throw new Error("not ours");
  const text = await answer.text();
  return { text, size: Number(answer.headers.get("Content-Length")) || new Blob([text]).size, headers: answer.headers };
}

async function put(store, address, page) {
  const headers = new Headers(page.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  headers.set("X-Kept-At", String(Date.now()));
  await store.put(address, new Response(page.text, { headers }));
}

async function saveCodes() {
  const [seals, packs, note] = await Promise.all([
    import(place.dataset.seals),
    import(place.dataset.reader),
    fetch(keysAddress, { cache: "no-cache" }).then((answer) => answer.text()),
  ]);
  const list = await seals.readKeys(note, await seals.readVerifierKey(root), fallback);
  await packs.savePack(seals, pack, list, fallback);
}

async function saveFair() {
  const store = await caches.open(STORE);
  const front = await fetchPage(path);
  const found = new DOMParser().parseFromString(front.text, "text/html").querySelectorAll("a[data-booth]");
  const booths = [...new Set(Array.from(found, (link) => link.getAttribute("href")))];
  await put(store, path, front);
  let left = MOST_BYTES - front.size - Number(place.dataset.packBytes || 0);
  if (pack && root) await saveCodes();
  let saved = 0;
  for (const address of booths) {
    const page = await fetchPage(address);
    left -= page.size;
    if (left < 0) break;
    await put(store, address, page);
    saved += 1;
    status.textContent = words("Saving").replace("{done}", saved).replace("{all}", booths.length);
  }
  await navigator.serviceWorker.register("/sw.js");
  return { saved, all: booths.length };
}

async function dropFair() {
  const store = await caches.open(STORE);
  for (const request of await store.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname === path || pathname.startsWith(`${path}/`)) await store.delete(request);
  }
  if (pack) await (await caches.open("ocop-packs")).delete(pack);
}

async function show() {
  const kept = await (await caches.open(STORE)).match(path);
  drop.hidden = !kept;
  if (kept) status.textContent = words("Kept").replace("{at}", instant(Number(kept.headers.get("X-Kept-At"))));
}

if (navigator.serviceWorker && "caches" in window) {
  place.hidden = false;
  show().catch(() => undefined); // storage is shut in some private windows
  save.addEventListener("click", async () => {
    save.disabled = true;
    try {
      const { saved, all } = await saveFair();
      drop.hidden = false;
      status.textContent = words("Saved").replace("{done}", saved).replace("{all}", all);
    } catch {
      status.textContent = words("Failed"); // no network, no room, or an answer that is not ours
    }
    save.disabled = false;
  });
  drop.addEventListener("click", async () => {
    await dropFair();
    drop.hidden = true;
    status.textContent = words("Dropped");
  });
}
