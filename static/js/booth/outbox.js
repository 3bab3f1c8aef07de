// Sends what waits, each until the server has said what became of it: the same item may be sent twice and counts once.
// One window sends at a time. A hall's Wi-Fi answers with pages of its own: what is not our JSON in our shape is «no network».

import { keep, read, readAll, settle } from "./store.js";

const SYNC = "/api/v1/booth/sync";
const PACK = "/api/v1/booth/pack";
const MOST = 50;
const PATIENCE_MS = 30_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 300_000;
const LEASE_MS = 60_000;
const OUTCOMES = ["booked", "conflict", "refused"];

// aside: ids of what the server did not take in this round.
export const status = { trouble: "", isSending: false, tries: 0, nextAt: 0, aside: new Set() };
let timer = 0;
let told = () => {};

export function onChange(tell) {
  told = tell;
}

export function isPack(pack) {
  return Boolean(pack && pack.version && Array.isArray(pack.goods) && Array.isArray(pack.references) && pack.producer && pack.fair);
}

function isResult(result, sent) {
  return sent.has(result?.id) && OUTCOMES.includes(result.outcome);
}

// Asks one of our addresses: { code, body }, or null where nobody of ours answers.
export async function ask(address, token, options = {}) {
  try {
    const answer = await fetch(address, {
      ...options,
      headers: { Accept: "application/json", Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      cache: "no-store",
      credentials: "omit",
      redirect: "manual",
      signal: AbortSignal.timeout?.(PATIENCE_MS),
    });
    const type = answer.headers.get("Content-Type") ?? "";
    if (!/^application\/(problem\+)?json\b/.test(type) || !answer.headers.has("X-Request-Id")) return null;
    return { code: answer.status, body: await answer.json() };
  } catch {
    return null; // no network, too slow, cut off half-way, or no JSON after all
  }
}

// Sends all that waits. isFresh: once also what waits for a person, then asks for a fresh pack.
export async function send({ isFresh = false } = {}) {
  clearTimeout(timer);
  let isOurs = false;
  await alone(async () => {
    isOurs = status.isSending = true;
    told();
    status.trouble = await sendAll(isFresh).catch((error) => (error.name === "QuotaExceededError" ? "full" : "offline"));
  });
  if (isOurs) {
    status.isSending = false;
    status.tries = status.trouble ? status.tries + 1 : 0;
    if (status.trouble && status.trouble !== "ended") later();
  } else timer = setTimeout(send, FIRST_WAIT_MS);
  told();
}

function later() {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (status.tries - 1)) * (0.75 + Math.random() / 2);
  status.nextAt = Date.now() + wait;
  clearTimeout(timer);
  timer = setTimeout(send, wait);
}

async function sendAll(isFresh) {
  const { aside } = status;
  aside.clear();
  const asked = new Set();
  let most = MOST;
  let isCounted = !isFresh;
  for (;;) {
    const { phone, items } = await readAll();
    if (!phone) return "";
    const isAsked = ({ id, state, seen }) => isFresh && state === "conflict" && !seen && !asked.has(id);
    const isNext = (record) => (record.state === "waiting" || isAsked(record)) && !aside.has(record.id) && !aside.has(record.item.of); // no undo before its sale
    const waiting = items.filter(isNext).slice(0, most).map((record) => record.item);
    if (!waiting.length) {
      if (isCounted) return aside.size ? "server" : "";
      const trouble = await fetchPack(phone);
      if (trouble) return trouble;
      isCounted = true; // what was sold meanwhile goes now
      continue;
    }
    const answer = await ask(SYNC, phone.token, { method: "POST", body: written(waiting) });
    const trouble = troubleOf(answer);
    if (trouble === "unread" && waiting.length > 1) {
      most = Math.ceil(waiting.length / 2); // one of them cannot be read: the others shall not wait for it
      continue;
    }
    if (trouble === "unread") {
      aside.add(waiting[0].id); // nothing was kept there: it goes again later
      continue;
    }
    if (trouble) return trouble;
    const sent = new Set(waiting.map((item) => item.id));
    if (!Array.isArray(answer.body?.results)) return "offline"; // JSON, but none of ours
    const results = answer.body.results.filter((each) => isResult(each, sent));
    for (const id of sent) asked.add(id);
    for (const { id } of results) sent.delete(id);
    for (const id of sent) aside.add(id); // it could not book these just now
    await settle(results, isPack(answer.body.pack) ? answer.body.pack : null);
    isCounted ||= isPack(answer.body.pack);
    told();
  }
}

// Half an emoji, cut by a field, is no JSON there.
export const written = (items) => JSON.stringify({ items }).replace(/\\ud[89a-f]../g, "\\ufffd");

async function fetchPack(phone) {
  const answer = await ask(PACK, phone.token);
  const trouble = troubleOf(answer);
  if (trouble) return trouble === "unread" ? "server" : trouble;
  if (!isPack(answer.body)) return "offline";
  await settle([], answer.body);
  return "";
}

function troubleOf(answer) {
  if (!answer) return "offline";
  if (answer.code === 200) return "";
  if (answer.code === 401 || answer.code === 403) return "ended";
  return [400, 413, 422].includes(answer.code) ? "unread" : "server";
}

// Runs `work` if no other window is doing so.
async function alone(work) {
  if (navigator.locks) {
    await navigator.locks.request("booth-send", { ifAvailable: true }, (lock) => (lock ? work() : undefined));
    return;
  }
  const lease = await read("lease");
  if (lease > Date.now()) return;
  await keep("lease", Date.now() + LEASE_MS);
  try {
    await work();
  } finally {
    await keep("lease", 0);
  }
}
