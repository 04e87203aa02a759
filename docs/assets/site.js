// The search box: fetched when it is first used, and nothing typed leaves the page. Everything on the site works without this script.
(() => {
  const root = document.querySelector(".pp-search");
  const [open, form, box, close, found] = [".pp-search__open", "form", ".pp-search__box", ".pp-search__close", ".pp-search__found"].map((name) =>
    root.querySelector(name),
  );
  const base = root.dataset.base.replace(/\/?$/, "/");
  let find;
  let ready;

  const fetchIndex = () =>
    (ready ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${base}assets/search.js`;
      script.onload = () => done((find = window.preventPathwaysFind));
      script.onerror = failed;
      document.head.append(script);
    }));

  const line = (text) => Object.assign(document.createElement("p"), { textContent: text });

  const show = () => {
    const query = box.value.trim();
    if (!query || !find) return found.replaceChildren();
    const results = find(query);
    const list = document.createElement("ul");
    for (const { title, line, url } of results) {
      const link = Object.assign(document.createElement("a"), { href: base + url });
      link.append(Object.assign(document.createElement("strong"), { textContent: title }), Object.assign(document.createElement("span"), { textContent: line }));
      list.append(Object.assign(document.createElement("li")));
      list.lastChild.append(link);
    }
    const count = line_count(results.length);
    const status = line(count);
    status.setAttribute("role", "status");
    found.replaceChildren(status, list);
  };
  const line_count = (count) => (count ? `${count} ${count === 1 ? "result" : "results"}` : "Nothing found. Try the borough or the job, or look in the A to Z.");

  const shut = () => {
    delete root.dataset.open;
    open.setAttribute("aria-expanded", "false");
    box.value = "";
    found.replaceChildren();
    open.focus();
  };

  open.addEventListener("click", () => {
    root.dataset.open = "";
    open.setAttribute("aria-expanded", "true");
    box.focus();
    fetchIndex().then(show, () => found.replaceChildren(line("The search could not be loaded. Use the A to Z.")));
  });
  for (const sign of ["pointerenter", "focus"]) open.addEventListener(sign, fetchIndex, { once: true });
  close.addEventListener("click", shut);
  box.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    found.querySelector("a")?.click();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && "open" in root.dataset) return shut();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [box, ...found.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
})();
