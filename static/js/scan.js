// Reads the QR of a stamp from the camera or a photo, in the browser. Pictures never leave it.
// Without this script the code is typed; everything here only fills that form in.

const scanner = document.querySelector("[data-scanner]");
const status = scanner.querySelector("[data-status]");
const view = scanner.querySelector("[data-view]");
const camera = scanner.querySelector("[data-camera]");
const words = (name) => scanner.dataset[`words${name}`];
const PAUSE_MS = 120;

scanner.hidden = false;
camera.hidden = !navigator.mediaDevices?.getUserMedia;

let reader; // made by the first tap: the barcode reader weighs a megabyte
let stream;

async function makeReader() {
  if ("BarcodeDetector" in window) {
    const formats = await window.BarcodeDetector.getSupportedFormats();
    if (formats.includes("qr_code")) {
      const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      return async (picture) => (await detector.detect(picture)).map((found) => found.rawValue);
    }
  }
  const { prepareZXingModule, readBarcodes } = await import(scanner.dataset.reader);
  await prepareZXingModule({
    overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? scanner.dataset.wasm : prefix + path) },
    fireImmediately: true,
  });
  return async (picture) => {
    const found = await readBarcodes(pixelsOf(picture), { formats: ["QRCode"], tryHarder: true });
    return found.filter((each) => each.isValid).map((each) => each.text);
  };
}

function pixelsOf(picture) {
  const width = picture.videoWidth || picture.width;
  const height = picture.videoHeight || picture.height;
  const shrink = Math.min(1, 1600 / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * shrink);
  canvas.height = Math.round(height * shrink);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

// An address of ours leads to its stamp. One of somebody else is named, and not followed.
function accept(text) {
  let address;
  try {
    address = new URL(text);
  } catch {
    if (/^[\s0-9A-Za-z-]{13,24}$/.test(text)) return go(text);
    status.textContent = words("Text");
    return false;
  }
  if (address.hostname.toLowerCase() !== scanner.dataset.host.toLowerCase()) {
    status.textContent = words("Foreign").replace("{host}", address.hostname || address.protocol);
    return false;
  }
  return go(text);
}

function go(text) {
  stop();
  const field = document.getElementById(scanner.dataset.field ?? "");
  if (field) {
    field.value = text;
    field.form.requestSubmit();
    return true;
  }
  location.assign(`${scanner.dataset.target}?code=${encodeURIComponent(text)}`);
  return true;
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  view.hidden = true;
}

async function look() {
  if (!stream) return;
  const found = view.readyState >= view.HAVE_CURRENT_DATA ? await reader(view) : [];
  if (stream && !(found.length && accept(found[0]))) setTimeout(look, PAUSE_MS);
}

camera.addEventListener("click", async () => {
  if (stream) return;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    view.srcObject = stream;
    view.hidden = false;
    status.textContent = words("Looking");
    reader ??= await makeReader();
    await view.play();
    look();
  } catch {
    // Refused, taken by another program, or no camera at all: the person can type.
    stop();
    status.textContent = words("Denied");
  }
});

scanner.querySelector("[data-photo]").addEventListener("change", async (event) => {
  const [photo] = event.target.files;
  if (!photo) return;
  try {
    reader ??= await makeReader();
    const found = await reader(await createImageBitmap(photo));
    if (!found.length) status.textContent = words("None");
    else accept(found[0]);
  } catch {
    // No picture that this browser can open.
    status.textContent = words("None");
  }
  event.target.value = "";
});

// Back from the stamp's page: the camera is off until it is asked for again.
addEventListener("pagehide", stop);
