// Keys for those who work through lists: j and k go down and up, Enter opens, / goes to the search. All of it works without.

const rows = [...document.querySelectorAll("[data-rows] > li, table[data-rows] > tbody > tr")].filter((row) => row.querySelector("a"));
let at = -1;

function go(step) {
  if (!rows.length) return;
  at = Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[at].querySelector("a").focus();
  rows[at].scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const found = rows.findIndex((row) => row.contains(event.target));
  if (found >= 0) at = found;
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const search = document.querySelector("[data-slash]");
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "/" && search) search.focus();
  else return;
  event.preventDefault();
});

// All boxes of a list at once.
for (const all of document.querySelectorAll("[data-all]")) {
  all.hidden = false;
  all.addEventListener("change", (event) => {
    for (const box of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) box.checked = event.target.checked;
  });
}
