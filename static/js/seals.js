// Checks the seal of a stamp in the browser, without a network: what seals.py and seal_keys.py do on the server.
// A seal proves who issued an address, never that the paper is the original: nothing here says so.

const HEAD = "OCOP-STAMP-v1\n";
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LINE_OF_KEY =
  /^(\d{1,3}) ([A-Za-z0-9+/]{43}=) (\d{4}-\d\d-\d\d) (\d{4}-\d\d-\d\d) (?:active|revoked (\d{4}-\d\d-\d\d))$/;
// The order of the group, little-endian: a signature's second half is below it. Source: RFC 8032, 5.1.7.
const ORDER = [
  0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

export const bytesOf = (text) => new TextEncoder().encode(text);

// There is one way to write a value in base 64: another one is no value of ours.
export function fromBase64(text) {
  const raw = atob(text);
  if (btoa(raw) !== text) throw new Error("base64");
  return Uint8Array.from(raw, (sign) => sign.charCodeAt(0));
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function isBelowOrder(half) {
  for (let at = 31; at >= 0; at -= 1) if (half[at] !== ORDER[at]) return half[at] < ORDER[at];
  return false;
}

// Whether this browser checks Ed25519 itself. `fallback`: address of noble-ed25519, fetched by the others only.
const BASE_POINT = new Uint8Array(32).fill(0x66).fill(0x58, 0, 1);
let byItself;
export function canCheckItself() {
  byItself ??= crypto.subtle.importKey("raw", BASE_POINT, "Ed25519", false, ["verify"]).then(
    () => true,
    () => false,
  );
  return byItself;
}

async function isSignedByItself(key, message, signature) {
  try {
    const taken = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", taken, signature, message);
  } catch {
    return false; // 32 bytes that are no point of the curve
  }
}

async function isSignedByHand(key, message, signature, fallback) {
  const { verifyAsync } = await import(fallback);
  try {
    return await verifyAsync(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

// Whatever is malformed is no signature. byHand: with the fallback even where the browser could do it.
export async function isSigned(key, message, signature, fallback, byHand = false) {
  if (key.length !== 32 || signature.length !== 64 || !isBelowOrder(signature.subarray(32))) return false;
  if (!byHand && (await canCheckItself())) return isSignedByItself(key, message, signature);
  return isSignedByHand(key, message, signature, fallback);
}

// «name+id+base64» as keys of notes are handed round. Source: C2SP signed-note.
export async function readVerifierKey(text) {
  const [name, id, value] = text.split(/\+(.{8})\+/s);
  const [kind, ...key] = fromBase64(value);
  const known = await keyOfNotes(name, Uint8Array.from(key));
  if (kind !== 1 || key.length !== 32 || hex(known.id) !== id) throw new Error("verifier key");
  return known;
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export async function keyOfNotes(name, key) {
  return { name, key, id: (await sha256(joined(bytesOf(`${name}\n`), [1], key))).subarray(0, 4) };
}

// The text of a note if `signer` signed it. Signatures of others are passed over.
export async function openNote(note, signer, fallback) {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) throw new Error("note");
  const text = note.slice(0, end + 1);
  for (const line of note.slice(end + 2, -1).split("\n")) {
    const [dash, name, value, ...more] = line.split(" ");
    if (dash !== "\u2014" || !name || !value || more.length) throw new Error("note");
    const signed = fromBase64(value);
    if (name === signer.name && same(signed.subarray(0, 4), signer.id)) {
      if (await isSigned(signer.key, bytesOf(text), signed.slice(4), fallback)) return text;
      throw new Error("signature");
    }
  }
  throw new Error("signer");
}

// The list of keys, opened with the root key that this program came with.
export async function readKeys(note, root, fallback) {
  const [format, origin, issued, ...lines] = (await openNote(note, root, fallback)).split("\n");
  const issuedAt = /^issued (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/.exec(issued)?.[1];
  if (format !== "ocop-stamp-keys/v1" || !origin || !issuedAt || lines.pop() !== "") throw new Error("key list");
  const keys = new Map();
  for (const line of lines) {
    const found = LINE_OF_KEY.exec(line);
    if (!found || keys.has(Number(found[1]))) throw new Error("key list");
    const [, kid, key, notBefore, notAfter, revokedOn] = found;
    keys.set(Number(kid), { kid: Number(kid), key: fromBase64(key), notBefore, notAfter, revokedOn });
  }
  return { origin, issuedAt, keys };
}

// 67 bytes from 108 characters, or nothing: one seal has one writing, the four bits behind it are zero.
function bytesOfSeal(text) {
  const bytes = new Uint8Array(67);
  let held = 0;
  let count = 0;
  let at = 0;
  for (const sign of text.toUpperCase()) {
    const value = CROCKFORD.indexOf(sign);
    if (value < 0) return undefined;
    held = (held << 5) | value;
    count += 5;
    if (count >= 8) {
      count -= 8;
      bytes[at] = held >> count;
      at += 1;
      held &= (1 << count) - 1;
    }
  }
  return held ? undefined : bytes;
}

function plain(piece) {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece; // «%ZZ»: in no address of ours, and no reason to stop
  }
}

// What an address of a stamp says: { seal, path, code, gtin, lot }, or nothing. path: as it was signed.
export function readAddress(pathname) {
  const found = /^(?:\/en(?=\/))?(?:\/([0-9A-Za-z]{108})(?=\/))?(\/(?:01|[Tt])\/[^?#]+?)\/*$/.exec(pathname);
  if (!found) return undefined;
  const raw = found[1] && bytesOfSeal(found[1]);
  if (found[1] && !raw) return undefined;
  const path = found[2].toUpperCase();
  const named = /^\/01\/([^/]+)(?:\/10\/([^/]+))?(?:\/21\/([^/]+))?$/.exec(path);
  const code = plain(named ? (named[3] ?? "") : path.slice(3));
  return {
    path,
    code: code.replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1"),
    gtin: named?.[1],
    lot: named?.[2] && plain(named[2]),
    seal: raw && { kid: raw[0], month: (raw[1] << 8) | raw[2], head: raw.slice(0, 3), signature: raw.slice(3) },
  };
}

// The day in Vietnam, «2026-11-22».
export function today(now = new Date()) {
  return new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
}

// Months are counted from January 2000. «2026-11» for 322.
export function nameOfMonth(month) {
  return `${2000 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
}

// ok, bad, unknown_key, expired_key or revoked_key, in the order of seals.py.
export async function checkSeal(address, keys, on, fallback, byHand = false) {
  const { seal, path } = address;
  const known = keys.get(seal.kid);
  if (!known || on < known.notBefore) return "unknown_key";
  const message = joined(bytesOf(HEAD), seal.head, bytesOf(`\n${path}`));
  if (!(await isSigned(known.key, message, seal.signature, fallback, byHand))) return "bad";
  if (known.revokedOn) return "revoked_key";
  if (on > known.notAfter || on.slice(0, 7) > nameOfMonth(seal.month)) return "expired_key";
  return "ok";
}
