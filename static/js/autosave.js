// Keeps what is typed in a listing while it is typed. Without this file each page keeps it when it is sent.
//
// A field is sent shortly after the last key. While there is no connection its text stays in the phone's own store and is
// sent as soon as there is one; a page opened meanwhile puts it back. Amounts are told in words.
//
// What the page itself took along (isPosted) most likely arrived, and nobody can know. So it is sent again with the
// version that it was typed over, to the same draft only: there the server finds the same text, or tells of a clash.
// Once that draft was published or thrown away (data-after: the last one that was), it is dropped.

const PAUSE_MS = 900;
const RETRY_MS = 15000;

for (const form of document.querySelectorAll("form[data-autosave]")) keep(form);
for (const form of document.querySelectorAll("form[data-amounts]")) tellAmounts(form);

function keep(form) {
  const words = JSON.parse(form.dataset.words);
  const line = form.querySelector("[data-saved]");
  const store = `draft:${form.dataset.autosave}`;
  const waiting = new Map(Object.entries(read(store)));
  const settled = new Map();
  const early = [...form.elements].filter((field) => version(field.name) && isTyped(field)); // before this script came
  let timer = 0;
  let isSending = false;
  let found = "";

  for (const [name, kept] of waiting) {
    if (isDone(name, kept)) {
      waiting.delete(name);
      continue;
    }
    if (kept.isPosted && version(name)) version(name).value = kept.version ?? version(name).value;
    if (kept.clash || !early.some((field) => field.name === name)) putBack(name, kept.text);
    if (kept.clash) tellClash(kept.clash);
  }
  if (unsent().length) {
    if (unsent().some(([name, kept]) => !kept.isPosted || version(name))) found = words.found;
    send();
  }

  form.addEventListener("input", (event) => note(event.target));
  form.addEventListener("change", (event) => note(event.target));
  form.addEventListener("submit", () => leave());
  window.addEventListener("online", () => send());
  window.addEventListener("pagehide", () => keepAll());
  for (const field of early) if (!waiting.get(field.name)?.clash) note(field);

  function note(field) {
    if (!version(field.name) || field.type === "hidden") return;
    if (!waiting.has(field.name) && settled.get(field.name) === field.value) return; // «change» after it was kept
    waiting.set(field.name, { text: field.value, after: form.dataset.after });
    keepAll();
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
      body.set(`version.${name}`, version(name)?.value ?? kept.version ?? "0");
    }
    say(words.saving, "info");
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, redirect: "manual" });
      if (answer.status === 200 || answer.status === 409) settle(sent, await answer.json());
      else later(reasonOf(answer));
    } catch {
      later(words.waiting);
    }
    isSending = false;
    if (unsent().some(([name, kept]) => sent.get(name) !== kept)) timer = setTimeout(send, PAUSE_MS);
  }

  function later(reason) {
    say(reason, "warning");
    timer = setTimeout(send, RETRY_MS);
  }

  // Signed out we are led away (or our token is one of the past): only the page, loaded again, can help.
  function reasonOf(answer) {
    if (answer.type === "opaqueredirect" || answer.status === 400) return words.signIn;
    return answer.status >= 500 || answer.status === 429 ? words.waiting : words.refused;
  }

  function settle(sent, told) {
    for (const [name, kept] of sent) {
      settled.set(name, kept.text);
      if (waiting.get(name) === kept) waiting.delete(name);
    }
    for (const [name, number] of Object.entries(told.versions)) {
      const field = version(name);
      if (field) field.value = number;
      form.querySelector(`[data-field="${CSS.escape(name)}"] .clash`)?.remove();
    }
    for (const clash of told.clashes) {
      settled.delete(clash.name);
      if (!waiting.has(clash.name)) waiting.set(clash.name, { text: sent.get(clash.name).text, after: form.dataset.after, clash });
      tellClash(clash);
    }
    keepAll();
    if (told.clashes.length === 0) say(`${found} ${words.saved} ${told.saved_at}`.trim(), "check");
    found = "";
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

  // The page shows it already, or the draft that it went into is none any more.
  function isDone(name, kept) {
    if (kept.clash) return false;
    return (kept.isPosted && kept.after !== form.dataset.after) || plain(form.elements[name]?.value) === plain(kept.text);
  }

  function isTyped(field) {
    if (field.type === "radio" || field.type === "checkbox") return field.checked && !field.defaultChecked;
    if (!field.options) return field.type !== "hidden" && field.value !== field.defaultValue;
    return field.selectedIndex !== Math.max([...field.options].findIndex((option) => option.defaultSelected), 0);
  }

  function version(name) {
    return form.elements[`version.${name}`];
  }

  // The page itself is sent now, with its own fields. Should that fail, the next one sends these again.
  function leave() {
    clearTimeout(timer);
    for (const [name, kept] of waiting) {
      if (!version(name)) continue;
      kept.isPosted = true;
      kept.after = form.dataset.after;
      delete kept.clash;
    }
    keepAll();
  }

  function keepAll() {
    for (const [name, kept] of waiting) kept.version = version(name)?.value ?? kept.version;
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
    if (form.dataset.autosave || field.value !== field.defaultValue) tell();
  }
}

// The server keeps texts without blanks at their ends.
function plain(text) {
  return text?.normalize().trim();
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
