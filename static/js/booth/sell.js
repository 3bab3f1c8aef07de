// The goods: a tile each, and below them the sum and the ways to pay.

import { countOf, emptyBasket, quantityOf, totalOf, withQuantity } from "./basket.js";
import { grouped, written } from "./money.js";
import { $, actions, copyOf, put, say } from "./page.js";
import { changeBasket, draws, goodOf, nameOf, packOf, state } from "./state.js";

let laid = "";

draws(() => {
  if (!state.pack) return;
  const { goods } = state.pack;
  const faces = JSON.stringify(goods.map(({ slice_left, is_sellable, why_not, ...face }) => face));
  if (laid !== faces) lay(goods);
  laid = faces;
  for (const good of goods) drawTile(good, $(`[data-variant="${good.variant_id}"]`));
  const total = totalOf(state.basket);
  const isEmpty = total === 0;
  put("total", written(total));
  put("count", isEmpty ? say("nothing") : say("pieces", { count: countOf(state.basket) }));
  for (const button of document.querySelectorAll("[data-pays]")) button.disabled = isEmpty || state.pack.sends_only;
  $("[data-do=transfer]").disabled ||= !state.pack.account;
  $("[data-clear]").hidden = isEmpty;
  $("[data-no-goods]").hidden = goods.length > 0;
});

function lay(goods) {
  const isHere = (good) => Number(good.is_sellable && state.left.get(good.variant_id) > 0);
  const first = [...goods].sort((one, other) => isHere(other) - isHere(one)); // what can be sold stands first
  $("[data-goods]").replaceChildren(...first.map(tileOf));
}

function tileOf(good) {
  const tile = copyOf("tile");
  tile.dataset.variant = good.variant_id;
  const photo = $("img", tile);
  photo.hidden = !good.photo_url;
  if (good.photo_url) photo.src = good.photo_url;
  put("name", nameOf(good), tile);
  put("pack", packOf(good), tile);
  put("price", written(good.price_vnd), tile);
  put("age", good.buyer_age ? say("age", { years: good.buyer_age }) : "", tile);
  for (const button of tile.querySelectorAll("[data-do]")) {
    button.setAttribute("aria-label", `${button.dataset.label}: ${nameOf(good)}, ${packOf(good)}`);
  }
  return tile;
}

function drawTile(good, tile) {
  const count = quantityOf(state.basket, good);
  const free = (state.left.get(good.variant_id) ?? 0) - count;
  put("quantity", count, tile);
  put("left", good.is_sellable ? (free > 0 ? say("left", { count: grouped(free) }) : say("none_left")) : whyNot(good), tile);
  $("[data-do=more]", tile).disabled = !good.is_sellable || free <= 0;
  $("[data-do=less]", tile).disabled = count === 0;
  tile.classList.toggle("tile-off", !good.is_sellable || (free <= 0 && count === 0));
  tile.classList.toggle("tile-on", count > 0);
}

function whyNot(good) {
  const reason = ["recalled", "withdrawn", "papers", "unlisted", "no_price", "closed"].includes(good.why_not) ? good.why_not : "unlisted";
  return say(`why_${reason}`);
}

function change(button, by) {
  const good = goodOf(button.closest("[data-variant]").dataset.variant);
  const count = quantityOf(state.basket, good) + by;
  if (count < 0 || count > (state.left.get(good.variant_id) ?? 0)) return;
  changeBasket(withQuantity(state.basket, good, count));
}

actions.more = (button) => change(button, 1);
actions.less = (button) => change(button, -1);
actions.clear = () => changeBasket(emptyBasket(crypto.randomUUID()));
