// The goods: a tile each with a photograph, and below them the sum and the ways to pay.

import { countOf, emptyBasket, quantityOf, totalOf, withQuantity } from "./basket.js";
import { grouped, written } from "./money.js";
import { $, actions, copyOf, put, say } from "./page.js";
import { changeBasket, draws, goodOf, nameOf, packOf, state } from "./state.js";

let laid = "";

draws(() => {
  if (!state.pack) return;
  const { goods, version } = state.pack;
  if (laid !== version) lay(goods);
  laid = version;
  for (const good of goods) drawTile(good, $(`[data-variant="${good.variant_id}"]`));
  const total = totalOf(state.basket);
  const isEmpty = total === 0;
  put("total", written(total));
  put("count", isEmpty ? say("nothing") : say("pieces", { count: countOf(state.basket) }));
  for (const button of document.querySelectorAll("[data-pays]")) button.disabled = isEmpty;
  $("[data-do=transfer]").disabled = isEmpty || !state.pack.account;
  $("[data-clear]").hidden = isEmpty;
  $("[data-no-goods]").hidden = goods.length > 0;
});

function lay(goods) {
  $("[data-goods]").replaceChildren(...goods.map(tileOf));
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

// Words of the server come in both languages; a bare reason is told as «not sold for now».
function whyNot(good) {
  return say(good.why_not === "recalled" ? "recalled" : "not_sold");
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
