// Everything that the rules of pages ask of one page, as plain values.
() => {
  const isShown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const nameOf = (element) => {
    const words = (element.innerText || element.getAttribute("aria-label") || "").trim().slice(0, 30);
    return `${element.tagName.toLowerCase()}.${element.className?.baseVal ?? element.className} «${words}»`;
  };
  const all = (selector) => [...document.querySelectorAll(selector)];

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    const words = node.data.replace(/\s+/g, " ").trim();
    if (!words || /^(SCRIPT|STYLE|TEMPLATE)$/.test(parent.tagName)) continue;
    texts.push({ words, lang: parent.closest("[lang]").lang });
  }
  for (const element of all("[aria-label],[placeholder],[title],img[alt],meta[name=description]")) {
    for (const name of ["aria-label", "placeholder", "title", "alt", "content"]) {
      const words = element.getAttribute(name)?.trim();
      if (words) texts.push({ words, lang: element.closest("[lang]").lang });
    }
  }
  texts.push({ words: document.title, lang: document.documentElement.lang });

  // WCAG 2.2, 2.5.8: 24 by 24 px, links inside sentences excepted. What is hidden from the eye has a label to press.
  const small = all("a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button]").filter((element) => {
    if (!isShown(element) || element.closest(".only-read,.skip")) return false;
    const label = element.matches("input[type=checkbox],input[type=radio]") ? element.closest("label") : null;
    const box = (label ?? element).getBoundingClientRect();
    if (box.width === 0 || (box.width >= 24 && box.height >= 24)) return false;
    const after = getComputedStyle(element, "::after");
    if (after.position === "absolute" && after.inset === "0px") return false;
    const style = getComputedStyle(element);
    const sentence = [...element.parentElement.childNodes].some((node) => node !== element && node.textContent.trim());
    return !(style.display === "inline" && (sentence || element.parentElement.closest("p,li,dd,h2,h3,td")));
  });
  const lowButtons = all(".button").filter((each) => isShown(each) && each.getBoundingClientRect().height < 48);

  // Boxes that cut their text need room above capitals with two marks (Ẫ): 1.4 is safe for all faces used.
  const tight = all("body *").filter((element) => {
    const style = getComputedStyle(element);
    if (style.overflow === "visible" || !isShown(element) || element.closest(".only-read")) return false;
    if (!element.textContent.trim() || /^(INPUT|TEXTAREA|SELECT|svg)$/.test(element.tagName)) return false;
    const holds = [element, ...element.querySelectorAll("*")].filter((each) => each instanceof HTMLElement
      && [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    return holds.some((each) => {
      const own = getComputedStyle(each);
      return parseFloat(own.lineHeight) / parseFloat(own.fontSize) < 1.39;
    });
  });

  const view = innerWidth * innerHeight;
  const covering = all("body *").filter((element) => {
    const position = getComputedStyle(element).position;
    const box = element.getBoundingClientRect();
    return (position === "fixed" || position === "sticky") && isShown(element) && box.width * box.height > view / 5;
  });

  return {
    language: document.documentElement.lang,
    title: document.title,
    headings: all("h1,h2,h3,h4,h5,h6").filter(isShown).map((each) => Number(each.tagName[1])),
    landmarks: { main: all("main").length, header: all("body > header").length, footer: all("body > footer").length,
      nav: all("nav").length },
    texts,
    small: small.map(nameOf),
    lowButtons: lowButtons.map(nameOf),
    tight: tight.map(nameOf),
    covering: covering.map(nameOf),
    notices: all(".notice").filter(isShown).length,
    dialogs: all("dialog[open],[role=dialog]").length,
    alternates: Object.fromEntries(all("head link[rel=alternate][hreflang]").map((each) => [each.hreflang, each.href])),
    canonical: document.querySelector("link[rel=canonical]")?.href ?? null,
    openGraph: Object.fromEntries(all("meta[property^='og:']").map((each) => [each.getAttribute("property"), each.content])),
    data: all("script[type='application/ld+json']").map((each) => each.textContent),
    verdict: document.querySelector("[data-verdict]")?.dataset.verdict ?? null,
    h1: document.querySelector("h1")?.innerText ?? null,
    styleAttributes: all("[style]").map(nameOf),
  };
}
