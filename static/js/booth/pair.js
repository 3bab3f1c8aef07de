// Makes this telephone the counter of a booth, or gives its counter a new PIN. Only who is signed in comes to this page.

import { isPack } from "./outbox.js";
import { forget, pairWith, readAll } from "./store.js";

const form = document.querySelector("[data-pair]");
const told = form.querySelector("[data-told]");
const known = document.querySelector("[data-known]");
const participation = Number(form.dataset.participation);
const button = form.querySelector("[type=submit]");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { phone, items } = await readAll(); // another window may have sold meanwhile
  const unsent = items.filter((record) => record.state === "waiting").length;
  if (unsent && phone && phone.participation_id !== participation) {
    told.textContent = form.dataset.unsent.replace("{count}", unsent);
    return;
  }
  button.disabled = true;
  told.textContent = (await pair()) ?? "";
  button.disabled = false;
});

button.disabled = false; // without this script the form would lead nowhere

const { phone: paired } = await readAll();
known.hidden = paired?.participation_id !== participation;
known.querySelector("button").addEventListener("click", async () => {
  await forget("pin");
  location.assign(form.dataset.counter);
});

// Pairs, and goes to the counter; else words that say why not.
async function pair() {
  const name = form.elements.name.value.trim();
  try {
    const answer = await fetch(form.dataset.devices, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      body: JSON.stringify({ participation_id: participation, name }),
      redirect: "manual",
    });
    const facts = await answer.json();
    if (answer.status !== 201 || !facts.token || !isPack(facts.pack)) return facts.detail ?? facts.title ?? form.dataset.failed;
    await pairWith({ device_id: facts.device_id, token: facts.token, name, participation_id: participation }, facts.pack);
    location.assign(form.dataset.counter);
    return "";
  } catch {
    return form.dataset.failed;
  }
}
