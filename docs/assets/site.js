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
      script.onerror = () => failed((ready = undefined));
      document.head.append(script);
    }));

  const line = (text) => Object.assign(document.createElement("p"), { textContent: text });
  const status = Object.assign(line(""), { className: "pp-sr" }); // there from the start: screen readers miss a status that comes with its words
  status.setAttribute("role", "status");
  root.append(status);
  const say = (text, ...more) => {
    if (status.textContent !== text) status.textContent = text;
    if (!text) return found.replaceChildren();
    const seen = line(text);
    seen.setAttribute("aria-hidden", "true");
    found.replaceChildren(seen, ...more);
  };

  const show = () => {
    const query = box.value.trim();
    if (!query || !find) return say("");
    const results = find(query);
    const list = document.createElement("ul");
    for (const { title, line, url } of results) {
      const link = Object.assign(document.createElement("a"), { href: base + url });
      link.append(Object.assign(document.createElement("strong"), { textContent: title }), Object.assign(document.createElement("span"), { textContent: line }));
      list.append(Object.assign(document.createElement("li")));
      list.lastChild.append(link);
    }
    say(counted(results.length), list);
  };
  const counted = (count) => (count ? `${count} ${count === 1 ? "result" : "results"}` : "Nothing found. Try the borough or the job, or look in the A to Z.");

  const shut = () => {
    delete root.dataset.open;
    open.setAttribute("aria-expanded", "false");
    box.value = "";
    say("");
  };
  const leave = () => {
    shut();
    open.focus();
  };

  open.addEventListener("click", () => {
    root.dataset.open = "";
    open.setAttribute("aria-expanded", "true");
    box.focus();
    fetchIndex().then(show, () => say("The search could not be loaded. Use the A to Z."));
  });
  for (const sign of ["pointerenter", "focus"]) open.addEventListener(sign, () => fetchIndex().catch(() => {}), { once: true });
  close.addEventListener("click", leave);
  // The open list must not lie over what has the focus next.
  root.addEventListener("focusout", (event) => {
    if ("open" in root.dataset && event.relatedTarget && !root.contains(event.relatedTarget)) shut();
  });
  box.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    found.querySelector("a")?.click();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && "open" in root.dataset) return leave();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [box, ...found.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
})();
