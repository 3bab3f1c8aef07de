// Four digits keep a stranger's hand off the counter. They lock the screen, not the data: sales are sent while it is locked.
// Only a salted hash is kept (PBKDF2). After five wrong tries the wait doubles each time.

import { $, actions, lock, put, say, show, showWanted, whenShown } from "./page.js";
import { refresh, state } from "./state.js";
import { keep } from "./store.js";

export const IDLE_MS = 600_000;
const LENGTH = 4;
const ROUNDS = 150_000;
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
const NOTED_EVERY_MS = 5_000;
const ACTIVE = "booth-active";

let typed = "";
let first = "";
let isBusy = false;

async function hashOf(pin, salt) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, key, 256);
  return Array.from(new Uint8Array(bits), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const isChoosing = () => !state.pin;

function drawDots() {
  put("dots", "●".repeat(typed.length) + "○".repeat(LENGTH - typed.length));
  put("dots_read", say("digits_typed", { count: typed.length }));
}

function ask(words) {
  typed = "";
  put("lock_title", say(isChoosing() ? (first ? "pin_again" : "pin_choose") : "pin_enter"));
  put("lock_told", words);
  $("[data-forgot]").hidden = isChoosing();
  drawDots();
}
whenShown("lock", () => ask(isChoosing() ? say("pin_why") : ""));

actions.pin = async (button) => {
  if (isBusy || typed.length >= LENGTH) return;
  typed += button.dataset.digit;
  drawDots();
  if (typed.length < LENGTH) return;
  isBusy = true;
  try {
    await (isChoosing() ? choose(typed) : enter(typed));
  } finally {
    isBusy = false;
  }
};
actions.unpin = () => {
  typed = typed.slice(0, -1);
  drawDots();
};

async function choose(pin) {
  if (!first) {
    first = pin;
    return ask("");
  }
  const isSame = first === pin;
  first = "";
  if (!isSame) return ask(say("pin_differs"));
  const salt = crypto.getRandomValues(new Uint8Array(16));
  await keep("pin", { salt, hash: await hashOf(pin, salt), fails: 0, until: 0 });
  await open();
}

async function enter(pin) {
  const { salt, hash, fails, until } = state.pin;
  if (Date.now() < until) return ask(waitWords(until));
  if ((await hashOf(pin, salt)) === hash) {
    await keep("pin", { salt, hash, fails: 0, until: 0 });
    return open();
  }
  const wrong = fails + 1;
  const wait = wrong < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (wrong - FREE_TRIES));
  const next = { salt, hash, fails: wrong, until: wait ? Date.now() + wait : 0 };
  await keep("pin", next);
  state.pin = next;
  ask(wait ? waitWords(next.until) : say("pin_wrong", { left: FREE_TRIES - wrong }));
}

function waitWords(until) {
  return say("pin_wait", { seconds: Math.ceil((until - Date.now()) / 1000) });
}

async function open() {
  note(true);
  await refresh();
  lock.isOn = false;
  showWanted();
}

export function lockNow() {
  lock.isOn = true;
  show("lock");
}
actions.lock = lockNow;

let noted = 0;
function note(isSure = false) {
  if ((lock.isOn && !isSure) || Date.now() - noted < NOTED_EVERY_MS) return;
  noted = Date.now();
  localStorage.setItem(ACTIVE, noted);
}
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => note(), { passive: true });

export const isIdle = () => Date.now() - Number(localStorage.getItem(ACTIVE)) > IDLE_MS;

// Whether the counter opens locked: without a PIN, or after a while in which nobody touched it.
export function guard() {
  if (isChoosing() || isIdle()) lockNow();
  setInterval(() => !lock.isOn && isIdle() && lockNow(), 10_000);
  document.addEventListener("visibilitychange", () => !document.hidden && !lock.isOn && isIdle() && lockNow());
}
