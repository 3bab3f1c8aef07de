// The counter of a booth on one telephone: sales are written down here first, and sent when they can be.

import "./sell.js";
import "./pay.js";
import { COMMUNES } from "./ship.js";
import "./scanner.js";
import { drawClosing } from "./closing.js";
import { guard } from "./lock.js";
import { onChange, send, status } from "./outbox.js";
import { $, actions, put, say, show, shown, tell } from "./page.js";
import { draws, refresh, state, waiting } from "./state.js";
import { channel } from "./store.js";
import "./today.js";

const FRESH_EVERY_MS = 300_000;
const PHOTOS = "booth-photos";
const READER = "booth-reader";
const LISTS = "booth-lists";

draws(() => {
  if (!state.pack) return;
  const { fair, booth, producer } = state.pack;
  put("booth", booth.code ? say("booth", { code: booth.code }) : producer.name);
  put("where", `${producer.name} · ${fair.name}`);
  $("[data-ended]").hidden = status.trouble !== "ended";
  $("[data-sends-only]").hidden = !state.pack.sends_only;
  if (shown() === "closing") drawClosing();
});

let photographed = "";
onChange(async () => {
  await refresh();
  if (state.pack && photographed !== state.pack.version) keepPhotos();
});

async function start() {
  if (!window.isSecureContext || !window.indexedDB || !crypto.subtle) return show("unable");
  try {
    await refresh();
  } catch (error) {
    put("trouble_words", say(error.name === "VersionError" ? "newer_store" : "no_store"));
    return show("trouble");
  }
  if (!state.phone) return show("unpaired");
  // Signing out empties what a browser keeps of us; the cookie says that unsent sales are here.
  document.cookie = `booth-phone=1; Max-Age=31536000; Path=/; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  show("sell");
  guard();
  stayAwake();
  registerWorker();
  send({ isFresh: true });
  addEventListener("online", () => send({ isFresh: true }));
  setInterval(() => !document.hidden && send({ isFresh: true }), FRESH_EVERY_MS);
}

channel?.addEventListener("message", () => refresh());
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !state.phone) return;
  stayAwake();
  refresh().then(() => send());
});

async function stayAwake() {
  await navigator.wakeLock?.request("screen").catch(() => {});
}

async function registerWorker() {
  const worker = await navigator.serviceWorker?.register("/booth-sw.js", { scope: $(".counter").dataset.counter }).catch(() => null);
  await worker?.sync?.register("booth-send").catch(() => {}); // where there is none, opening and `online` send
  navigator.storage?.persist?.().catch(() => {});
  keepReader();
  if (!(await caches.match(COMMUNES).catch(() => true))) await (await caches.open(LISTS)).add(COMMUNES).catch(() => {});
}
navigator.serviceWorker?.addEventListener("message", (event) => event.data === "send" && send());

// Photographs of what is sold here, and of nothing else.
async function keepPhotos() {
  photographed = state.pack.version;
  const wanted = state.pack.goods.map((good) => good.photo_url).filter(Boolean);
  try {
    const cache = await caches.open(PHOTOS);
    const kept = (await cache.keys()).map((request) => new URL(request.url).pathname + new URL(request.url).search);
    await Promise.all(kept.filter((each) => !wanted.includes(each)).map((each) => cache.delete(each)));
    await Promise.all(wanted.filter((each) => !kept.includes(each)).map((each) => cache.add(each).catch(() => {})));
  } catch {
    // No room: tiles without photographs sell as well.
  }
}

// The barcode reader weighs a megabyte: only telephones whose browser reads none keep it.
async function keepReader() {
  if ("BarcodeDetector" in window || navigator.connection?.saveData) return;
  const { reader, share, wasm } = $('[data-screen="scan"]').dataset;
  try {
    if (!(await caches.has(READER))) await (await caches.open(READER)).addAll([reader, share, wasm]);
  } catch {
    await caches.delete(READER);
  }
}

let prompt;
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompt = event;
  $("[data-install]").hidden = false;
});
actions.install = () => prompt?.prompt();
actions.menu = () => show("menu");
actions.leave = () => (waiting().length ? tell(say("leave_unsent", { count: waiting().length })) : location.assign($("[data-leave]").dataset.leave));

start();
