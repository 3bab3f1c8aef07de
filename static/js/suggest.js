// Makes each search form an ARIA combobox (WAI-ARIA 1.2, «list autocomplete with manual selection»).
// The list is fed by GET <data-suggest>?q=…, answering {items: [{kind, label, detail, url}]}.

const WAIT_MS = 120;

for (const [number, form] of document.querySelectorAll("form[data-suggest]").entries()) attach(form, number);

function attach(form, number) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.id = `suggestions-${number}`;
  list.className = "search-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  form.append(list);
  const state = { input, list, address: form.dataset.suggest, items: [], chosen: -1, request: null, timer: 0 };

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("input", (event) => {
    // While a Vietnamese keyboard composes a letter, the word is not there yet.
    if (!event.isComposing) ask(state);
  });
  input.addEventListener("compositionend", () => ask(state));
  input.addEventListener("keydown", (event) => onKey(state, event));
  input.addEventListener("blur", () => close(state));
  // Pressing an option must not take the focus from the field, or the list would close first.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) go(state, Number(option.dataset.index));
  });
  if (input.value !== input.defaultValue) ask(state); // typed before this script came
}

function ask(state) {
  clearTimeout(state.timer);
  state.request?.abort();
  const typed = state.input.value.normalize("NFC").trim();
  if (typed.length < 2) {
    close(state);
    return;
  }
  state.timer = setTimeout(() => fetchItems(state, typed), WAIT_MS);
}

async function fetchItems(state, typed) {
  state.request = new AbortController();
  try {
    const answer = await fetch(`${state.address}?q=${encodeURIComponent(typed)}`, { signal: state.request.signal });
    show(state, answer.ok ? (await answer.json()).items : []);
  } catch {
    // Offline or overtaken by the next letter: the plain form still searches.
    close(state);
  }
}

function show(state, items) {
  if (document.activeElement !== state.input || items.length === 0) {
    close(state);
    return;
  }
  state.items = items;
  state.chosen = -1;
  state.list.replaceChildren(...items.map((item, index) => optionOf(state, item, index)));
  state.list.hidden = false;
  state.input.setAttribute("aria-expanded", "true");
  state.input.removeAttribute("aria-activedescendant");
}

function optionOf(state, item, index) {
  const option = document.createElement("li");
  option.id = `${state.list.id}-${index}`;
  option.dataset.index = index;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const label = document.createElement("b");
  label.textContent = item.label;
  const detail = document.createElement("span");
  detail.textContent = item.detail ?? "";
  option.append(label, " ", detail);
  return option;
}

function onKey(state, event) {
  if (state.list.hidden) {
    if (event.key === "ArrowDown") ask(state);
    return;
  }
  const last = state.items.length - 1;
  if (event.key === "ArrowDown") choose(state, state.chosen === last ? -1 : state.chosen + 1);
  else if (event.key === "ArrowUp") choose(state, state.chosen === -1 ? last : state.chosen - 1);
  else if (event.key === "Escape") close(state);
  else if (event.key === "Enter" && state.chosen >= 0) go(state, state.chosen);
  else return;
  event.preventDefault();
}

function choose(state, index) {
  state.chosen = index;
  for (const option of state.list.children) {
    option.setAttribute("aria-selected", String(Number(option.dataset.index) === index));
  }
  if (index < 0) {
    state.input.removeAttribute("aria-activedescendant");
    return;
  }
  const option = state.list.children[index];
  state.input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function go(state, index) {
  location.assign(state.items[index].url);
}

function close(state) {
  clearTimeout(state.timer);
  state.request?.abort();
  state.items = [];
  state.chosen = -1;
  state.list.hidden = true;
  state.input.setAttribute("aria-expanded", "false");
  state.input.removeAttribute("aria-activedescendant");
}
