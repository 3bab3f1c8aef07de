// Reads saved lists of codes (offline packs): signed files with products, lots, recalls and a set of codes for each lot.
// The same as packs.py: a set is coded after Golomb and Rice with 20 bits to a remainder, as in BIP 158.
// `seals`: the module seals.js, handed in so that both come from the same version of the program.

const STORE = "ocop-packs";
const REMAINDER_BITS = 20;
const SCALE = 2 ** REMAINDER_BITS;
const OLD_DAYS = 2;
const DAY_MS = 86_400_000;

// The pack in `file` if one of our keys signed it: { name, title, madeAt, lots, salt }.
export async function readPack(seals, file, list, fallback) {
  const cut = file.indexOf("\n{") + 1;
  const kid = Number(/\n\u2014 \S+\/stamp-keys\/(\d{1,3}) \S+\n$/.exec(file.slice(0, cut))?.[1] ?? NaN);
  const known = list.keys.get(kid);
  if (!cut || !known || known.revokedOn) throw new Error("pack");
  const signer = await seals.keyOfNotes(`${list.origin}/stamp-keys/${kid}`, known.key);
  const text = await seals.openNote(file.slice(0, cut), signer, fallback);
  const [format, origin, name, made, hash] = text.split("\n");
  const content = file.slice(cut);
  const found = Array.from(await seals.sha256(seals.bytesOf(content)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const madeAt = new Date(made.replace(/^made /, ""));
  if (format !== "ocop-pack/v1" || origin !== list.origin || hash !== `content ${found}` || Number.isNaN(madeAt.getTime())) {
    throw new Error("pack");
  }
  return { name, madeAt, ...JSON.parse(content) };
}

async function valueOf(seals, salt, code, count) {
  const digest = await seals.sha256(new Uint8Array([...salt, ...seals.bytesOf(code)]));
  const first = digest.subarray(0, 8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return Number((first * BigInt(count) * BigInt(SCALE)) >> 64n);
}

// Whether a set of `count` codes holds `value`; wrong once in a million.
export function holds(data, count, value) {
  let at = 0; // in bits
  const bit = () => {
    const found = (data[at >> 3] >> (7 - (at & 7))) & 1;
    at += 1;
    return found;
  };
  let sum = 0;
  for (let number = 0; number < count; number += 1) {
    let quotient = 0;
    while (bit()) quotient += 1;
    let rest = 0;
    for (let place = 0; place < REMAINDER_BITS; place += 1) rest = rest * 2 + bit();
    sum += quotient * SCALE + rest;
    if (sum >= value) return sum === value;
  }
  return false;
}

// The lot of a saved pack that the code belongs to, of the newest pack that knows it; nothing if none does.
export async function findInPacks(seals, address, list, fallback) {
  const store = await caches.open(STORE);
  const found = [];
  for (const request of await store.keys()) {
    const file = await (await store.match(request)).text();
    const pack = await readPack(seals, file, list, fallback).catch(() => undefined); // not ours: as if it were not there
    if (!pack) continue;
    const salt = seals.fromBase64(pack.salt);
    for (const lot of pack.lots) {
      const value = await valueOf(seals, salt, address.code, lot.count);
      if (holds(seals.fromBase64(lot.codes), lot.count, value)) found.push({ lot, ...ageOf(pack) });
    }
  }
  return found.sort((one, other) => other.madeAt - one.madeAt)[0];
}

function ageOf({ title, madeAt }) {
  const days = Math.floor((Date.now() - madeAt) / DAY_MS);
  return { title, madeAt, days, isOld: days >= OLD_DAYS };
}

export async function savePack(seals, address, list, fallback) {
  const answer = await fetch(address, { cache: "no-store" });
  const file = await answer.text();
  const pack = await readPack(seals, file, list, fallback);
  await (await caches.open(STORE)).put(address, new Response(file));
  return pack;
}
