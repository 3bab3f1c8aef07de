// Saves lists of codes on this device, and tells what became of codes that were looked at without a network.

const place = document.querySelector("[data-packs]");
const { root, keys: keysAddress, fallback, wordsSaved, wordsFailed } = place.dataset;

async function tools() {
  const [seals, packs, note] = await Promise.all([
    import(place.dataset.seals),
    import(place.dataset.reader),
    fetch(keysAddress, { cache: "no-cache" }).then((answer) => answer.text()),
  ]);
  return { seals, packs, list: await seals.readKeys(note, await seals.readVerifierKey(root), fallback) };
}

function instant(at) {
  const text = new Date(at.getTime() + 7 * 3_600_000).toISOString();
  const [year, month, day] = text.slice(0, 10).split("-");
  return `${text.slice(11, 16)}, ${day}/${month}/${year}`;
}

for (const button of root && "caches" in window ? place.querySelectorAll("[data-save]") : []) {
  const status = button.closest("li").querySelector("[data-saved]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { seals, packs, list } = await tools();
      const pack = await packs.savePack(seals, button.dataset.save, list, fallback);
      await navigator.serviceWorker?.register("/sw.js");
      status.textContent = wordsSaved.replace("{count}", pack.lots.length).replace("{made}", instant(pack.madeAt));
    } catch {
      status.textContent = wordsFailed; // no network, no room, or a file that none of our keys signed
    }
    button.disabled = false;
  });
}

// What the worker found out since: only then is there anything to show.
async function showWaiting() {
  const store = await caches.open("ocop-waiting");
  const section = place.querySelector("[data-waiting]");
  for (const request of await store.keys()) {
    const { path, title, verdict } = await (await store.match(request)).json();
    if (!verdict) continue;
    const link = document.createElement("a");
    link.href = path;
    link.textContent = `${path.split("/").pop()}: ${new DOMParser().parseFromString(title, "text/html").body.textContent}`;
    section.querySelector("ul").appendChild(document.createElement("li")).append(link);
    section.hidden = false;
    await store.delete(request);
  }
}

if ("caches" in window) showWaiting().catch(() => undefined); // storage is shut in some private windows
