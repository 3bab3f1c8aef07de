// Small comforts. Every page does its work without them.

// A form that came back with errors: the list of them is read and reached first.
document.querySelector("[data-focus]")?.focus();

// How much is in the basket stands in a cookie, because pages are the same for everybody.
function showBasket() {
  const count = /(?:^|; )(?:__Host-)?cart-count=(\d{1,5})(?:;|$)/.exec(document.cookie)?.[1];
  for (const place of document.querySelectorAll("[data-cart-count]")) {
    place.hidden = !Number(count);
    place.textContent = count ?? "";
  }
}
showBasket();
addEventListener("basket", showBasket);
addEventListener("pageshow", showBasket);

// The menu closes by Escape and by a press outside it.
const menu = document.querySelector(".menu");
if (menu) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}

// A change of order needs no second press.
for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// Empty boxes of the filter stay out of the address.
for (const form of document.querySelectorAll("[data-filters]")) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}

for (const row of document.querySelectorAll("[data-share]")) {
  const { share: url, title } = row.dataset;
  const phone = row.querySelector("[data-share-phone]");
  const copy = row.querySelector("[data-share-copy]");
  if (navigator.share) {
    phone.hidden = false;
    // Closing the phone's own sheet is refused by the promise; that is no error.
    phone.addEventListener("click", () => navigator.share({ url, title }).catch(() => {}));
  }
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(url);
      copy.querySelector("span").textContent = copy.dataset.done;
    });
  }
}

// Pages read lately can be read without a network, and seals of stamps be checked. Once the page has come, not before.
addEventListener("load", () => setTimeout(() => navigator.serviceWorker?.register("/sw.js").catch(() => {}), 1500));
if (navigator.onLine) navigator.serviceWorker?.controller?.postMessage("look again");
