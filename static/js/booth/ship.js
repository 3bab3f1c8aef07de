// Sending goods home: who and where, freight by the table of the pack, then cash, transfer or on delivery.
// Communes are looked up while typing: by the server, which knows the names of before July 2025 too; without a network in the
// list of today's names that the telephone keeps.

import { isPhone, totalOf, weightOf } from "./basket.js";
import { freight, written } from "./money.js";
import { $, actions, failed, put, say, show, tell, whenShown } from "./page.js";
import { payBy } from "./pay.js";
import { draws, keepBasket, state } from "./state.js";

const form = $("[data-ship]");
const list = $("[data-communes]", form);
export const COMMUNES = "/api/v1/booth/communes";
const WAIT_MS = 200;
const CHOICES_MAX = 8;
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
  form.elements.commune.value = ""; // that of another province
  delete form.elements.commune.dataset.code;
  look();
  drawSums();
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
  const mine = (asked = new AbortController());
  const found = (await fromServer(province.value, typed, mine.signal)) ?? (await fromList(province.value, typed));
  if (mine.signal.aborted) return; // overtaken by the next letter
  list.replaceChildren(...found.map(choiceOf));
  put("commune_told", found.length ? "" : say("no_commune"));
}

async function fromServer(province, typed, signal) {
  try {
    const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ province, q: typed })}`, { signal });
    return answer.ok && answer.headers.has("X-Request-Id") ? (await answer.json()).items.slice(0, CHOICES_MAX) : null;
  } catch {
    return null;
  }
}

const plain = (text) => text.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");

async function fromList(province, typed) {
  const kept = await caches.match(COMMUNES).catch(() => undefined);
  const communes = kept ? ((await kept.json())[province] ?? []) : [];
  return communes
    .filter(([, name]) => plain(name).includes(plain(typed)))
    .slice(0, CHOICES_MAX)
    .map(([code, label]) => ({ code, label, old: "" }));
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
  if (!isPhone(number)) return tell(say("bad_phone"));
  if (!commune.dataset.code) return tell(say("choose_commune"));
  const buyer = {
    name: name.value.trim(),
    phone: number,
    province_code: province.value,
    commune_code: commune.dataset.code,
    street: street.value.normalize("NFC").trim(),
    note: note.value.normalize("NFC").trim(),
    shipping_vnd: fee(),
  };
  try {
    await keepBasket({ ...state.basket, buyer });
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
