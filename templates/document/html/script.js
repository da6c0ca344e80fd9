// Search and the place in the contents. Without this script everything is still there to read.
(() => {
  "use strict";
  const search = document.querySelector(".search");
  const box = search.querySelector("input");
  const said = search.querySelector("output");
  const main = document.querySelector("main");
  const plain = (text) =>
    text.normalize("NFKD").replace(/\p{Diacritic}/gu, "").toLocaleLowerCase();
  const entries = [...main.querySelectorAll(".entry, .sheet, .card, tbody tr")]
    .filter((entry) => !entry.parentElement.closest(".entry, .sheet, .card"))
    .map((element) => ({ element, text: plain(element.textContent) }));
  const sections = [...main.querySelectorAll(".section")].map((element) => ({
    element,
    text: plain(element.textContent),
    entries: entries.filter((entry) => element.contains(entry.element)),
  }));

  const find = () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    const has = (text) => words.every((word) => text.includes(word));
    let found = 0;
    for (const { element, text, entries } of sections) {
      const hits = entries.filter((entry) => has(entry.text));
      for (const entry of entries) {
        entry.element.hidden = hits.length > 0 && !hits.includes(entry);
      }
      element.hidden = !has(text);
      found += element.hidden ? 0 : Math.max(1, hits.length);
    }
    for (const part of main.querySelectorAll(".part")) {
      part.hidden = ![...part.querySelectorAll(".section")].some((section) => !section.hidden);
    }
    if (words.length === 0) said.textContent = "";
    else if (found === 0) said.textContent = "Nothing found.";
    else said.textContent = found === 1 ? "1 entry found." : `${found} entries found.`;
  };

  search.hidden = false;
  box.addEventListener("input", find);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      box.value = "";
      find();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      event.preventDefault();
      box.focus();
    }
  });
  // A link must never lead to something that the search hides.
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      box.value = "";
      find();
      target.scrollIntoView();
    }
  });

  const fold = document.querySelector(".contents details");
  const narrow = matchMedia("(max-width: 63.99rem)");
  const place = () => { fold.open = !narrow.matches; };
  narrow.addEventListener("change", place);
  place();
  fold.addEventListener("click", (event) => {
    if (narrow.matches && event.target.closest("a")) fold.open = false;
  });

  const links = new Map(
    [...document.querySelectorAll(".contents li a")].map((link) => [link.hash.slice(1), link]),
  );
  const watch = new IntersectionObserver((seen) => {
    for (const one of seen) {
      if (!one.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(one.target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  for (const { element } of sections) watch.observe(element);
})();
