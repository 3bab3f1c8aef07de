// The text of a VietQR, the same as orders/vietqr.py makes it: EMVCo merchant-presented mode, the account as NAPAS lays it. Pure.

const NAPAS = "A000000727";
const TO_ACCOUNT = "QRIBFTTA";
const MEMO_MAX_CHARS = 25;

// bank: { bank_bin, number }; amount: whole dong, or null. Throws RangeError for what does not fit.
export function transferPayload(bank, amount, memo) {
  if (!/^\d{6}$/.test(bank.bank_bin) || bank.number.length < 1 || bank.number.length > 19) throw new RangeError("account");
  if (amount !== null && !(Number.isSafeInteger(amount) && amount > 0 && amount < 1e13)) throw new RangeError("amount");
  if (memo.length > MEMO_MAX_CHARS || [...memo].some((letter) => letter > "\u007f")) throw new RangeError("memo");
  const payee = field("00", bank.bank_bin) + field("01", bank.number);
  const text =
    field("00", "01") +
    field("01", amount === null ? "11" : "12") +
    field("38", field("00", NAPAS) + field("01", payee) + field("02", TO_ACCOUNT)) +
    field("53", "704") +
    field("54", amount === null ? "" : String(amount)) +
    field("58", "VN") +
    field("62", field("08", memo)) +
    "6304";
  return text + crc16(text).toString(16).toUpperCase().padStart(4, "0");
}

// CRC-16/CCITT-FALSE of ASCII text; 0x29B1 of «123456789».
export function crc16(text) {
  let crc = 0xffff;
  for (let at = 0; at < text.length; at += 1) {
    crc ^= text.charCodeAt(at) << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}

function field(number, value) {
  return value ? number + String(value.length).padStart(2, "0") + value : "";
}
