// Products looked at lately: remembered on this device alone, never sent. A page names its product by data-seen.
const KEY = "seen";
const MOST = 12;

const read = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(kept) ? kept.filter((each) => each && typeof each.name === "string" && /^[a-z0-9-]+$/.test(each.slug)) : [];
  } catch {
    return []; // no storage, or what is there is not ours
  }
};
const write = (kept) => {
  try {
    if (kept.length) localStorage.setItem(KEY, JSON.stringify(kept));
    else localStorage.removeItem(KEY);
  } catch {
    // private windows and full storages remember nothing; the page is none the worse
  }
};

const shown = document.querySelector("[data-seen]");
if (shown) {
  const { seen: slug, name } = shown.dataset;
  write([{ slug, name }, ...read().filter((each) => each.slug !== slug)].slice(0, MOST));
}

const section = document.querySelector("[data-seen-list]");
const kept = section ? read() : [];
if (kept.length) {
  const language = document.documentElement.lang === "en" ? "/en" : "";
  section.querySelector("ul").append(
    ...kept.map(({ slug, name }) => {
      const link = Object.assign(document.createElement("a"), { href: `${language}/products/${slug}`, textContent: name });
      const row = document.createElement("li");
      row.append(link);
      return row;
    }),
  );
  section.querySelector("[data-seen-clear]").addEventListener("click", () => {
    write([]);
    section.hidden = true;
  });
  section.hidden = false;
}
