// The last page of the checkout: after eight seconds without an answer it says that the result is not known, and where
// to look. The form itself may be sent again at any time: its key makes one order of it.

const WAIT_MS = 8000;

const form = document.querySelector("form[data-order]");
form?.addEventListener("submit", () => {
  setTimeout(() => {
    form.querySelector("[data-unknown]").hidden = false;
  }, WAIT_MS);
});

// Back from the order by the browser's own button: nothing is waited for any more.
addEventListener("pageshow", () => {
  const notice = form?.querySelector("[data-unknown]");
  if (notice) notice.hidden = true;
});
