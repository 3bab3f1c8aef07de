// Buttons beside numbers, and baskets that fill without leaving the page. Everything works without this.

for (const stepper of document.querySelectorAll("[data-stepper]")) {
  const input = stepper.querySelector("input");
  for (const button of stepper.querySelectorAll("button")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const wanted = (Number.parseInt(input.value, 10) || 0) + Number(button.dataset.step);
      input.value = Math.min(Math.max(wanted, 1), Number(input.dataset.most));
      input.dispatchEvent(new Event("step", { bubbles: true }));
    });
  }
}

// In the basket the two buttons count without a third press, once the finger rests. What is typed waits for «Update».
for (const form of document.querySelectorAll("form[data-quantity]")) {
  let waiting;
  form.addEventListener("step", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => form.requestSubmit(), 700);
  });
}

async function add(form) {
  const said = form.querySelector("[role=status]");
  // Kept alive: whoever leaves the page at once has put it in all the same.
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true });
  if (answer.type !== "opaqueredirect") throw new Error("refused");
  const link = Object.assign(document.createElement("a"), { href: form.action.replace(/\/lines$/, ""), textContent: said.dataset.link });
  said.replaceChildren(`${said.dataset.done} `, link);
  dispatchEvent(new Event("basket"));
}

for (const form of document.querySelectorAll("form[data-add]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Refused, or the connection is gone: the browser sends the form itself and shows the answer.
    add(form).catch(() => form.submit());
  });
}

// The bar at the lower edge shows while the form itself is out of sight.
const bar = document.querySelector("[data-buy-bar]");
const watched = document.querySelector("form[data-add]");
if (bar && watched && "IntersectionObserver" in window) {
  new IntersectionObserver(([entry]) => {
    bar.hidden = entry.isIntersecting || entry.boundingClientRect.top > 0;
  }).observe(watched);
}
