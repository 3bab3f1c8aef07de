// Photographs from a telephone: made smaller before they are sent, sent one by one with their progress, and kept on the
// telephone (IndexedDB) until the server has taken them, or has said why it never will, so that a lost connection, a
// closed page or an ended sign-in loses nothing.
// Without this script the form sends the files as they are. Papers (data-shrink) are only made smaller.

const PHOTO = { side: 1600, quality: 0.82 };
const PAPER = { side: 2400, quality: 0.85 };
const RETRY_MS = [2000, 5000, 15000];

for (const form of document.querySelectorAll("form[data-photos]")) attach(form);
for (const input of document.querySelectorAll("input[type=file][data-shrink]")) shrinkInPlace(input);

async function attach(form) {
  const list = form.querySelector("[data-queue]");
  const state = { form, list, words: list.dataset, store: null, waiting: [], isSending: false, sent: 0 };
  state.opened = openStore().then((store) => { state.store = store; });
  const camera = form.querySelector("[data-camera]");
  camera.hidden = false;
  for (const input of form.querySelectorAll("input[type=file]")) {
    const take = () => {
      for (const file of input.files) add(state, file);
      input.value = "";
    };
    input.addEventListener("change", take);
    take(); // what was chosen before this script came
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(state);
  });
  window.addEventListener("online", () => send(state));
  await state.opened;
  for (const kept of await keptIn(state.store)) if (!state.waiting.some((item) => item.id === kept.id)) show(state, kept);
  if (state.waiting.length) send(state);
}

async function add(state, file) {
  const blob = await smaller(file, PHOTO);
  await state.opened;
  const item = { id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, page: location.pathname, name: file.name, blob };
  await keep(state.store, item);
  show(state, item);
  send(state);
}

function show(state, item) {
  const row = document.createElement("li");
  const told = document.createElement("div");
  const name = document.createElement("b");
  name.textContent = item.name;
  const say = document.createElement("p");
  say.textContent = state.words.waits;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", item.name);
  told.append(name, say, bar);
  row.append(told);
  state.list.append(row);
  state.waiting.push(Object.assign(item, { row, say, bar, tries: 0 }));
}

async function send(state) {
  if (state.isSending) return;
  state.isSending = true;
  while (state.waiting.length) {
    const item = state.waiting[0];
    item.say.textContent = state.words.sending;
    const answer = await post(state.form, item);
    const isRefused = answer?.status === 422 && answer.faults.length > 0;
    if (answer?.status !== 201 && !isRefused) {
      if (!(await mayTryAgain(state, item, answer))) break;
      continue;
    }
    state.waiting.shift();
    await forget(state.store, item.id);
    if (isRefused) refuse(item, answer);
    else state.sent += 1;
    item.bar.remove();
  }
  state.isSending = false;
  if (state.sent && !state.waiting.length && !state.list.querySelector("[data-refused]")) location.reload();
}

async function mayTryAgain(state, item, answer) {
  const isPassing = answer === null || answer.status >= 500 || answer.status === 429;
  const wait = isPassing ? RETRY_MS[item.tries++] : undefined;
  item.say.textContent = isPassing ? state.words.failed : isSignedOut(answer) ? state.words.signIn : state.words.kept;
  if (wait !== undefined && navigator.onLine) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    return true;
  }
  if (item.row.querySelector("button")) return false;
  item.row.append(button(state.words.again, () => { item.tries = 0; send(state); }), button(state.words.drop, () => drop(state, item)));
  return false;
}

async function drop(state, item) {
  state.waiting = state.waiting.filter((other) => other !== item);
  await forget(state.store, item.id);
  item.row.remove();
  send(state);
}

// Signed out the request was led to the sign-in, which is a page like any other; an old token of the form is refused.
function isSignedOut(answer) {
  return answer.status === 200 || answer.status === 400;
}

function refuse(item, answer) {
  item.row.dataset.refused = "";
  item.say.textContent = answer.faults.map((fault) => fault.sentence).join(" ");
  item.say.className = "wrong";
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button-2";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

function post(form, item) {
  return new Promise((resolve) => {
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("photos", item.blob, item.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) item.bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => resolve({ status: request.status, faults: faultsOf(request.responseText) }));
    for (const failure of ["error", "abort", "timeout"]) request.addEventListener(failure, () => resolve(null));
    request.timeout = 120000;
    request.send(body);
  });
}

function faultsOf(text) {
  try {
    return JSON.parse(text).faults ?? [];
  } catch {
    return []; // a page of ours in HTML
  }
}

async function smaller(file, { side, quality }) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const share = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * share);
    canvas.height = Math.round(bitmap.height * share);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#FFF";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    return made && (made.size < file.size || share < 1) ? made : file;
  } catch {
    return file; // the server says what is wrong with it
  }
}

function shrinkInPlace(input) {
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    const made = await Promise.all(chosen.map((file) => smaller(file, PAPER)));
    const isOutdated = input.files.length !== chosen.length || chosen.some((file, at) => input.files[at] !== file);
    if (isOutdated || made.every((file, at) => file === chosen[at])) return;
    const files = new DataTransfer();
    made.forEach((file, at) => {
      const old = chosen[at];
      files.items.add(file === old ? old : new File([file], old.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }));
    });
    input.files = files.files;
  });
}

function openStore() {
  return new Promise((resolve) => {
    if (!window.indexedDB) return resolve(null);
    const asked = indexedDB.open("photos", 1);
    asked.addEventListener("upgradeneeded", () => asked.result.createObjectStore("waiting", { keyPath: "id" }));
    asked.addEventListener("success", () => resolve(asked.result));
    for (const failure of ["error", "blocked"]) asked.addEventListener(failure, () => resolve(null)); // private windows
  });
}

function within(store, mode, act) {
  return new Promise((resolve) => {
    if (!store) return resolve([]);
    const asked = act(store.transaction("waiting", mode).objectStore("waiting"));
    asked.addEventListener("success", () => resolve(asked.result));
    asked.addEventListener("error", () => resolve([]));
  });
}

const keep = (store, item) => within(store, "readwrite", (waiting) => waiting.put(item));
const forget = (store, id) => within(store, "readwrite", (waiting) => waiting.delete(id));
const keptIn = async (store) => (await within(store, "readonly", (waiting) => waiting.getAll())).filter((item) => item.page === location.pathname);
