// Lots and events written down where there is no network: kept on the telephone (IndexedDB) with their photographs, and
// sent once there is one. Each has the key of its form: sent twice it is still one. Without this script forms are sent
// as they are. What waits is sent only while the same person is signed in (data-drafts, data-waiting: number of the person).

const RETRY_MS = 20000;
const PATIENCE_MS = 60000;
const boxes = document.querySelectorAll("[data-waiting]");
const store = await openStore();
let isSending = false;

for (const form of document.querySelectorAll("form[data-drafts]")) attach(form);
for (const box of boxes) {
  box.querySelector("[data-send]").addEventListener("click", () => sendAll());
}
window.addEventListener("online", () => sendAll());
setInterval(() => sendAll(), RETRY_MS);
await show();
sendAll();

function attach(form) {
  form.addEventListener("submit", async (event) => {
    if (!store || event.submitter?.name) return; // without a store the form goes by itself; so does a search
    event.preventDefault();
    const draft = draftOf(form);
    if (!(await keep(draft))) return form.submit();
    const answer = navigator.onLine ? await post(draft) : null;
    if (answer?.status === 201) {
      await forget(draft.key);
      location.assign(answer.told.address);
    } else if (answer && answer.status < 500 && answer.status !== 429) {
      await forget(draft.key); // the server tells on a page of its own what is wrong: all that was typed stays there
      form.submit();
    } else {
      renew(form);
      await show();
    }
  });
}

function draftOf(form) {
  const fields = [];
  for (const [name, value] of new FormData(form)) {
    if (value instanceof File && !value.name) continue;
    fields.push(value instanceof File ? [name, value, value.name] : [name, value]);
  }
  return { key: form.elements.submission_key.value, who: form.dataset.drafts, title: form.dataset.title, address: form.action, fields, at: Date.now() };
}

// The form is free for the next event: what was typed waits under its own key.
function renew(form) {
  form.elements.submission_key.value = crypto.randomUUID?.() ?? randomKey();
  for (const field of form.querySelectorAll("textarea, input[type=file]")) field.value = "";
  boxes[0]?.scrollIntoView({ block: "start" });
}

function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

async function sendAll() {
  if (isSending || !boxes.length) return;
  isSending = true;
  for (const draft of await waiting()) {
    if (draft.refused) continue;
    const answer = await post(draft);
    if (!answer || answer.status >= 500 || answer.status === 429) break;
    if (answer.status === 201) {
      await forget(draft.key);
      await show(boxes[0].dataset.sent);
    } else if (answer.status === 0) {
      await show(boxes[0].dataset.signIn);
      break;
    } else {
      await keep({ ...draft, refused: true });
      await show();
    }
  }
  isSending = false;
}

// A page that has been open for long has an old token of its form: a fresh one comes with the page itself.
async function post(draft) {
  const first = await postOnce(draft, document.querySelector("input[name=csrf_token]")?.value);
  if (first?.status !== 400) return first;
  try {
    const page = await fetch(location.href, { redirect: "manual" });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("input[name=csrf_token]");
    return fresh ? postOnce(draft, fresh.value) : { status: 0 };
  } catch {
    return null;
  }
}

async function postOnce(draft, token) {
  const body = new FormData();
  for (const [name, value, file] of draft.fields) {
    if (name === "csrf_token") continue;
    if (file) body.append(name, value, file);
    else body.append(name, value);
  }
  body.set("csrf_token", token ?? "");
  try {
    const answer = await fetch(draft.address, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout?.(PATIENCE_MS),
    });
    if (answer.type === "opaqueredirect" || answer.status === 401) return { status: 0 };
    return { status: answer.status, told: answer.status === 201 ? await answer.json() : null };
  } catch {
    return null;
  }
}

async function show(sentence = "") {
  for (const box of boxes) {
    const drafts = await waiting();
    const refused = drafts.filter((draft) => draft.refused);
    box.hidden = !drafts.length && !sentence;
    box.querySelector("[data-told]").textContent = sentence || (refused.length ? box.dataset.refused : box.dataset.one);
    box.querySelector("[data-send]").hidden = drafts.length === refused.length;
    const list = box.querySelector("[data-list]");
    list.replaceChildren(...drafts.map((draft) => lineOf(draft, box)));
  }
}

function lineOf(draft, box) {
  const line = document.createElement("li");
  const note = draft.fields.find(([name]) => name === "note")?.[1] ?? "";
  line.textContent = [draft.title, new Date(draft.at).toLocaleString(document.documentElement.lang), note].filter(Boolean).join(" · ");
  if (draft.refused) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button-2", textContent: box.dataset.remove });
    button.addEventListener("click", async () => {
      await forget(draft.key);
      await show();
    });
    line.append(" ", button);
  }
  return line;
}

function openStore() {
  return new Promise((resolve) => {
    if (!window.indexedDB) return resolve(null);
    const asked = indexedDB.open("lot-drafts", 1);
    asked.addEventListener("upgradeneeded", () => asked.result.createObjectStore("waiting", { keyPath: "key" }));
    asked.addEventListener("success", () => resolve(asked.result));
    for (const failure of ["error", "blocked"]) asked.addEventListener(failure, () => resolve(null)); // private windows
  });
}

function within(mode, act) {
  return new Promise((resolve) => {
    if (!store) return resolve(null);
    const asked = act(store.transaction("waiting", mode).objectStore("waiting"));
    asked.addEventListener("success", () => resolve(asked.result ?? true));
    asked.addEventListener("error", () => resolve(null));
  });
}

function keep(draft) {
  return within("readwrite", (drafts) => drafts.put(draft)).catch(() => null); // a full store: the form goes by itself
}

function forget(key) {
  return within("readwrite", (drafts) => drafts.delete(key));
}

async function waiting() {
  const who = boxes[0]?.dataset.waiting;
  const all = (await within("readonly", (drafts) => drafts.getAll())) ?? [];
  return (Array.isArray(all) ? all : []).filter((draft) => draft.who === who).sort((one, other) => one.at - other.at);
}
