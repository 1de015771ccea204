/* Draws charts when they come into view, marks what has expired, lets keys move wide tables, copies traces and citations.
   Pages are complete without it. `readinessLook` is Plotly's template of our charts. */
(() => {
  "use strict";

  const config = { displayModeBar: false, doubleClick: false, responsive: false, showTips: false, typesetMath: false };
  const paper = 670; // width in CSS pixels that fits A4 and Letter
  const margin = 0.6; // of the axis beside the first and the last run, in runs

  let library; // a promise, once asked for
  const drawn = new Set(); // figures of this page that hold a drawing
  let watcher, sizes;
  let before; // while printing: what to put back
  let view; // the first and the last run looked at, counted from 0; undefined: all of them

  const charts = () => [...document.querySelectorAll(".rd-chart")].filter(area);
  const area = (figure) => figure.querySelector(".rd-chart-area");
  const scheme = () => (document.body.dataset.mdColorScheme === "slate" ? "dark" : "light");

  function load(figure) {
    const src = new URL(figure.dataset.plotly, document.baseURI).href;
    library ??= new Promise((resolve, reject) => {
      if (window.Plotly) return resolve();
      // Tells Plotly to leave the styles to readiness.css.
      const mark = Object.assign(document.createElement("style"), { id: "plotly.js-style-global" });
      mark.className = "no-inline-styles";
      document.body.append(mark);
      const script = document.createElement("script");
      script.src = src;
      script.onload = () => resolve();
      script.onerror = () => reject(new Error(`cannot load ${src}`));
      document.head.append(script);
    });
    return library;
  }

  /* Replaces each "var(--rd-…)" by its value, so that a drawing has the colours of the page. */
  function resolved(value, style) {
    if (typeof value === "string") {
      const name = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
      return name ? style.getPropertyValue(name).trim() : value;
    }
    if (Array.isArray(value)) return value.map((item) => resolved(item, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, style)]));
    }
    return value;
  }

  /* Keeps as many of the labels in sight below the axis as fit, the newest always among them. */
  function thin(axis, width, [first, last]) {
    const texts = axis.ticktext.slice(first, last + 1);
    const longest = Math.max(1, ...texts.map((text) => text.length));
    const step = Math.max(1, Math.ceil((texts.length * (longest * 6.4 + 12)) / Math.max(width - 60, 60)));
    const keep = (_, at) => at >= first && at <= last && (last - at) % step === 0;
    axis.tickvals = axis.tickvals.filter(keep);
    axis.ticktext = axis.ticktext.filter(keep);
  }

  /* Counts above bars stand upright where a bar is narrower than they are. */
  function turn(notes, width, bars) {
    const narrow = (width - 60) / Math.max(bars, 1) < 20;
    for (const note of notes) if (note.name === "count") note.textangle = narrow ? -90 : 0;
  }

  /* The figure of a chart: runs are named once in it, and their addresses are those of its table. */
  function read(figure) {
    const source = JSON.parse(figure.querySelector(".rd-chart-json").textContent);
    const { data, layout } = source;
    const runs = layout.xaxis.categoryarray;
    if (runs) {
      for (const trace of data) trace.x ??= runs;
      layout.xaxis.tickvals ??= runs;
      layout.xaxis.ticktext ??= layout.xaxis.tickvals;
    }
    const rows = [...(figure.querySelector("tbody")?.rows ?? [])];
    layout.meta ??= { urls: rows.map((row) => row.querySelector("a")?.href) };
    layout.template = window.readinessLook;
    return source;
  }

  function draw(figure, width) {
    const place = area(figure);
    const source = read(figure);
    const { data, layout } = resolved(source, getComputedStyle(document.body));
    layout.width = width ?? place.clientWidth;
    layout.height = place.clientHeight;
    if (!layout.width || !layout.height) return;
    const runs = layout.xaxis.ticktext.length;
    const part = width === undefined && layout.dragmode === "zoom" ? view : undefined;
    if (part) layout.xaxis.range = [part[0] - margin, part[1] + margin];
    if (width !== undefined) delete layout.xaxis.rangeslider;
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false; // a finger that drags scrolls the page
    turn(layout.annotations ?? [], layout.width, part ? part[1] - part[0] + 1 : runs);
    thin(layout.xaxis, layout.width, part ?? [0, runs - 1]);
    figure.querySelector(".rd-all")?.toggleAttribute("hidden", !part);
    window.Plotly.react(place, data, layout, config).then(() => {
      if (!drawn.has(figure)) {
        place.on("plotly_click", (event) => follow(source.layout.meta.urls, event));
        place.on("plotly_relayout", (change) => {
          if (Object.keys(change).some((key) => key.startsWith("xaxis.range"))) look(place.layout.xaxis.range, runs);
        });
      }
      drawn.add(figure);
      figure.dataset.drawn = scheme();
    });
  }

  /* All charts of the page show the runs in `range`, whole ones and at least two; those out of sight when they come near. */
  function look(range, runs) {
    let [first, last] = range.map(Math.round);
    first = Math.min(Math.max(first, 0), runs - 2);
    last = Math.max(Math.min(last, runs - 1), first + 1);
    lookAt(first > 0 || last < runs - 1 ? [first, last] : undefined);
  }

  function lookAt(runs) {
    view = runs;
    for (const figure of drawn) if (figure.querySelector(".rd-all")) watcher.observe(area(figure));
  }

  function lookAtAll(event) {
    lookAt(undefined);
    event.target.closest(".rd-chart").querySelector("summary").focus({ preventScroll: true }); // the button goes
  }

  /* A click on a run leads to its report; addresses of other sites are not followed. */
  function follow(urls, event) {
    const url = new URL(urls[event.points[0]?.pointIndex] || "", document.baseURI);
    const here = new URL(document.baseURI);
    if (url.protocol === here.protocol && url.host === here.host && url.href !== here.href) location.assign(url);
  }

  function show(figure) {
    load(figure).then(
      () => figure.isConnected && draw(figure),
      (error) => {
        figure.dataset.failed = "";
        figure.querySelector("details").open = true;
        console.warn(error.message);
      },
    );
  }

  const isPast = (moment) => Date.parse(moment) < Date.now();

  function markExpired(root) {
    for (const element of root.querySelectorAll("[data-holds-until]")) {
      if (!isPast(element.dataset.holdsUntil)) continue;
      element.classList.remove("good");
      element.classList.add("warn");
      for (const one of element.querySelectorAll("[data-holds]")) one.hidden = true;
      for (const one of element.querySelectorAll("[data-lapsed]")) one.hidden = false;
    }
    for (const element of root.querySelectorAll("[data-valid-until]")) {
      if (!isPast(element.dataset.validUntil) || element.querySelector(".rd-expired")) continue;
      const word = document.createElement("span");
      word.className = "rd-expired";
      word.textContent = "expired";
      element.append(" ", word);
    }
  }

  /* A button beside each trace and citation; where Material has its own, or a browser lets nobody copy, there is none. */
  function offerCopies(root) {
    const theirs = JSON.parse(document.getElementById("__config")?.textContent || "{}").features || [];
    if (!navigator.clipboard || theirs.includes("content.code.copy")) return;
    for (const text of root.querySelectorAll("pre:is(.rd-trace *, .rd-cite)")) {
      if (text.previousElementSibling?.matches(".rd-copy")) continue;
      const corner = Object.assign(document.createElement("div"), { className: "rd-copy" });
      const says = corner.appendChild(document.createElement("span"));
      says.ariaHidden = "true"; // the page's one status says it to who hears the page
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Copy" });
      const test = text.closest(".rd-trace")?.querySelector(".rd-test").textContent;
      button.setAttribute("aria-label", test ? `Copy the trace of ${test}` : "Copy the citation");
      button.addEventListener("click", () => copy(text.textContent, says));
      corner.append(button);
      text.before(corner);
      status();
    }
  }

  async function copy(text, says) {
    const tell = (word) => (says.textContent = status().textContent = word);
    clearTimeout(says.timer);
    tell(""); // so that the same word is said again
    try {
      await navigator.clipboard.writeText(text);
      tell("Copied");
    } catch {
      tell("Could not copy. Select the text instead.");
    }
    says.timer = setTimeout(tell, 2500, "");
  }

  /* The register of blockers: rows by text, state, severity, area and owner, kept in the address; sorted within each table. */
  function offerFilter(form) {
    const tables = [...document.querySelectorAll("table[data-filtered]")];
    const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
    const asked = new URLSearchParams(location.hash.startsWith("#?") ? location.hash.slice(2) : "");
    for (const field of form.elements) {
      if (field.tagName === "SELECT" && field.name !== "sort") {
        const values = [...new Set(rows.map((row) => row.dataset[field.name]).filter(Boolean))].sort();
        field.append(...values.map((value) => new Option(value)));
        field.closest("label").hidden = values.length < 2;
      }
      if (asked.has(field.name)) field.value = asked.get(field.name);
    }
    rows.forEach((row, at) => (row.place = at));
    const worst = ["Critical", "High", "Medium", "Low"];
    const keys = {
      severity: (row) => worst.indexOf(row.dataset.severity),
      area: (row) => row.dataset.area,
      owner: (row) => row.dataset.owner || "\uffff",
      tests: (row) => -Number(row.cells[3].textContent.replace(/\D/g, "")),
    };
    const apply = () => {
      const wanted = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
      const { text = "", sort, ...exact } = wanted;
      const words = text.toLowerCase().split(/\s+/);
      for (const row of rows) {
        const read = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => read.includes(word)) || Object.entries(exact).some(([name, value]) => row.dataset[name] !== value);
      }
      const key = keys[sort] ?? ((row) => row.place);
      const order = (one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : one.place - other.place);
      for (const table of tables) table.tBodies[0].append(...[...table.tBodies[0].rows].sort(order));
      const told = new URLSearchParams(wanted).toString();
      history.replaceState(history.state, "", told ? `#?${told}` : location.pathname + location.search);
      for (const view of document.querySelectorAll(".rd-views a")) view.hash = told && `?${told}`;
      const left = rows.filter((row) => !row.hidden).length;
      form.querySelector("[role=status]").textContent = left < rows.length ? `${left} / ${rows.length}` : "";
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = rows.length < 2;
    if ([...asked].length) apply();
  }

  /* Heard, not seen. It must be there before something is said in it. */
  function status() {
    const found = document.querySelector(".rd-heard");
    if (found) return found;
    const made = Object.assign(document.createElement("p"), { className: "rd-heard" });
    made.setAttribute("role", "status");
    return document.body.appendChild(made);
  }

  /* Material's frame around a wide hand-written table takes the focus while it scrolls, so that keys can move it. */
  function frame(target) {
    const around = target.closest(".md-typeset__scrollwrap");
    if (!around) return;
    if (!around.hasAttribute("tabindex")) sizes.observe(around); // it may narrow where the table cannot
    around.tabIndex = around.scrollWidth > around.clientWidth ? 0 : -1;
  }

  /* The list of all tests has a script of its own, which only its page loads. */
  function explore(place) {
    if (window.readinessTests) return window.readinessTests(place);
    const script = document.createElement("script");
    script.src = new URL(place.dataset.script, document.baseURI).href;
    script.onload = () => place.isConnected && window.readinessTests(place);
    document.head.append(script);
  }

  /* Once a page; instant navigation brings further ones. */
  function start() {
    watcher?.disconnect();
    sizes?.disconnect();
    drawn.forEach((figure) => window.Plotly.purge(area(figure)));
    drawn.clear();
    view = undefined;
    markExpired(document);
    offerCopies(document);
    document.querySelectorAll(".rd-filter").forEach(offerFilter);
    document.querySelectorAll(".rd-explorer").forEach(explore);
    sizes = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        frame(target);
        const figure = target.closest(".rd-chart");
        if (!before && drawn.has(figure) && target.clientWidth !== target.layout?.width) requestAnimationFrame(() => before || draw(figure));
      }
    });
    watcher = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          watcher.unobserve(target);
          show(target.closest(".rd-chart"));
        }
      },
      { rootMargin: "300px" },
    );
    for (const table of document.querySelectorAll(".md-content table:not([class])")) sizes.observe(table);
    for (const figure of charts()) {
      watcher.observe(area(figure));
      sizes.observe(area(figure));
      figure.querySelector(".rd-all")?.addEventListener("click", lookAtAll);
    }
  }

  new MutationObserver(() => before || drawn.forEach((figure) => draw(figure))).observe(document.body, {
    attributeFilter: ["data-md-color-scheme"],
  });

  // Paper is white: everything is drawn light, in the width of a sheet, and every fold is open.
  window.addEventListener("beforeprint", () => {
    if (before) return;
    const folds = [...document.querySelectorAll(".md-content details:not([open])")];
    before = { folds, scheme: document.body.dataset.mdColorScheme };
    folds.forEach((fold) => (fold.open = true));
    if (before.scheme) document.body.dataset.mdColorScheme = "default";
    if (window.Plotly) charts().forEach((figure) => draw(figure, paper));
    const address = document.createElement("p");
    address.className = "rd-address";
    address.textContent = location.href.split("#")[0];
    document.querySelector(".md-content h1")?.after(address);
    before.address = address;
  });
  window.addEventListener("afterprint", () => {
    if (!before) return;
    before.folds.forEach((fold) => (fold.open = false));
    before.address.remove();
    if (before.scheme) document.body.dataset.mdColorScheme = before.scheme;
    before = undefined;
    drawn.forEach((figure) => draw(figure));
  });

  if (window.document$) window.document$.subscribe(start);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
