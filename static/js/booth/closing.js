// The end of the day: cash and packs counted against what should be there.

import { amountOf, openOf, standingOf, wayOf } from "./basket.js";
import { written } from "./money.js";
import { $, actions, copyOf, dayOf, failed, put, say, show, tell, today, whenShown } from "./page.js";
import { send } from "./outbox.js";
import { nameOf, packOf, refresh, state, waiting } from "./state.js";
import { addItem } from "./store.js";

const form = $("[data-closing]");
const amountIn = (field) => Number(field.value.replace(/\D/g, "") || 0);

const cashToday = (sales) => sales.filter(({ item }) => wayOf(item) === "cash" && dayOf(item.at) === today()).reduce((sum, { item }) => sum + amountOf(item), 0);

actions.closing = () => show("closing");

whenShown("closing", () => {
  form.reset();
  $("[data-counts]").replaceChildren(...broughtAlong().map(rowOf));
  drawClosing();
});

// What lies or lay on the table: of other goods there is nothing to count.
function broughtAlong() {
  const sold = new Set(state.items.flatMap(({ item }) => (item.lines ?? []).map((line) => line.variant_id)));
  return state.pack.goods.filter((good) => good.slice_left > 0 || sold.has(good.variant_id));
}

function rowOf(good) {
  const row = copyOf("counted");
  const field = $("input", row);
  field.name = `left-${good.variant_id}`;
  field.dataset.counted = good.variant_id;
  put("name", `${nameOf(good)}, ${packOf(good)}`, row);
  put("expected", say("should_be", { count: state.left.get(good.variant_id) ?? 0 }), row);
  return row;
}

export function drawClosing() {
  const unsent = waiting().length;
  const taken = cashToday(standingOf(state.items));
  const expected = amountIn(form.elements.float) + taken;
  const difference = amountIn(form.elements.cash) - expected;
  $("[data-unsent-first]").hidden = unsent === 0;
  put("unsent_first", say("unsent_first", { count: unsent }));
  put("cash_taken", written(taken));
  put("cash_expected", written(expected));
  const open = cashToday(openOf(state.items));
  put("cash_open", open ? say("cash_open", { sum: written(open) }) : "");
  const isTyped = form.elements.cash.value.trim() !== "";
  put("cash_difference", !isTyped ? "–" : difference === 0 ? say("cash_right") : say(difference > 0 ? "cash_over" : "cash_short", { sum: written(Math.abs(difference)) }));
}
form.addEventListener("input", drawClosing);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = [...form.querySelectorAll("[data-counted]")];
  if (form.elements.cash.value.trim() === "") return tell(say("count_cash"));
  const empty = fields.find((field) => field.value.trim() === "");
  if (empty) {
    empty.focus();
    return tell(say("count_goods"));
  }
  const counts = fields.map((field) => ({ variant_id: Number(field.dataset.counted), left: amountIn(field) }));
  const item = {
    id: crypto.randomUUID(),
    kind: "day_end",
    on: today(),
    at: new Date().toISOString(),
    cash_counted_vnd: amountIn(form.elements.cash),
    float_vnd: amountIn(form.elements.float),
    counts,
    note: form.elements.note.value.normalize("NFC").trim(),
  };
  try {
    await addItem(item);
  } catch (error) {
    return failed(error);
  }
  await refresh();
  show("sell");
  tell(say(navigator.onLine ? "closed" : "closed_unsent"));
  send({ isFresh: true });
});
