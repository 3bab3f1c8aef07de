// The sale that is being put together, and what is left to sell. Pure: values in, values out.
// basket: { id, reference, lines: [{ variant_id, quantity, unit_price_vnd, unit_codes }], buyer } · item: as it is sent.

const SELLING = ["sale", "ship_home"];

export const emptyBasket = (id) => ({ id, reference: null, lines: [], buyer: null });
export const lineOf = (basket, good) => basket.lines.find((line) => line.variant_id === good.variant_id);
export const quantityOf = (basket, good) => lineOf(basket, good)?.quantity ?? 0;
export const countOf = (basket) => basket.lines.reduce((sum, line) => sum + line.quantity, 0);
export const totalOf = ({ lines }) => lines.reduce((sum, line) => sum + line.quantity * line.unit_price_vnd, 0);
// A Vietnamese mobile number, or one of a fixed line (02 and nine digits); spaces are gone already.
export const isPhone = (number) => /^(\+?84|0)([35789]\d{8}|2\d{9})$/.test(number);
export const isSelling = (item) => SELLING.includes(item.kind);

// What an item brought in, freight of a parcel included.
export function amountOf(item) {
  return totalOf(item) - (item.discount_vnd ?? 0) + (item.shipping_vnd ?? 0);
}

// How an item was paid: "cash", "transfer" or "cod".
export function wayOf(item) {
  return item.kind === "ship_home" ? item.pay : item.paid_by;
}

export function weightOf(basket, goods) {
  const grams = new Map(goods.map((good) => [good.variant_id, good.weight_g ?? 0]));
  return basket.lines.reduce((sum, line) => sum + line.quantity * (grams.get(line.variant_id) ?? 0), 0);
}

// Packs that this telephone may still sell of each good: what the server last counted, less what it has not heard of yet.
// records: [{ state, item }]. Nothing that waits is ever counted as sold by the server too, other than to the safe side.
// isCounted: which records `goods` do not know of yet.
export function leftOf(goods, records, isCounted = ({ state }) => state === "waiting") {
  const left = new Map(goods.map((good) => [good.variant_id, good.slice_left]));
  const byId = new Map(records.map((record) => [record.item.id, record]));
  for (const record of records.filter(isCounted)) {
    const isUndo = record.item.kind === "undo";
    const sale = isUndo ? byId.get(record.item.of) : record;
    if (!["waiting", "booked"].includes(sale?.state) || !isSelling(sale.item)) continue; // nothing was taken for it
    for (const line of sale.item.lines) {
      const change = isUndo ? line.quantity : -line.quantity;
      left.set(line.variant_id, (left.get(line.variant_id) ?? 0) + change);
    }
  }
  return left;
}

export const undoneIn = (records) => new Set(records.filter(({ item, state }) => item.kind === "undo" && state !== "refused").map(({ item }) => item.of));

function salesIn(records, states) {
  const undone = undoneIn(records);
  return records.filter(({ item, state }) => isSelling(item) && states.includes(state) && !undone.has(item.id));
}
// Sales that the market has booked or will: sums are made of them.
export const standingOf = (records) => salesIn(records, ["waiting", "booked"]);
// Sales that wait for a person's word.
export const openOf = (records) => salesIn(records, ["conflict"]);

// `basket` with `count` packs of `good`; codes of units beyond that number are let go.
export function withQuantity(basket, good, count) {
  const old = lineOf(basket, good);
  const line = {
    variant_id: good.variant_id,
    quantity: count,
    unit_price_vnd: good.price_vnd,
    unit_codes: (old?.unit_codes ?? []).slice(0, count),
  };
  const lines = old ? basket.lines.map((each) => (each === old ? line : each)) : [...basket.lines, line];
  return { ...basket, lines: lines.filter((each) => each.quantity > 0) };
}

// `basket` with one more pack of `good`, or, where packs were tapped in before, with the code of one of them.
export function withUnit(basket, good, code) {
  const old = lineOf(basket, good);
  const isNamed = old && old.unit_codes.length < old.quantity;
  const next = isNamed ? basket : withQuantity(basket, good, quantityOf(basket, good) + 1);
  return {
    ...next,
    lines: next.lines.map((each) =>
      each.variant_id === good.variant_id ? { ...each, unit_codes: [...each.unit_codes, code] } : each,
    ),
  };
}

// Whether a unit's code is in this basket, or in a sale of this telephone that stands.
export function isSoldUnit(code, basket, records) {
  const undone = undoneIn(records);
  const sold = records.filter(({ item }) => isSelling(item) && !undone.has(item.id)).map(({ item }) => item);
  return [basket, ...sold].some(({ lines }) => lines.some((line) => line.unit_codes.includes(code)));
}
