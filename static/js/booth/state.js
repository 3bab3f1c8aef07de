// The one copy of what the telephone remembers that the screens draw from.

import { leftOf, undoneIn } from "./basket.js";
import { failed, isEnglish } from "./page.js";
import { keep, readAll, takeReference } from "./store.js";

export const state = { phone: null, pack: null, pin: null, basket: null, items: [], left: new Map() };
const drawers = [];
let changes = 0; // of the basket, made in this window

// `draw` runs whenever anything changed.
export function draws(draw) {
  drawers.push(draw);
}

export function draw() {
  for (const each of drawers) each();
}

export async function refresh() {
  const before = changes;
  const read = await readAll();
  if (changes !== before) read.basket = state.basket; // tapped meanwhile: what was read is older
  Object.assign(state, read);
  state.left = leftOf(state.pack?.goods ?? [], state.items);
  draw();
}

// The screen follows the finger; the memory follows the screen.
export function changeBasket(basket) {
  const kept = keepBasket(basket);
  draw();
  return kept.catch(failed);
}

export function keepBasket(basket) {
  state.basket = basket;
  changes += 1;
  return keep("basket", basket);
}

// Gives the present sale its order's code; null when all are used.
export async function nameBasket() {
  const reference = await takeReference();
  state.basket = { ...state.basket, reference };
  changes += 1;
}

export const goodOf = (id) => state.pack.goods.find((good) => good.variant_id === Number(id));
export const nameOf = (good) => (isEnglish && good.name_en) || good.name;
export const packOf = (good) => (isEnglish && good.pack_en) || good.pack;
export const waiting = () => state.items.filter((record) => record.state === "waiting");
export const undone = () => undoneIn(state.items);
