// A long task: looks again every two seconds and shows what has changed. Without it the page reloads itself.
const EVERY = 2000;

async function look() {
  const shown = document.getElementById("task");
  const address = shown?.dataset.poll;
  if (!address) return;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("task");
      if (fresh) {
        document.title = page.title;
        // Only what is told changes: the button somebody is about to press stays where it is.
        if (fresh.dataset.poll) shown.querySelector("[role=status]").innerHTML = fresh.querySelector("[role=status]").innerHTML;
        else shown.replaceWith(fresh);
      }
    }
  } catch {
    // The network is away for a moment: what is shown stays, and is asked for again.
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
