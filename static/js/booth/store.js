// What the telephone remembers (IndexedDB «booth»): `kept` holds phone, pack, pin and basket by name; `items` holds all that
// was done here, each under its own number, with what the server said of it. Whatever belongs together is written at once.

import { emptyBasket, isSelling, leftOf } from "./basket.js";

const NAME = "booth";
const SHAPE = 1; // of what is stored; a later one turns older ones into itself in `upgrade`
const KEEP_MS = 14 * 86_400_000;
export const channel = "BroadcastChannel" in window ? new BroadcastChannel("booth") : null;

let opened;

export function openStore() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, SHAPE);
    asked.onupgradeneeded = (event) => upgrade(asked.result, event.oldVersion);
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close(); // another window has a newer program
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

function upgrade(db, from) {
  if (from < 1) {
    db.createObjectStore("kept");
    db.createObjectStore("items", { keyPath: "id" });
  }
}

// Runs `work` (which may only await what is asked of the stores) in one transaction; all of it is written, or nothing.
async function within(mode, work) {
  const db = await openStore();
  const transaction = db.transaction(["kept", "items"], mode, { durability: "strict" });
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
  });
  let value;
  try {
    value = await work(transaction.objectStore("kept"), transaction.objectStore("items"));
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
    await ended.catch(() => {});
    throw error;
  }
  await ended;
  if (mode === "readwrite") channel?.postMessage("changed");
  return value;
}

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export const read = (name) => within("readonly", (kept) => asked(kept.get(name)));
export const keep = (name, value) => within("readwrite", (kept) => asked(kept.put(value, name)));
export const forget = (name) => within("readwrite", (kept) => asked(kept.delete(name)));

// Everything at once, as it was at one moment: { phone, pack, pin, basket, items }, items in the order they were made.
export function readAll() {
  return within("readonly", async (kept, items) => {
    const [phone, pack, pin, basket, records] = await Promise.all([
      ...["phone", "pack", "pin", "basket"].map((name) => asked(kept.get(name))),
      asked(items.getAll()),
    ]);
    records.sort((one, other) => one.seq - other.seq);
    return { phone, pack, pin, basket: basket ?? emptyBasket(crypto.randomUUID()), items: records };
  });
}

// The order's code of the present basket: taken once, and kept with it. null when all that were given are used.
export function takeReference() {
  return within("readwrite", async (kept, items) => {
    const [pack, basket, records] = await Promise.all([asked(kept.get("pack")), asked(kept.get("basket")), asked(items.getAll())]);
    if (!basket || basket.reference) return basket?.reference ?? null;
    const used = new Set(records.map(({ item }) => item.reference));
    const reference = pack.references.find((each) => !used.has(each)) ?? null;
    await asked(kept.put({ ...basket, reference }, "basket"));
    return reference;
  });
}

export class TooFewError extends Error {}

// Writes `item` down to be sent. A sale takes the basket's place, and only where so much is left: whichever window asks.
// Raises TooFewError; ConstraintError where it is written down already; QuotaExceededError where there is no room.
// receipt: address by which the buyer can read it; given: cash handed over.
export function addItem(item, { receipt = "", given = 0 } = {}) {
  return within("readwrite", async (kept, items) => {
    const records = await asked(items.getAll());
    if (isSelling(item)) {
      const left = leftOf((await asked(kept.get("pack"))).goods, records);
      if (item.lines.some((line) => line.quantity > (left.get(line.variant_id) ?? 0))) throw new TooFewError();
      await asked(kept.delete("basket"));
    }
    const last = records.reduce((most, record) => Math.max(most, record.seq), 0);
    await asked(items.add({ id: item.id, seq: Math.max(Date.now(), last + 1), state: "waiting", item, result: null, receipt, given }));
  });
}

// What the server said: results by id, and with them the pack that counts them. Old ones that are done are let go.
export function settle(results, pack) {
  return within("readwrite", async (kept, items) => {
    const before = await asked(items.getAll());
    for (const result of results) {
      const record = await asked(items.get(result.id));
      if (!record) continue;
      const { buyer, phone, ...rest } = record.item; // once it is booked, who bought is none of this telephone's business
      const item = result.outcome === "booked" ? rest : record.item;
      await asked(items.put({ ...record, item, state: result.outcome, result }));
    }
    if (!pack) return countOff(kept, before, results);
    await asked(kept.put(pack, "pack"));
    const old = (await asked(items.getAll())).filter((record) => record.state === "booked" && record.seq < Date.now() - KEEP_MS);
    for (const record of old) await asked(items.delete(record.id));
  });
}

// Without a new pack (another telephone took over) the kept one knows nothing of what was booked just now.
async function countOff(kept, before, results) {
  const booked = new Set(results.filter(({ outcome }) => outcome === "booked").map(({ id }) => id));
  const pack = await asked(kept.get("pack"));
  if (!pack || !booked.size) return;
  const left = leftOf(pack.goods, before, ({ id, state }) => state === "waiting" && booked.has(id));
  const goods = pack.goods.map((good) => ({ ...good, slice_left: left.get(good.variant_id) }));
  await asked(kept.put({ ...pack, goods }, "pack"));
}

// What was refused waits once more, as it is and under its own number.
export function sendAgain(id) {
  return within("readwrite", async (kept, items) => {
    const record = await asked(items.get(id));
    if (record?.state === "refused") await asked(items.put({ ...record, state: "waiting", result: null }));
  });
}

// This telephone is a booth's from now on. The PIN is chosen anew; what waits to be sent stays. What another booth began is
// let go, and what the server said of its sales is not to be answered from here any more.
export function pairWith(phone, pack) {
  return within("readwrite", async (kept, items) => {
    const old = await asked(kept.get("phone"));
    if (old && old.participation_id !== phone.participation_id) {
      await asked(kept.delete("basket"));
      for (const record of await asked(items.getAll())) await asked(items.put({ ...record, seen: true }));
    }
    await Promise.all([asked(kept.put(phone, "phone")), asked(kept.put(pack, "pack")), asked(kept.delete("pin"))]);
  });
}
