// Keeps what is typed in a listing while it is typed. Without this file each page keeps it when it is sent.
//
// A field is sent shortly after the last key. While there is no connection its text stays in the phone's own store and is
// sent as soon as there is one; a page opened meanwhile puts it back. Amounts are told in words.

const PAUSE_MS = 900;
const RETRY_MS = 15000;

for (const form of document.querySelectorAll("form[data-autosave]")) keep(form);
for (const form of document.querySelectorAll("form[data-amounts]")) tellAmounts(form);

function keep(form) {
  const words = JSON.parse(form.dataset.words);
  const line = form.querySelector("[data-saved]");
  const store = `draft:${form.dataset.autosave}`;
  const waiting = new Map(Object.entries(read(store)));
  const early = [...form.elements].filter((field) => version(field.name) && isTyped(field)); // before this script came
  let timer = 0;
  let isSending = false;

  for (const [name, kept] of waiting) {
    if (kept.clash || !early.some((field) => field.name === name)) putBack(name, kept.text);
    if (kept.clash) tellClash(kept.clash);
  }
  if (unsent().length) {
    if (unsent().some(([, kept]) => !kept.isPosted)) say(words.found, "warning");
    send();
  }

  form.addEventListener("input", (event) => note(event.target));
  form.addEventListener("change", (event) => note(event.target));
  form.addEventListener("submit", () => leave());
  window.addEventListener("online", () => send());
  window.addEventListener("pagehide", () => write(store, waiting));
  for (const field of early) if (!waiting.get(field.name)?.clash) note(field);

  function note(field) {
    if (!version(field.name) || field.type === "hidden") return;
    waiting.set(field.name, { text: field.value });
    write(store, waiting);
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE_MS);
  }

  async function send() {
    clearTimeout(timer);
    const sent = new Map(unsent());
    if (isSending || sent.size === 0) return;
    isSending = true;
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    for (const [name, kept] of sent) {
      body.set(name, kept.text);
      body.set(`version.${name}`, version(name)?.value ?? "0");
    }
    say(words.saving, "info");
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, redirect: "manual" });
      if (answer.status !== 200 && answer.status !== 409) throw new Error(answer.status);
      settle(sent, await answer.json());
    } catch {
      say(words.waiting, "warning");
      timer = setTimeout(send, RETRY_MS);
    }
    isSending = false;
    if (unsent().some(([name, kept]) => sent.get(name) !== kept)) timer = setTimeout(send, PAUSE_MS);
  }

  function settle(sent, told) {
    for (const [name, kept] of sent) if (waiting.get(name) === kept) waiting.delete(name);
    for (const [name, number] of Object.entries(told.versions)) {
      const field = version(name);
      if (field) field.value = number;
      form.querySelector(`[data-field="${CSS.escape(name)}"] .clash`)?.remove();
    }
    for (const clash of told.clashes) {
      if (!waiting.has(clash.name)) waiting.set(clash.name, { text: sent.get(clash.name).text, clash });
      tellClash(clash);
    }
    write(store, waiting);
    if (told.clashes.length === 0) say(`${words.saved} ${told.saved_at}`, "check");
  }

  // What was typed second is not sent again by itself: it waits here until somebody types on, or presses the button.
  function unsent() {
    return [...waiting].filter(([, kept]) => !kept.clash);
  }

  // Both texts stay: one in the box, the other under it. What is typed next goes over the other one, knowingly.
  function tellClash(clash) {
    const box = form.querySelector(`[data-field="${CSS.escape(clash.name)}"]`);
    const field = version(clash.name);
    if (field) field.value = clash.version;
    let note = box?.querySelector(".clash");
    if (box && !note) {
      note = document.createElement("p");
      note.className = "wrong clash";
      note.setAttribute("role", "alert");
      box.append(note);
    }
    const who = clash.by ? ` (${clash.by})` : "";
    if (note) note.textContent = `${words.clash} «${clash.present}»${who}`;
    say(words.clash, "warning");
  }

  function putBack(name, text) {
    const field = form.elements[name];
    if (!field) return;
    if (field instanceof RadioNodeList) field.value = text;
    else if (field.value !== text) field.value = text;
  }

  function isTyped(field) {
    if (field.type === "radio" || field.type === "checkbox") return field.checked && !field.defaultChecked;
    if (!field.options) return field.type !== "hidden" && field.value !== field.defaultValue;
    return field.selectedIndex !== Math.max([...field.options].findIndex((option) => option.defaultSelected), 0);
  }

  function version(name) {
    return form.elements[`version.${name}`];
  }

  // The page itself is sent now. Should that fail, the next one sends these again, which changes nothing if it did not.
  function leave() {
    clearTimeout(timer);
    for (const kept of waiting.values()) {
      kept.isPosted = true;
      delete kept.clash;
    }
    write(store, waiting);
  }

  function say(text, sign) {
    line.dataset.sign = sign;
    line.querySelector("span").textContent = text;
    const sheet = line.querySelector("use");
    sheet.setAttribute("href", sheet.getAttribute("href").replace(/#.*/, `#${sign}`));
  }
}

function tellAmounts(form) {
  for (const field of form.querySelectorAll("[data-money]")) {
    let timer = 0;
    const tell = async () => {
      const place = form.querySelector(`[data-words-of="${CSS.escape(field.name)}"]`);
      if (!field.value.trim()) {
        place.textContent = "";
        return;
      }
      try {
        const answer = await fetch(`${form.dataset.amounts}?typed=${encodeURIComponent(field.value)}`);
        const told = await answer.json();
        place.textContent = told.words ? `${told.money}: ${told.words}` : "";
      } catch {
        place.textContent = "";
      }
    };
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(tell, 400);
    });
    tell();
  }
}

function read(store) {
  try {
    return JSON.parse(localStorage.getItem(store)) ?? {};
  } catch {
    return {};
  }
}

function write(store, waiting) {
  try {
    if (waiting.size) localStorage.setItem(store, JSON.stringify(Object.fromEntries(waiting)));
    else localStorage.removeItem(store);
  } catch {
    // A full or forbidden store: the page still keeps everything when it is sent.
  }
}
