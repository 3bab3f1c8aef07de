// A live session: the list is asked for again every ten seconds, and put in place when it differs. Without this the page reloads itself.
const place = document.querySelector("[data-live]");
const every = Number(place?.dataset.every) * 1000;
let known = place?.innerHTML;

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
    if (fresh && fresh.innerHTML !== known) {
      known = fresh.innerHTML;
      const held = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      place.replaceChildren(...fresh.childNodes);
      if (held) place.querySelector(`[href="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
    }
  } catch {
    // No network for a moment: what is shown stays, the next look tries again.
  }
}

if (every) setInterval(look, every);
document.addEventListener("visibilitychange", look);
