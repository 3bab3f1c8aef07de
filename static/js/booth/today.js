// The day: what was sold, what is not sent yet, what the server says needs a person; undoing a sale with a reason.

import { amountOf, isSelling, standingOf, wayOf } from "./basket.js";
import { written } from "./money.js";
import { $, actions, copyOf, dayOf, failed, hourOf, put, say, show, today } from "./page.js";
import { codeOf, salesToday, stateWords, wordsOf } from "./done.js";
import { send, status } from "./outbox.js";
import { draws, refresh, state, undone, waiting } from "./state.js";
import { addItem, sendAgain } from "./store.js";

let undoing = "";

draws(() => {
  if (!state.pack) return;
  const unsent = waiting().length;
  const open = state.items.filter(needsPerson);
  put("unsent", unsent ? say("unsent", { count: unsent }) : say("all_sent"));
  $("[data-badge]").classList.toggle("badge-on", unsent > 0);
  $("[data-matters]").hidden = open.length === 0;
  put("matters", say("matters", { count: open.length }));
  if (document.documentElement.dataset.at === "today") drawToday();
});

// The server has not booked it, or booked it with something to say.
const needsPerson = (record) => !record.seen && (record.state === "conflict" || record.state === "refused");

export function drawToday() {
  const sales = salesToday().reverse();
  const gone = undone();
  const standing = standingOf(state.items).filter(({ item }) => dayOf(item.at) === today());
  put("today_sum", written(standing.reduce((sum, { item }) => sum + amountOf(item), 0)));
  put("today_count", say("sales", { count: standing.length }));
  put("sending", sendingWords());
  const told = state.items.filter((record) => needsPerson(record) || status.aside.has(record.id) || (wordsOf(record) && dayOf(record.item.at ?? Date.now()) === today()));
  $("[data-told-part]").hidden = !told.length;
  $("[data-told]").replaceChildren(...told.reverse().map(matterOf));
  $("[data-sales]").replaceChildren(...sales.map((record) => rowOf(record, gone)));
  $("[data-no-sales]").hidden = sales.length > 0;
}

function sendingWords() {
  if (status.isSending) return say("sending");
  if (!waiting().length && !status.trouble) return say("all_sent");
  if (status.trouble === "ended") return say("trouble_ended");
  const words = status.trouble ? say(`trouble_${status.trouble}`) : "";
  return status.nextAt > Date.now() ? `${words} ${say("again_at", { time: hourOf(status.nextAt) })}` : words;
}

function titleOf({ item }) {
  if (isSelling(item)) return `${hourOf(item.at)} · ${written(amountOf(item))} · ${say(`way_${wayOf(item)}`)}`;
  return say(`kind_${item.kind}`);
}

function matterOf(record) {
  const line = copyOf("matter");
  line.dataset.item = record.id;
  put("title", [titleOf(record), codeOf(record)].filter(Boolean).join(" · "), line);
  put("words", [stateWords(record), wordsOf(record)].filter(Boolean).join(" "), line);
  $("[data-do=again]", line).hidden = record.state !== "refused" || record.seen;
  return line;
}

function rowOf(record, gone) {
  const row = copyOf("sale");
  const isGone = gone.has(record.id);
  row.dataset.item = record.id;
  put("title", titleOf(record), row);
  put("code", [codeOf(record), isGone ? say("undone") : stateWords(record)].filter(Boolean).join(" · "), row);
  $("[data-do=undo]", row).hidden = isGone || record.state === "refused";
  row.classList.toggle("sale-gone", isGone);
  return row;
}

actions.today = () => {
  show("today");
  drawToday();
  send({ isFresh: true });
};
actions.send = () => send({ isFresh: true });

actions.again = async (button) => {
  try {
    await sendAgain(button.closest("[data-item]").dataset.item);
  } catch (error) {
    return failed(error);
  }
  await refresh();
  send();
};

actions.undo = (button) => {
  undoing = button.closest("[data-item]").dataset.item;
  const record = state.items.find((each) => each.id === undoing);
  put("undo_what", [titleOf(record), codeOf(record)].join(" · "));
  put("undo_back", wayOf(record.item) === "cod" ? "" : say("pay_back", { sum: written(amountOf(record.item)) }));
  $("[data-undo]").reset();
  show("undo");
};

$("[data-undo]").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { why, other } = event.target.elements;
  const reason = [why.value, other.value.trim()].filter(Boolean).join(": ");
  try {
    if (!undone().has(undoing)) await addItem({ id: crypto.randomUUID(), kind: "undo", of: undoing, at: new Date().toISOString(), reason });
  } catch (error) {
    return failed(error);
  }
  await refresh();
  show("today");
  drawToday();
  send();
});
