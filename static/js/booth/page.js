// What the screens share: places, words of the page, one screen at a time, presses.

export const isEnglish = document.documentElement.lang === "en";
export const $ = (selector, root = document) => root.querySelector(selector);
const words = Object.fromEntries(Array.from(document.querySelectorAll("[data-word]"), (each) => [each.dataset.word, each.textContent]));

export function say(name, gaps = {}) {
  return words[name].replace(/\{(\w+)\}/g, (whole, gap) => gaps[gap] ?? whole);
}

// Puts `text` into the place of that name; what stands there already is not touched.
export function put(name, text, root = document) {
  const place = $(`[data-put="${name}"]`, root);
  if (place.textContent !== String(text)) place.textContent = text;
  return place;
}

export function copyOf(template) {
  return document.getElementById(template).content.firstElementChild.cloneNode(true);
}

// Press of a button: actions[data-do](button).
export const actions = {};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button && !button.disabled) actions[button.dataset.do]?.(button);
});

const HOME = "sell";
let wanted = HOME;
const onShow = {};
export const lock = { isOn: false };

// `act` runs whenever the screen comes up.
export function whenShown(name, act) {
  onShow[name] = act;
}

export function shown() {
  return $("[data-screen]:not([hidden])")?.dataset.screen;
}

// One screen at a time. While the counter is locked only the lock shows; the screen asked for comes after it.
export function show(name) {
  if (name !== "lock") wanted = name;
  const next = lock.isOn ? "lock" : name;
  if (next === shown()) return;
  for (const screen of document.querySelectorAll("[data-screen]")) screen.hidden = screen.dataset.screen !== next;
  document.documentElement.dataset.at = next;
  onShow[next]?.();
  scrollTo(0, 0);
  $(`[data-screen="${next}"] h2`)?.focus();
  // The telephone's own «back» leads to the goods, not out of the counter.
  if (next !== HOME && next !== "lock" && !history.state?.inner) history.pushState({ inner: true }, "");
}

export const showWanted = () => show(wanted);

addEventListener("popstate", () => {
  if (["unpaired", "ended", "pin", "trouble"].includes(shown())) return;
  show(HOME);
});
actions.home = () => (history.state?.inner ? history.back() : show(HOME));
actions.go = (button) => show(button.dataset.to);

// What must be read before going on.
export function tell(text) {
  const box = $("[data-notice]");
  put("notice", text, box);
  if (!box.open) box.showModal();
}
actions.understood = () => $("[data-notice]").close();

export function failed(error) {
  tell(say(error.name === "QuotaExceededError" ? "full" : "unwritten"));
}

// Hours and days in Vietnam, whatever the telephone is set to.
const vietnam = (at) => new Date(new Date(at).getTime() + 7 * 3_600_000).toISOString();
export const dayOf = (at) => vietnam(at).slice(0, 10);
export const hourOf = (at) => vietnam(at).slice(11, 16);
export const dateOf = (at) => dayOf(at).split("-").reverse().join("/");
export const today = () => dayOf(Date.now());
