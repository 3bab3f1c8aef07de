// Keeps what is typed while it is typed: a form with data-autosave is sent to its own address with `autosave`.
// A telephone that dies takes nothing with it; without JavaScript every «Next» keeps the page.

const WAIT_MS = 900;

for (const form of document.querySelectorAll("form[data-autosave]")) attach(form);

function attach(form) {
  const note = form.querySelector("[data-saved]");
  const state = { form, note, timer: 0 };
  const later = () => {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(state), WAIT_MS);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(state.timer));
  const isTyped = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  if ([...form.querySelectorAll("input, textarea")].some(isTyped)) later(); // before this script came
}

async function save(state) {
  const data = new FormData(state.form);
  data.set("autosave", "1");
  try {
    const answer = await fetch(state.form.action, { method: "POST", body: data, redirect: "manual" });
    if (state.note) state.note.hidden = answer.status !== 204; // signed out we are only led to the sign-in
  } catch {
    // Offline: what is typed stays on the page, and the next letter tries again.
    if (state.note) state.note.hidden = true;
  }
}
