// The one copy of what the telephone remembers that the screens draw from.

import { leftOf } from "./basket.js";
import { failed, isEnglish } from "./page.js";
import { keep, readAll } from "./store.js";

export const state = { phone: null, pack: null, pin: null, basket: null, items: [], left: new Map() };
const drawers = [];

// `draw` runs whenever anything changed.
export function draws(draw) {
  drawers.push(draw);
}

export function draw() {
  for (const each of drawers) each();
}

export async function refresh() {
  Object.assign(state, await readAll());
  state.left = leftOf(state.pack?.goods ?? [], state.items);
  draw();
}

// The screen follows the finger; the memory follows the screen.
export function changeBasket(basket) {
  state.basket = basket;
  draw();
  return keep("basket", basket).catch(failed);
}

export const goodOf = (id) => state.pack.goods.find((good) => good.variant_id === Number(id));
export const nameOf = (good) => (isEnglish && good.name_en) || good.name;
export const packOf = (good) => (isEnglish && good.pack_en) || good.pack;
export const waiting = () => state.items.filter((record) => record.state === "waiting");
export const undone = () => new Set(state.items.filter(({ item, state: now }) => item.kind === "undo" && now !== "refused").map(({ item }) => item.of));
