// Sending goods home: who and where, freight by the table of the pack, then cash, transfer or on delivery.
// Communes are looked up while typing where there is a network; without one what was typed goes along, and the server looks.

import { totalOf, weightOf } from "./basket.js";
import { freight, written } from "./money.js";
import { $, actions, failed, put, say, show, tell, whenShown } from "./page.js";
import { payBy } from "./pay.js";
import { draws, state } from "./state.js";

const form = $("[data-ship]");
const list = $("[data-communes]", form);
const WAIT_MS = 200;
let timer = 0;
let asked = null;
let laid = "";

actions.ship_home = () => show("ship");

whenShown("ship", () => {
  if (laid !== state.pack.version) layProvinces();
  laid = state.pack.version;
  drawSums();
});
draws(() => document.documentElement.dataset.at === "ship" && drawSums());

function layProvinces() {
  const select = form.elements.province;
  const chosen = select.value;
  const options = state.pack.provinces.map(({ code, name }) => new Option(name, code));
  select.replaceChildren(select.options[0], ...options);
  select.value = chosen;
}

const fee = () => freight(state.pack.shipping, form.elements.province.value, weightOf(state.basket, state.pack.goods));

function drawSums() {
  const sum = fee();
  const isChosen = Boolean(form.elements.province.value);
  put("ship_goods", written(totalOf(state.basket)));
  put("ship_fee", !isChosen ? "–" : sum === null ? say("no_freight") : written(sum));
  put("ship_total", written(totalOf(state.basket) + (sum ?? 0)));
  $("[type=submit]", form).disabled = sum === null;
}

form.elements.province.addEventListener("change", () => {
  drawSums();
  later();
});
form.elements.commune.addEventListener("input", () => {
  delete form.elements.commune.dataset.code;
  later();
});

function later() {
  clearTimeout(timer);
  timer = setTimeout(look, WAIT_MS);
}

async function look() {
  const { commune, province } = form.elements;
  const typed = commune.value.normalize("NFC").trim();
  asked?.abort();
  list.replaceChildren();
  if (!typed || !province.value || commune.dataset.code) return;
  asked = new AbortController();
  try {
    const query = new URLSearchParams({ province: province.value, q: typed });
    const answer = await fetch(`${form.dataset.communes}?${query}`, { signal: asked.signal });
    if (answer.headers.has("X-Request-Id")) list.replaceChildren(...(await answer.json()).items.map(choiceOf));
  } catch {
    // No network, or overtaken by the next letter: what is typed goes along as it is.
  }
}

function choiceOf({ code, label, old }) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "key key-text", textContent: old ? `${label} (${old})` : label });
  button.addEventListener("click", () => {
    form.elements.commune.value = label;
    form.elements.commune.dataset.code = code;
    list.replaceChildren();
  });
  line.append(button);
  return line;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, phone, province, commune, street, note, pay } = form.elements;
  const number = phone.value.replace(/[\s.-]/g, "");
  if (!/^(\+?84|0)\d{9}$/.test(number)) return tell(say("bad_phone"));
  state.basket = {
    ...state.basket,
    buyer: {
      name: name.value.trim(),
      phone: number,
      province_code: province.value,
      commune_code: commune.dataset.code ?? null,
      commune: commune.value.normalize("NFC").trim(),
      street: street.value.normalize("NFC").trim(),
      note: note.value.normalize("NFC").trim(),
      shipping_vnd: fee(),
    },
  };
  try {
    await payBy(pay.value);
  } catch (error) {
    failed(error);
  }
});

whenShown("sell", () => {
  if (!state.basket?.lines.length) {
    form.reset(); // the next buyer is somebody else
    delete form.elements.commune.dataset.code;
  }
});
