// The share kit: one press copies a text or hands a picture to the phone's own sharing. Without this, texts are there to copy by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.querySelector("span").textContent = button.dataset.done;
  });
}

for (const button of document.querySelectorAll("[data-share-picture]")) {
  if (!navigator.canShare) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.text).value;
    const content = await (await fetch(new URL(button.dataset.sharePicture).pathname)).blob();
    const file = new File([content], button.dataset.name, { type: "image/jpeg" });
    const wish = navigator.canShare({ files: [file] }) ? { files: [file], text } : { text };
    // Closing the phone's own sheet is refused by the promise; that is no error.
    navigator.share(wish).catch(() => {});
  });
}
