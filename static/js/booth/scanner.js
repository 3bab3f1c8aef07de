// Adding goods by the camera: a GTIN, or a stamp of ours, whose code is noted on the line. Pictures never leave the telephone.
// A stamp without a GTIN does not say what it is on: the person who holds it does.

import { isSoldUnit, quantityOf, withQuantity, withUnit } from "./basket.js";
import { $, actions, put, say, show, whenShown } from "./page.js";
import { changeBasket, nameOf, packOf, state } from "./state.js";

const PAUSE_MS = 150;
const AGAIN_MS = 2500; // the same code in view is one pack
const screen = $('[data-screen="scan"]');
const view = $("video", screen);
let reader;
let stream;
let last = { text: "", at: 0 };

// What a QR, a bar code or typed text says: { gtin, unit }, { foreign: host }, or null.
export function understood(text, host) {
  const plain = text.trim();
  if (/^(\d{8}|\d{12,14})$/.test(plain)) return { gtin: plain.padStart(14, "0"), unit: null };
  if (/^[\s0-9a-z-]{13,20}$/i.test(plain)) return { gtin: null, unit: codeOf(plain) };
  let address;
  try {
    address = new URL(plain);
  } catch {
    return null;
  }
  if (address.hostname.toLowerCase() !== host.toLowerCase()) return { foreign: address.hostname || address.protocol };
  const path = decodeURIComponent(address.pathname);
  const stamp = /^(?:\/en)?(?:\/[0-9a-z]{108})?\/t\/([^/]+)\/?$/i.exec(path);
  if (stamp) return { gtin: null, unit: codeOf(stamp[1]) };
  const link = /\/01\/(\d{8,14})(?:\/22\/[^/]+)?(?:\/10\/[^/]+)?(?:\/21\/([^/]+))?\/?$/.exec(path);
  return link ? { gtin: link[1].padStart(14, "0"), unit: link[2] ? codeOf(link[2]) : null } : null;
}

// As stamp_codes.py reads them: O is 0, I and L are 1.
function codeOf(text) {
  return text.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
}

function accept(text) {
  const found = understood(text, location.hostname);
  if (!found) return put("scanned", say("scan_nothing"));
  if (found.foreign) return put("scanned", say("scan_foreign", { host: found.foreign }));
  if (found.unit && isSoldUnit(found.unit, state.basket, state.items)) return put("scanned", say("scan_again", { code: found.unit }));
  const goods = state.pack.goods.filter((good) => (found.gtin ? good.gtin?.padStart(14, "0") === found.gtin : good.is_sellable));
  if (!goods.length) return put("scanned", say("scan_unknown"));
  if (goods.length === 1) return take(goods[0], found.unit);
  put("scanned", say("scan_which"));
  $("[data-which]").replaceChildren(...goods.map((good) => choiceOf(good, found.unit)));
}

function choiceOf(good, unit) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "key key-text", textContent: `${nameOf(good)}, ${packOf(good)}` });
  button.addEventListener("click", () => take(good, unit));
  line.append(button);
  return line;
}

function take(good, unit) {
  $("[data-which]").replaceChildren();
  const next = unit ? withUnit(state.basket, good, unit) : withQuantity(state.basket, good, quantityOf(state.basket, good) + 1);
  if (!good.is_sellable) return put("scanned", say("scan_unsold", { name: nameOf(good) }));
  if (quantityOf(next, good) > (state.left.get(good.variant_id) ?? 0)) return put("scanned", say("scan_none_left", { name: nameOf(good) }));
  changeBasket(next);
  put("scanned", say("scan_added", { name: nameOf(good), count: quantityOf(next, good) }));
  navigator.vibrate?.(60);
}

async function makeReader() {
  if ("BarcodeDetector" in window) {
    const known = await BarcodeDetector.getSupportedFormats();
    const formats = ["qr_code", "data_matrix", "ean_13", "ean_8", "upc_a"].filter((format) => known.includes(format));
    if (formats.includes("qr_code")) {
      const detector = new BarcodeDetector({ formats });
      return async (picture) => (await detector.detect(picture)).map((found) => found.rawValue);
    }
  }
  const { prepareZXingModule, readBarcodes } = await import(screen.dataset.reader);
  await prepareZXingModule({
    overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? screen.dataset.wasm : prefix + path) },
    fireImmediately: true,
  });
  return async (picture) => (await readBarcodes(pixelsOf(picture), { tryHarder: true })).filter((each) => each.isValid).map((each) => each.text);
}

function pixelsOf(picture) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: picture.videoWidth, height: picture.videoHeight });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(picture, 0, 0);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

async function look() {
  if (!stream) return;
  const [text] = view.readyState >= view.HAVE_CURRENT_DATA ? await reader(view).catch(() => []) : [];
  if (text && (text !== last.text || Date.now() - last.at > AGAIN_MS)) accept(text);
  if (text) last = { text, at: Date.now() };
  if (stream && screen.hidden) stop();
  else setTimeout(look, PAUSE_MS);
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  view.hidden = true;
}
addEventListener("pagehide", stop);

whenShown("scan", async () => {
  put("scanned", say("scan_looking"));
  $("[data-which]").replaceChildren();
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    view.srcObject = stream;
    view.hidden = false;
    reader ??= await makeReader();
    await view.play();
    look();
  } catch {
    stop(); // refused, no camera, or the reader is not on this telephone yet: codes can be typed
    put("scanned", say("scan_denied"));
  }
});

actions.scan = () => show("scan");
actions.scanned = () => {
  stop();
  actions.home();
};
$("form", screen).addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.elements.code;
  if (field.value.trim()) accept(field.value);
  field.value = "";
});
