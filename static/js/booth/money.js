// Whole dong: how they are written, which notes people hand over, what comes back. Pure.

const NOTES = [50_000, 100_000, 200_000, 500_000];
const SUGGESTIONS_MAX = 4;

// «125.000 ₫» with a space that never breaks.
export function written(vnd) {
  return `${grouped(vnd)}\u00a0₫`;
}

export function grouped(vnd) {
  const digits = String(Math.abs(vnd)).replace(/\B(?=(\d{3})+$)/g, ".");
  return vnd < 0 ? `\u2212${digits}` : digits;
}

// What a buyer is likely to hand over for `total`: exactly that, then the next sums of each note.
export function likelySums(total) {
  const sums = NOTES.map((note) => Math.ceil(total / note) * note);
  return [...new Set([total, ...sums])].sort((one, other) => one - other).slice(0, SUGGESTIONS_MAX);
}

// Fee of a parcel: that of the lightest bracket of the province which takes it; nothing where none does.
export function freight(table, province, grams) {
  const fitting = table.filter((row) => row.province_code === province && row.up_to_g >= grams);
  return fitting.length ? fitting.reduce((one, other) => (other.up_to_g < one.up_to_g ? other : one)).fee_vnd : null;
}
