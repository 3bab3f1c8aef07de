// Lets the answers of «Which one is it?» follow what is typed. Without it the button searches.
// Fed by GET <data-communes>?province=…&q=…, answering {items: [{key, code, label, old, is_split}]}.

const WAIT_MS = 200;

for (const box of document.querySelectorAll("[data-communes]")) attach(box);

function attach(box) {
  const state = {
    box,
    province: box.querySelector("select[name=province]"),
    input: box.querySelector("input[name=q]"),
    list: box.querySelector("#commune"),
    request: null,
    timer: 0,
  };
  state.input.addEventListener("input", (event) => event.isComposing || later(state));
  state.input.addEventListener("compositionend", () => later(state));
  state.province.addEventListener("change", () => later(state));
  // Enter in the field looks for the commune rather than sending the whole form.
  state.input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    ask(state);
  });
  if (state.input.value !== state.input.defaultValue) later(state); // typed before this script came
}

function later(state) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => ask(state), WAIT_MS);
}

async function ask(state) {
  const typed = state.input.value.normalize("NFC").trim();
  state.request?.abort();
  if (!typed || !state.province.value) return;
  state.request = new AbortController();
  const query = new URLSearchParams({ province: state.province.value, q: typed });
  try {
    const answer = await fetch(`${state.box.dataset.communes}?${query}`, { signal: state.request.signal });
    if (answer.ok) show(state, (await answer.json()).items);
  } catch {
    // Offline or overtaken by the next letter: the button still searches.
  }
}

function show(state, items) {
  for (const old of state.list.querySelectorAll(".choice, .hint")) old.remove();
  for (const item of items) state.list.append(choiceOf(state, item));
  if (items.length) return;
  const hint = document.createElement("p");
  hint.className = "hint";
  hint.textContent = state.box.dataset.none;
  state.list.append(hint);
}

function choiceOf(state, item) {
  const label = document.createElement("label");
  label.className = "choice";
  const radio = document.createElement("input");
  Object.assign(radio, { type: "radio", name: "commune", value: item.key });
  const words = document.createElement("span");
  words.textContent = item.label;
  if (item.old) {
    const small = document.createElement("small");
    const split = item.is_split ? ` · ${state.box.dataset.split}` : "";
    small.textContent = `${state.box.dataset.old} ${item.old}${split}`;
    words.append(small);
  }
  label.append(radio, words);
  return label;
}
