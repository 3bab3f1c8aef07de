// After a sale: whether it was sent, its receipt as QR or on paper of 58 mm.

import { amountOf, isSelling, wayOf } from "./basket.js";
import { written } from "./money.js";
import { $, actions, dateOf, dayOf, hourOf, isEnglish, put, say, show, today, whenShown } from "./page.js";
import { status } from "./outbox.js";
import { drawQr } from "./qr.js";
import { draws, goodOf, nameOf, packOf, state } from "./state.js";

let shownId = "";

export function showDone(id) {
  shownId = id;
  show("done");
  drawDone();
}

const record = () => state.items.find((each) => each.id === shownId);
export const codeOf = ({ item, result }) => result?.order_code ?? item.reference ?? "";
export const wordsOf = ({ result }) => (isEnglish ? result?.words_en : result?.words_vi) ?? "";

export function stateWords({ id, state: now }) {
  return say(`state_${now === "waiting" && status.aside.has(id) ? "aside" : now}`);
}

function drawDone() {
  const found = record();
  if (!found) return;
  const { item, result } = found;
  const change = wayOf(item) === "cash" ? found.given - amountOf(item) : 0;
  put("done_total", written(amountOf(item)));
  put("done_way", say(`way_${wayOf(item)}`));
  put("done_change", change ? say("give_back", { sum: written(change) }) : "");
  put("done_code", codeOf(found));
  put("done_state", stateWords(found));
  put("done_words", wordsOf(found));
  const address = result ? result.receipt_url : found.receipt;
  put("receipt_told", found.state === "waiting" ? say("receipt_early") : "");
  $("[data-receipt]").hidden = !address;
  if (address && address !== $("[data-receipt]").dataset.drawn) {
    drawQr($("[data-receipt] svg"), new URL(address, location.href).href);
    $("[data-receipt] a").href = address;
    $("[data-receipt]").dataset.drawn = address;
  }
}
whenShown("done", drawDone);
draws(drawDone);

actions.receipt = (button) => showDone(button.closest("[data-item]").dataset.item);

actions.print = () => {
  const found = record();
  const { item } = found;
  const { producer, fair, booth } = state.pack;
  put("paper_who", producer.name);
  put("paper_phone", producer.phone ?? "");
  put("paper_where", [fair.name, booth.code].filter(Boolean).join(" · "));
  put("paper_when", `${hourOf(item.at)} ${dateOf(item.at)}`);
  put("paper_code", codeOf(found));
  $("[data-paper-lines]").replaceChildren(...item.lines.map(rowOf));
  put("paper_freight", item.shipping_vnd ? say("freight", { sum: written(item.shipping_vnd) }) : "");
  put("paper_total", written(amountOf(item)));
  put("paper_way", say(`way_${wayOf(item)}`));
  print();
};

function rowOf(line) {
  const row = document.createElement("li");
  const good = goodOf(line.variant_id);
  const name = good ? `${nameOf(good)}, ${packOf(good)}` : `#${line.variant_id}`;
  row.textContent = `${line.quantity} × ${name}: ${written(line.quantity * line.unit_price_vnd)}`;
  return row;
}

export const salesToday = () => state.items.filter(({ item }) => isSelling(item) && dayOf(item.at) === today());
