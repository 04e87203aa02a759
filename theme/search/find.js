// What a query finds. Runs in the reader's browser, on the site's own small index (made by scripts/pages/search.py), with MiniSearch.
// An area and a job make a route; an area and a kind of contact make the place on the area's page: neither is stored, both are put together here.
(() => {
  const { docs, slots } = PREVENT_PATHWAYS_INDEX;

  const fold = (text) =>
    text
      .toLowerCase()
      .normalize("NFD")
      .replace(/[\u0300-\u036f’']/g, "")
      .replace(/(\w)&(?=\w)/g, "$1and")
      .replace(/(\d)[ -](?=\d)/g, "$1");
  const tokenize = (text) => fold(text).match(/[^\s@,;:!?()“”"/]+@[^\s@,;:!?()“”"/]+|[a-z0-9]+/g) ?? [];
  const SMALL = new Set("a an the of to in on at is it i my me we us our you do does did can what how if for and or with he she they his her their him them be been have has had will would should am are was were this that there about get got just some any im ive hes shes going go goes gone come came comes said says saying something somethings someone somebody thing things really very please not".split(" "));
  const stem = (word) => {
    if (/[@\d]/.test(word) || word.length < 4) return word;
    return word
      .replace(/(ies|ied|ying)$/, "y")
      .replace(/i[sz](ations?|ed|es|ers?|ing|e)$/, "is")
      .replace(/^(refer)(r?als?|red|ring|s)$/, "$1")
      .replace(/(ss|ch|sh|x)es$/, "$1")
      .replace(/([^su])s$/, "$1")
      .replace(/([a-z]{3})(ing|ed)$/, "$1")
      .replace(/([bdglmnprt])\1$/, "$1")
      .replace(/([a-z]{3})e$/, "$1");
  };
  const large = (text) => {
    const all = tokenize(text);
    const kept = all.filter((word) => !SMALL.has(word));
    return [...new Set(kept.length ? kept : all)];
  };
  const plain = (text) => tokenize(text).map(stem).join(" ");

  const vocabulary = new Set();
  const FIELDS = { title: 5, alias: 4, number: 6, heading: 2, contact: 1.5, line: 1 };
  const build = (list, fields) => {
    const index = new MiniSearch({
      fields,
      extractField: (doc, field) => (Array.isArray(doc[field]) ? doc[field].join(" \n ") : doc[field]) ?? "",
      tokenize,
      processTerm: (word) => {
        if (SMALL.has(word)) return null;
        const forms = [...new Set([stem(word), word])]; // as typed too, so that a slip of the pen is near it
        forms.forEach((form) => vocabulary.add(form));
        return forms;
      },
      searchOptions: {
        tokenize: (text) => text.split(" "),
        processTerm: (word) => word,
        boost: FIELDS,
        prefix: (word) => word.length > 2 && !/\d/.test(word),
        fuzzy: (word) => (word.length > 4 && !/[@\d]/.test(word) && !known(word) ? 0.25 : false),
        weights: { prefix: 0.5, fuzzy: 0.3 },
      },
    });
    index.addAll(list.map((doc, id) => ({ id, ...doc })));
    return index;
  };
  const only = (kind) => docs.filter((doc) => doc.kind === kind);
  const [areas, jobs] = [only("area"), only("job").filter((doc) => doc.slug)];
  const pages = build(docs, Object.keys(FIELDS));
  const named = build(areas, ["title", "alias"]);
  const worked = build(jobs, ["title", "alias"]);
  const placed = build(slots, ["title", "alias"]);
  const WEIGHT = { area: 1, job: 1.6, guide: 1.6, page: 1.6, situation: 1.5, line: 1.2, check: 0.8, myth: 1.1, procedure: 0.9, term: 0.9, scenario: 0.4 };
  const GENERIC = new Set(["borough", "council", "london", "royal", "lb", "police", "prevent", "end", "hill", "green", "town", "park"].map(stem)); // they name no area by themselves

  const exact = new Map();
  docs.forEach((doc, id) => {
    for (const name of [doc.title, ...(doc.alias ?? []), ...(doc.number ?? [])]) {
      const key = plain(name);
      if (!exact.has(key)) exact.set(key, []);
      exact.get(key).push(id);
    }
  });
  const known = (word) => vocabulary.has(word);
  const spelled = (word) => (known(stem(word)) ? stem(word) : word);

  // Hits with the words they matched. A hit that leaves words unmatched falls behind with the square of what it leaves.
  const rank = (index, list, words) =>
    (words.length ? index.search(words.join(" ")) : [])
      .map((hit) => {
        const share = hit.queryTerms.length / words.length;
        return { doc: list[hit.id], id: hit.id, words: new Set(hit.queryTerms), share, score: hit.score * share * share };
      })
      .sort((a, b) => b.score - a.score);

  window.preventPathwaysFind = (query, most = 8) => {
    const words = large(query).map(spelled);
    if (!words.length) return [];
    const hits = rank(pages, docs, words).map((hit) => ({ ...hit, score: hit.score * WEIGHT[hit.doc.kind] }));
    for (const id of exact.get(plain(query)) ?? []) {
      const hit = hits.find((one) => one.id === id);
      if (hit) hit.score *= 4;
    }
    const results = hits.map(({ doc, score }) => ({ title: doc.title, line: doc.line, url: doc.url, score }));
    const best = Math.max(0, ...results.map((one) => one.score));
    const add = (title, line, url, score) => results.push({ title, line, url, score });

    const area = areaIn(words);
    if (area) {
      const { title, url } = area.doc;
      const rest = words.filter((word) => !area.words.has(word) && !["council", "borough", "london"].map(stem).includes(word));
      add(title, area.doc.line, url, best * (rest.length ? 1.8 : 5));
      const [job, other] = rank(worked, jobs, rest).filter((hit) => hit.share >= 0.5);
      const [place] = rank(placed, slots, rest).filter((hit) => hit.share >= 0.5);
      const route = (hit) => `${url.replace(/index\.html$/, "")}${hit.doc.slug}/${url.endsWith(".html") ? "index.html" : ""}`;
      if (place) add(`${title}: ${place.doc.title}`, area.doc.line, url + place.doc.anchor, best * (!job || place.share >= job.share ? 4 : 2));
      if (job) add(`${job.doc.title} in ${title}`, job.doc.line, route(job), best * 3);
      if (other) add(`${other.doc.title} in ${title}`, other.doc.line, route(other), best * 2.5);
    }
    const seen = new Set();
    return results
      .sort((a, b) => b.score - a.score)
      .filter(({ url }) => !seen.has(url) && seen.add(url))
      .slice(0, most);
  };

  // The area a query names, if it names one: by its name, a short form or a place in it, spelled right or nearly so.
  function areaIn(words) {
    const names = words.filter((word) => !GENERIC.has(word));
    if (!names.length) return;
    const [first] = named
      .search(names.join(" "), { prefix: (word) => word.length > 3 && !known(word), fuzzy: (word) => (word.length > 5 && !known(word) ? 0.2 : false) })
      .map((hit) => ({ doc: areas[hit.id], words: new Set(hit.queryTerms), score: hit.score }));
    return first;
  }
})();
