// Taking money: cash with its change, a transfer by VietQR; then the sale is written down.

import { isPhone, totalOf } from "./basket.js";
import { likelySums, grouped, written } from "./money.js";
import { send } from "./outbox.js";
import { $, actions, failed, put, say, show, tell, whenShown } from "./page.js";
import { draws, keepBasket, nameBasket, refresh, state } from "./state.js";
import { addItem, TooFewError } from "./store.js";
import { drawQr } from "./qr.js";
import { showDone } from "./done.js";
import { transferPayload } from "./vietqr.js";

const DIGITS_MAX = 9;
let given = "";
let isBusy = false;

// What is to be paid now: the goods, and freight where they are sent home.
const due = () => totalOf(state.basket) + (state.basket.buyer?.shipping_vnd ?? 0);

// From the goods: nothing is sent home, whatever was begun before.
async function begin(way) {
  try {
    if (state.basket.buyer) await keepBasket({ ...state.basket, buyer: null });
    await payBy(way);
  } catch (error) {
    failed(error);
  }
}
actions.cash = () => begin("cash");
actions.transfer = () => begin("transfer");

// Also from the form of «ship home», whose buyer is in the basket.
export async function payBy(way) {
  await nameBasket();
  for (const form of document.querySelectorAll("[data-message]")) form.reset();
  if (way === "cod") return finish("cod");
  if (way === "transfer" && !state.basket.reference) return tell(say("no_references"));
  show(way);
}

whenShown("cash", () => {
  given = "";
  const total = due();
  put("cash_total", written(total));
  const sums = likelySums(total).map((sum, number) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "key key-sum", textContent: number ? grouped(sum) : say("exactly") });
    Object.assign(button.dataset, { do: "sum", sum });
    return button;
  });
  $("[data-sums]").replaceChildren(...sums);
  drawChange();
});

function drawChange() {
  const total = due();
  const sum = Number(given);
  put("given", given ? written(sum) : "–");
  put("change", sum >= total ? written(sum - total) : given ? say("missing", { sum: written(total - sum) }) : "–");
  $("[data-do=paid_cash]").disabled = sum < total;
}

actions.digit = (button) => {
  given = (given + button.dataset.digit).replace(/^0+/, "").slice(0, DIGITS_MAX);
  drawChange();
};
actions.erase = () => {
  given = given.slice(0, -1);
  drawChange();
};
actions.sum = (button) => {
  given = button.dataset.sum;
  drawChange();
};

whenShown("transfer", () => {
  const { account } = state.pack;
  put("transfer_total", written(due()));
  put("memo", state.basket.reference);
  put("holder", `${account.holder} · ${account.bank_name} · ${account.number}`);
  drawQr($("[data-vietqr]"), transferPayload(account, due(), state.basket.reference));
});

actions.paid_cash = () => finish("cash");
actions.paid_transfer = () => finish("transfer");

// The telephone number for the receipt: only with a yes to it.
function phoneOf(way) {
  const form = $(`[data-screen="${way}"] [data-message]`);
  return form?.elements.agreed.checked ? form.elements.phone.value.replace(/[\s.-]/g, "") || null : null;
}

function itemOf(way) {
  const { id, reference, lines, buyer } = state.basket;
  const item = { id, reference, at: new Date().toISOString(), lines, discount_vnd: 0 };
  if (!buyer) return { ...item, kind: "sale", paid_by: way, given_vnd: way === "cash" ? Number(given) : null, phone: phoneOf(way) };
  const { shipping_vnd, ...who } = buyer;
  return { ...item, kind: "ship_home", pay: way, shipping_vnd, buyer: who };
}

function receiptOf({ reference }) {
  const { link_base: base, keys } = state.pack.receipts ?? {};
  return base && keys?.[reference] ? `${base}${reference}/${keys[reference]}` : "";
}

async function finish(way) {
  if (isBusy) return;
  const item = itemOf(way);
  if (item.phone && !isPhone(item.phone)) return tell(say("bad_phone"));
  isBusy = true;
  try {
    await addItem(item, { receipt: receiptOf(item), given: way === "cash" ? Number(given) : 0 });
  } catch (error) {
    if (error instanceof TooFewError) tell(say("too_few"));
    else if (error.name === "ConstraintError") tell(say("twice"));
    else failed(error);
    return;
  } finally {
    isBusy = false;
    await refresh();
  }
  showDone(item.id);
  send();
}

draws(() => {
  if (!state.pack || !["cash", "transfer"].includes(document.documentElement.dataset.at)) return;
  if (!state.basket.lines.length) show("sell"); // another window has finished this sale
});

