// The page of a stamp: sharing, and the worker that lets stamps be looked at without a network. The page works without.

const share = document.querySelector("[data-share]");
if (share && navigator.share) {
  share.hidden = false;
  // Closing the phone's own sheet is refused by the promise; that is no error.
  share.addEventListener("click", () => navigator.share({ url: share.dataset.share, title: document.title }).catch(() => {}));
}

// After the page has come, so that the first look costs nothing more.
addEventListener("load", () => setTimeout(() => navigator.serviceWorker?.register("/sw.js").catch(() => {}), 1500));
