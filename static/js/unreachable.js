// The page that answers for a stamp when the program cannot be reached: looks at the seal and at saved lists.
// All its words are in the page; whatever cannot be found out stays «could not check», which is no verdict.

const place = document.querySelector("[data-unreachable]");
const { root, keys: keysAddress, fallback } = place.dataset;
const WAITING = "ocop-waiting";
const RETRY_MS = 15_000;
// A list of keys that was not fetched for so long proves no seal: the key may have been revoked since. docs/offline.md.
const KEYS_MAX_DAYS = 30;
const DAY_MS = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const isEnglish = document.documentElement.lang === "en";

// «2026-11-22» as people write it; a whole instant with its time.
function dayInWords(text) {
  const [year, month, day] = text.slice(0, 10).split("-");
  return isEnglish ? `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}` : `${day}/${month}/${year}`;
}

function instantInWords(instant) {
  const text = new Date(instant.getTime() + 7 * 3_600_000).toISOString();
  return `${text.slice(11, 16)}, ${dayInWords(text)}`;
}

function fill(piece, facts) {
  const texts = document.createTreeWalker(piece, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data.replace(/\{(\w+)\}/g, (gap, name) => facts[name] ?? gap);
  }
  for (const each of piece.querySelectorAll("[data-if]")) each.hidden = !facts[each.dataset.if];
  return piece;
}

function show(state, facts = {}) {
  const template = document.getElementById(`state-${state}`);
  const band = document.querySelector("[data-verdict]");
  if (template) band.replaceWith(fill(template.content.cloneNode(true), facts));
  else fill(band, facts);
  document.title = `${document.querySelector("h1").textContent} · Chợ OCOP`;
}

const grouped = (code) => (code.match(/.{1,4}/g) ?? []).join("-");

async function knownKeys(seals) {
  const kept = await caches.match(keysAddress);
  if (!kept || !root) return undefined;
  const list = await seals.readKeys(await kept.text(), await seals.readVerifierKey(root), fallback);
  const keptAt = new Date(Number(kept.headers.get("X-Kept-At")));
  return { ...list, keptAt, isOld: Date.now() - keptAt > KEYS_MAX_DAYS * DAY_MS };
}

async function judge(seals, address) {
  const facts = { code: grouped(address.code) };
  const list = await knownKeys(seals).catch(() => undefined); // a list that was tampered with is no list
  const packs = list ? await import(place.dataset.packs) : undefined;
  const found = packs ? await packs.findInPacks(seals, address, list, fallback) : undefined;
  if (found) Object.assign(facts, pack(found, seals.today()));
  if (address.seal && list) {
    const { kid, month } = address.seal;
    const known = list.keys.get(kid);
    const [year, number] = seals.nameOfMonth(month).split("-");
    Object.assign(facts, { kid, month: `${number}/${year}`, listed: dayInWords(list.issuedAt) });
    facts[list.isOld ? "aged" : "fetched"] = instantInWords(list.keptAt);
    facts.revoked = known?.revokedOn && dayInWords(known.revokedOn);
    const verdict = await seals.checkSeal(address, list.keys, seals.today(), fallback);
    if (verdict !== "ok") return [verdict === "bad" ? "bad_seal" : verdict, facts];
  }
  if (found?.lot.recall) return ["recalled", facts];
  if (address.seal && list && !list.isOld) return ["offline_sealed", facts];
  return [found ? "offline_listed" : "could_not_check", facts];
}

// What a list says holds for its days only. Days are compared as they are written.
function pack({ lot, madeAt, title, isOld, days }, today) {
  return {
    product: isEnglish ? (lot.name_en ?? lot.name) : lot.name,
    producer: lot.producer,
    lot: lot.code,
    expires: lot.expires_on && dayInWords(lot.expires_on),
    over: lot.expires_on && lot.expires_on < today && dayInWords(lot.expires_on),
    stars: lot.stars_until && today <= lot.stars_until && lot.stars,
    title,
    made: instantInWords(madeAt),
    old: isOld && days,
    reason: lot.recall?.reason,
    instruction: lot.recall?.instruction,
    contact: lot.recall?.contact,
  };
}

// What the page of this code said when it was last here, without its verdict: that one was for then.
async function showKept(code) {
  const places = [location.pathname, `${isEnglish ? "/en" : ""}/T/${code}`, `/T/${code}`];
  const [kept] = (await Promise.all(places.map((each) => caches.match(each)))).filter(Boolean);
  const at = Number(kept?.headers.get("X-Kept-At"));
  if (!at) return;
  const page = new DOMParser().parseFromString(await kept.text(), "text/html");
  const name = page.querySelector(".goods h2")?.textContent.trim();
  const facts = page.querySelector("dl.facts");
  const card = place.querySelector("[data-kept]");
  if (!name || !facts) return;
  fill(card, { at: instantInWords(new Date(at)) });
  card.querySelector("h2").textContent = name;
  const list = card.querySelector("dl");
  for (const row of facts.children) {
    const line = list.appendChild(document.createElement("div"));
    for (const piece of row.children) {
      line.appendChild(document.createElement(piece.tagName)).textContent = piece.textContent.trim().replace(/\s+/g, " ");
    }
  }
  card.hidden = false;
}

// The code is kept on this device until the network is back; then the program is asked what it says of it.
async function wait(path) {
  const cache = await caches.open(WAITING);
  await cache.put(path, new Response(JSON.stringify({ path, at: Date.now() })));
  const worker = await navigator.serviceWorker.ready;
  await worker.sync?.register("look again").catch(() => undefined); // refused in private windows
}

async function tryAgain() {
  const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => undefined);
  if (answer?.headers.has("X-Request-Id") && answer.status < 500 && answer.status !== 429) location.reload();
}

const seals = await import(place.dataset.seals);
const address = seals.readAddress(location.pathname);
if (address?.code) {
  const [state, facts] = await judge(seals, address).catch(() => ["could_not_check", { code: grouped(address.code) }]);
  show(state, facts);
  await showKept(address.code);
  await wait(location.pathname).catch(() => undefined); // no room left: the person can come back to the address
}
place.dataset.done = "";
addEventListener("online", tryAgain);
setInterval(() => navigator.onLine && document.visibilityState === "visible" && tryAgain(), RETRY_MS);
