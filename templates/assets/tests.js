/* The tests page: every test by every run, to filter, sort and group; one of them opened. Reads data.json beside the page,
   and the times of a test when it is opened. What it says stands in `data-words` of the page. */
(() => {
  "use strict";

  const kinds = { p: "pass", k: "flaky", f: "fail", e: "fail", s: "skip", n: "none" };
  const shapes = { p: [3, 7], k: [1, 9], f: [0, 10], e: [0, 10], s: [6, 4], n: [8, 2], ".": [9, 1] }; // top and height: not by colour alone
  const few = 60; // more runs are drawn without gaps between them
  const around = 8; // rows made above and below those in view
  const named = 500; // tests, of those that failed in the same runs

  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const drawn = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const put = (sentence, ...values) => sentence.replace(/\{(\d)\}/g, (_, at) => values[at]);
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const link = (text, href) => make("a", { textContent: text, href });
  const grouped = (items, of) => {
    const groups = new Map();
    for (const item of items) groups.get(of(item))?.push(item) ?? groups.set(of(item), [item]);
    return groups;
  };
  const under = (test) => [test.variant, test.place].filter(Boolean).join(", "); // the end may be cut off
  const nameOf = (test) => JSON.stringify([test.source, test.place, test.title]); // whatever the variant

  /* What a strip says of itself; tests with the same strip share it. */
  function read(coded) {
    const parts = [...coded.matchAll(/(\D)(\d*)/g)].map(([, letter, count]) => [letter, Number(count || 1)]);
    const letters = parts.map(([letter, count]) => letter.repeat(count)).join("");
    const failed = []; // the runs in which it failed, counted from 0
    let executed = 0;
    let since; // the first of the runs in which it failed whenever it was executed, up to the last
    let first = 0;
    for (const [letter, count] of parts) {
      if ("pkfe".includes(letter)) executed += count;
      since = "pk".includes(letter) ? undefined : "fe".includes(letter) ? (since ?? first) : since;
      if ("fe".includes(letter)) for (let at = first; at < first + count; at++) failed.push(at);
      first += count;
    }
    const now = letters.at(-1);
    return { parts, letters, failed, executed, since, now, changed: letters.length > 1 && now !== letters.at(-2), rate: executed ? failed.length / executed : 0 };
  }

  function decode(data) {
    const strips = data.strips.map(read);
    const tests = [];
    let name = "";
    for (const [source, variant, group, count] of data.groups) {
      for (let left = count; left > 0; left--) {
        const at = tests.length;
        const [origin, instance] = [data.origins[at] ?? "", data.instances[at] ?? 1];
        name = name.slice(0, data.shared[at]) + data.names[at];
        const [suite, host] = ` ${origin}`.split(" @ ");
        const place = (suite.trim() ? `${suite.trim()} > ${group}` : group) + (host ? ` @ ${host}` : "");
        const test = {
          at, source, variant, group, name, origin, instance, place,
          id: `t.${data.ids.slice(at * 12, at * 12 + 12)}`,
          title: instance > 1 ? `${name} (${instance})` : name,
          area: data.areas[data.area[at]],
          owner: data.owners[data.area[at]],
          strip: strips[data.strip[at]],
          time: data.times[at],
          flaky: data.flaky[at] ?? "",
          rate: data.rates[at],
          blockers: (data.blocked[at] ?? []).map((blocker) => data.blockers[blocker]),
        };
        test.text = `${place}::${test.title} ${source} ${variant} ${test.id}`.toLowerCase();
        tests.push(test);
      }
    }
    return tests;
  }

  /* The runs as marks, the newest right. */
  function picture(strip, width) {
    const runs = strip.letters.length;
    const svg = drawn("svg", { viewBox: `0 0 ${runs} 10`, preserveAspectRatio: "none", class: "rd-run-strip", "aria-hidden": "true" });
    svg.style.maxWidth = `${runs * width}px`;
    const paths = {};
    let left = 0;
    for (const [letter, count] of strip.parts) {
      const [top, height] = shapes[letter] ?? [];
      const cell = (x, wide) => `M${x} ${top}h${wide}v${height}h-${wide}z`;
      if (height) paths[letter] = (paths[letter] ?? "") + (runs > few ? cell(left, count) : [...Array(count).keys()].map((at) => cell(left + at, 0.86)).join(""));
      left += count;
    }
    for (const [letter, d] of Object.entries(paths)) svg.append(drawn("path", { d, class: `rd-run-${kinds[letter] ?? "absent"}` }));
    return svg;
  }

  function explore(root) {
    const words = JSON.parse(root.dataset.words);
    const [form, list, one] = [".rd-find", ".rd-rows", ".rd-one"].map((name) => root.querySelector(name));
    const [space, status, asideHead] = [list.firstElementChild, form.querySelector("[role=status]"), root.querySelector("[data-aside]")];
    let asideIs = words.failures;
    let data, tests, byId, byName, variants, slow, flakiest;
    let items = []; // the rows: tests, and { head, count } of groups
    let active = 0;
    let opened;
    let shown = ""; // of `show`, by the last filter
    const times = new Map();

    const outcome = (letter) => words[letter];
    const seconds = (time) => (time == null ? "" : time < 0.001 ? "< 0.001" : String(Number(time.toPrecision(3))));
    const timeOf = (test) => (test.time == null ? "" : `${seconds(test.time)}\u00a0s`);
    const before = (test) => (test.at in data.slower ? put(words.before, seconds(data.slower[test.at])) : "");
    const runName = (at) => {
      const [version, day] = data.runs[at];
      return data.runs.filter(([other]) => other === version).length > 1 ? `${version} (${day})` : version;
    };
    const runLink = (at, id = "") => (at === undefined ? words.none : link(runName(at), data.runs[at][2] + id));

    const orders = {
      last_failure: (test) => -(test.strip.failed.at(-1) ?? -1),
      failures: (test) => -test.strip.failed.length,
      rate: (test) => -test.strip.rate,
      time: (test) => -(test.time ?? -1),
      flaky_rate: (test) => flakiest.get(test.at)?.rank ?? flakiest.size,
    };
    const natural = { flaky: "flaky_rate", slow: "time", slower: "time" }; // what these are sorted by, unless otherwise asked
    const shows = {
      changed: (test) => test.strip.changed,
      flaky: (test) => test.flaky,
      slow: (test) => slow.has(test.at),
      skipped: (test) => test.strip.now === "s",
      skipped_everywhere: (test) => test.strip.now === "s" && alike(test).every(({ strip }) => "s.".includes(strip.now)),
      differing: (test) => test.strip.now !== "." && [...variants.get(test.source)].some((variant) => nowIn(test, variant) !== test.strip.now),
      new: (test) => then(test) === "." && !".n".includes(test.strip.now),
      gone: (test) => test.strip.now === "." && !".n".includes(then(test)),
      slower: (test) => test.at in data.slower,
      failed: (test) => test.strip.failed.length > 0,
      once: (test) => test.strip.failed.length === 1,
    };
    const then = (test) => test.strip.letters[data.since];
    const alike = (test) => byName.get(nameOf(test)); // in all variants
    const nowIn = (test, variant) => alike(test).find((other) => other.variant === variant)?.strip.now ?? ".";

    function filter() {
      const wanted = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
      const { text = "", area, variant, now, show, sort, group } = wanted;
      const named = show === "slower" ? form.elements.show : sort === "flaky_rate" && form.elements.sort;
      asideIs = named ? named.selectedOptions[0].textContent : words.failures;
      if (asideHead) asideHead.textContent = asideIs;
      const sought = text.toLowerCase().split(/\s+/).filter(Boolean);
      let found = tests.filter(
        (test) =>
          (!area || test.area === area) && (!variant || test.variant === variant) && (!now || test.strip.now === now) &&
          (!show || shows[show]?.(test)) && sought.every((word) => test.text.includes(word)),
      );
      shown = show ?? "";
      const key = orders[sort];
      if (key) found.sort((a, b) => key(a) - key(b) || a.at - b.at);
      else if (show === "differing") found = [...grouped(found, nameOf).values()].flat(); // its variants one below the other
      items = found;
      if (group) {
        const of = group === "area" ? (test) => test.area : (test) => [test.place, test.variant].filter(Boolean).join(", ");
        items = [...grouped(found, of)].flatMap(([head, inside]) => [{ head: head || words.unlabelled, count: inside.length }, ...inside]);
      }
      active = Math.max(0, items.findIndex((item) => item.id && (!opened || item === opened)));
      status.textContent = found.length ? put(words.shown, found.length.toLocaleString(), tests.length.toLocaleString()) : words.nothing;
      if (list.scrollTop) list.scrollTop = 0;
      paint();
    }

    /* The address names the test that is open and what the list is filtered by. */
    function remember() {
      const wanted = [...new FormData(form)].filter(([, value]) => value);
      const told = new URLSearchParams(opened ? [...wanted, ["test", opened.id]] : wanted).toString();
      const hash = opened && !wanted.length ? `#${opened.id}` : told && `#?${told}`;
      history.replaceState(history.state, "", hash || location.pathname + location.search);
    }

    /* Rows are made as they come into view. */
    const height = () => parseFloat(getComputedStyle(list).getPropertyValue("--rd-row"));
    function paint() {
      const row = height();
      space.style.height = `${items.length * row}px`;
      const first = Math.max(0, Math.floor(list.scrollTop / row) - around);
      const last = Math.min(items.length, Math.ceil((list.scrollTop + list.clientHeight) / row) + around);
      const rows = items.slice(first, last).map((item, at) => (item.head === undefined ? testRow(item, first + at) : headRow(item)));
      rows.forEach((made, at) => (made.style.top = `${(first + at) * row}px`));
      space.replaceChildren(...rows);
      const there = items[active]?.id && active >= first && active < last;
      if (there) list.setAttribute("aria-activedescendant", `rd-row-${active}`);
      else list.removeAttribute("aria-activedescendant");
    }

    const headRow = ({ head, count }) => make("div", { className: "rd-row rd-row-head", role: "presentation" }, make("b", { textContent: head }), ` ${count}`);

    function testRow(test, at) {
      const failures = test.strip.failed.length;
      const { show, sort } = form.elements;
      const aside = show.value === "slower" ? before(test) : sort.value === "flaky_rate" ? (flakiest.get(test.at)?.share ?? "") : failures ? put(words.failures_of, failures, test.strip.executed) : "";
      const row = make(
        "div",
        { className: "rd-row", role: "option", id: `rd-row-${at}` },
        make("span", { className: "rd-row-name", title: `${test.place}::${test.title}` }, make("span", { className: "rd-test", textContent: test.title }), make("span", { className: "rd-sub rd-test", textContent: under(test) })),
        make("span", { className: "rd-row-strip" }, picture(test.strip, 12)),
        make("span", { className: "rd-row-now" }, make("i", { className: `rd-k-${kinds[test.strip.now] ?? "absent"}` }), capital(outcome(test.strip.now))),
        make("span", { className: "rd-row-n rd-hide", textContent: aside }),
        make("span", { className: "rd-row-n rd-hide", textContent: timeOf(test) }),
      );
      const told = [[words.outcome, capital(outcome(test.strip.now))], [asideIs, aside], [words.time, timeOf(test)]];
      row.setAttribute("aria-label", [test.title, under(test), ...told.map(([head, value]) => value && `${head}: ${value}`)].filter(Boolean).join(", "));
      row.setAttribute("aria-selected", at === active);
      row.setAttribute("aria-posinset", at + 1);
      row.setAttribute("aria-setsize", items.length);
      if (test === opened) row.dataset.opened = "";
      row.addEventListener("click", () => {
        active = at;
        open(test);
      });
      return row;
    }

    function move(to, by = Math.sign(to - active)) {
      let next = Math.min(items.length - 1, Math.max(0, to));
      while (items[next]?.head !== undefined) next += by || 1;
      if (!items[next]) return;
      active = next;
      const [row, top] = [height(), next * height()];
      if (top < list.scrollTop) list.scrollTop = top;
      else if (top + row > list.scrollTop + list.clientHeight) list.scrollTop = top + row - list.clientHeight;
      paint();
    }

    function keys(event) {
      const page = Math.max(1, Math.floor(list.clientHeight / height()) - 1);
      const moves = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page };
      if (event.key in moves) move(moves[event.key]);
      else if (event.key === "Home") move(0, 1);
      else if (event.key === "End") move(items.length - 1, -1);
      else if (event.key === "Enter" && items[active]?.id) open(items[active], true);
      else return;
      event.preventDefault();
    }

    function close() {
      opened = undefined;
      one.hidden = true;
      one.replaceChildren();
      remember();
      paint();
      list.focus({ preventScroll: true });
    }

    function open(test, focus = false) {
      opened = test;
      const { strip } = test;
      const heading = make("h2", { textContent: test.title, className: "rd-test", tabIndex: -1 });
      heading.id = "rd-one-name";
      const copy = make("button", { type: "button", textContent: words.copy });
      const says = make("span", { role: "status", className: "rd-sub" });
      copy.addEventListener("click", () =>
        Promise.resolve()
          .then(() => navigator.clipboard.writeText(test.id))
          .then(() => (says.textContent = words.copied), () => (says.textContent = words.not_copied)),
      );
      const shut = make("button", { type: "button", textContent: words.close });
      shut.addEventListener("click", close);
      const facts = [
        [words.outcome, capital(outcome(strip.now))],
        [words.failures, put(words.failures_of, strip.failed.length, strip.executed)],
        strip.since !== undefined && [words.failing_since, runLink(strip.since, `#${test.id}`)],
        [words.first_failure, runLink(strip.failed[0], `#${test.id}`)],
        [words.last_failure, runLink(strip.failed.at(-1), `#${test.id}`)],
        [words.time, [timeOf(test), before(test)].filter(Boolean).join(", ") || words.no_time],
        test.flaky && [words.flaky, test.flaky],
        test.rate && [words.rate, test.rate],
        [words.blockers, test.blockers.length ? test.blockers.flatMap(([id, title, url], at) => [at ? ", " : "", link(title, url), " ", make("span", { className: "rd-id", textContent: id })]) : words.none],
        [words.area, test.area],
        [words.owner, test.owner || words.unassigned],
        test.variant && [words.variant, test.variant],
        [words.source, test.source],
      ].filter(Boolean);
      const list_ = make("dl", { className: "rd-facts" }, ...facts.map(([term, value]) => make("div", {}, make("dt", { textContent: term }), make("dd", {}, ...[value].flat()))));
      const timed = make("div", { className: "rd-times" });
      const others = alike(test).filter((other) => other !== test);
      const beside = others.map((other) => {
        const name = link(other.variant || words.unlabelled, `#${other.id}`);
        return make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, picture(other.strip, 12)), make("td", { textContent: capital(outcome(other.strip.now)) }));
      });
      one.replaceChildren(
        ...[
          heading,
          make("p", { className: "rd-sub rd-test", textContent: test.place }),
          make("p", { className: "rd-one-id" }, make("code", { textContent: test.id }), " ", ...(navigator.clipboard ? [copy, " "] : []), shut, " ", says),
          make("div", { className: "rd-one-strip", style: `max-width: ${strip.letters.length * 24}px` }, picture(strip, 24), make("p", { className: "rd-sub" }, make("span", { textContent: runName(0) }), make("span", { textContent: runName(strip.letters.length - 1) }))),
          list_,
          make("h3", { textContent: words.history }),
          segments(strip),
          beside.length && make("h3", { textContent: words.variants }),
          beside.length && make("table", { className: "rd" }, make("tbody", {}, ...beside)),
          ...together(test),
          timed,
        ].filter(Boolean),
      );
      one.setAttribute("aria-labelledby", heading.id);
      one.hidden = false;
      remember();
      paint();
      one.scrollIntoView({ block: "nearest" });
      if (focus) heading.focus();
      if (data.in_a_file) timesOf(test).then((found) => opened === test && drawTimes(timed, found), () => {});
    }

    /* A sentence with elements in place of its control characters. */
    const spliced = (sentence, ...elements) => sentence.split(/([\u0000\u0001])/).map((part) => elements[{ "\u0000": 0, "\u0001": 1 }[part]] ?? part);

    /* What it did, run by run, in as few rows as that takes: the newest first. */
    function segments(strip) {
      let first = 0;
      const rows = strip.parts.map(([letter, count]) => {
        const [from, to] = [first, (first += count) - 1];
        const runs = make("td", {}, runLink(from));
        if (to > from) runs.replaceChildren(...spliced(put(words.span, "\u0000", "\u0001"), runLink(from), runLink(to)));
        return make("tr", {}, runs, make("td", {}, make("i", { className: `rd-k-${kinds[letter] ?? "absent"}` }), capital(outcome(letter))), make("td", { className: "n", textContent: count }));
      });
      const head = [words.run, words.result, words.runs].map((text, at) => make("th", { scope: "col", textContent: text, className: at === 2 ? "n" : "" }));
      return make("table", { className: "rd rd-segments" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows.reverse()));
    }

    /* The tests that failed in runs in which it failed: those with the most such runs, and the fewest others, first. */
    function together(test) {
      const runs = new Set(test.strip.failed);
      const shared = ({ strip }) => strip.failed.filter((at) => runs.has(at)).length;
      const counted = (runs.size ? tests : []).map((other) => [other, other === test ? 0 : shared(other)]);
      const found = counted.filter(([, count]) => count);
      found.sort(([a, m], [b, n]) => n - m || a.strip.failed.length - b.strip.failed.length || a.at - b.at);
      const rows = found.slice(0, named).map(([other, count]) => {
        const name = make("td", {}, link(other.title, `#${other.id}`), make("span", { className: "rd-sub rd-test", textContent: under(other) }));
        return make("tr", {}, name, make("td", { className: "n", textContent: put(words.together_of, count, other.strip.failed.length) }));
      });
      const head = `${words.together} (${rows.length < found.length ? put(words.shown, rows.length, found.length.toLocaleString()) : rows.length})`;
      const table = make("div", { className: "rd-together", tabIndex: 0, role: "group", ariaLabel: words.together }, make("table", { className: "rd" }, make("tbody", {}, ...rows)));
      return rows.length ? [make("h3", { textContent: head }), table] : [];
    }

    function timesOf(test) {
      const part = Math.floor(test.at / data.in_a_file);
      if (!times.has(part)) times.set(part, load(new URL(`times/${part}.json`, new URL(root.dataset.source, document.baseURI))));
      const at = test.at % data.in_a_file;
      return times.get(part).then((found) => [found.times[at], found.changes[at] ?? []]);
    }

    /* A dot for each run that says how long the test took, from zero; a line for each level, where it changed. */
    function drawTimes(place, [found, changes]) {
      const known = found.filter((time) => time != null).sort((a, b) => a - b);
      if (known.length < 2) return;
      const most = known.at(-1) || 1;
      const svg = drawn("svg", { viewBox: `0 0 ${found.length * 10} 60`, preserveAspectRatio: "none", "aria-hidden": "true" });
      svg.style.maxWidth = `${Math.max(found.length * 24, 240)}px`;
      found.forEach((time, at) => time != null && svg.append(drawn("path", { d: `M${at * 10 + 5} ${58 - (time / most) * 54}h.01` })));
      changes.forEach(([run, before, after], at) => {
        const [began, end] = [changes[at - 1]?.[0] ?? 0, changes[at + 1]?.[0] ?? found.length];
        const [was, is] = [before, after].map((level) => 58 - (Math.min(level, most) / most) * 54);
        svg.append(drawn("path", { class: "rd-level", d: `${at ? "" : `M${began * 10} ${was}H${run * 10}`}M${run * 10} ${is}H${end * 10}` }));
      });
      const middle = (known[(known.length - 1) >> 1] + known[known.length >> 1]) / 2;
      const says = make("p", { className: "rd-sub", textContent: put(words.range, seconds(known[0]), seconds(middle), seconds(known.at(-1))) });
      const told = changes.map(([run, before, after]) => make("p", {}, ...spliced(put(words.level, "\u0000", seconds(after), seconds(before)), runLink(run))));
      place.replaceChildren(make("h3", { textContent: words.times }), svg, says, ...told);
    }

    /* `#t.…` opens a test; `#?…` filters, and opens the one that it names. */
    function follow() {
      const hash = location.hash.slice(1);
      const asked = new URLSearchParams(hash.startsWith("?") ? hash.slice(1) : "");
      const id = hash.startsWith("t.") ? hash : asked.get("test");
      if (hash.startsWith("?") && asked.size) for (const field of form.elements) if (field.name) field.value = asked.get(field.name) ?? "";
      const test = byId.get(id) ?? tests[data.renamed[id?.slice(2)]];
      if (!test) {
        filter();
        if (id) status.textContent = words.unknown;
        return;
      }
      opened = test;
      filter();
      if (items[active] !== test) {
        form.reset();
        filter();
      }
      move(active);
      list.scrollTop = Math.max(0, (active - 3) * height());
      open(test);
      one.scrollIntoView({ block: "start" });
    }

    function begin(found) {
      data = found;
      tests = decode(data);
      byId = new Map(tests.map((test) => [test.id, test]));
      byName = grouped(tests, nameOf);
      variants = new Map(); // of each source in the latest run
      for (const [source, inside] of grouped(tests.filter(({ strip }) => strip.now !== "."), ({ source }) => source)) variants.set(source, new Set(inside.map(({ variant }) => variant)));
      slow = new Set(data.slow);
      flakiest = new Map(data.flakiest.map(([place, share], rank) => [place, { share, rank }]));
      const choices = { area: data.areas, variant: [...new Set(tests.map((test) => test.variant))].filter(Boolean).sort() };
      for (const [name, values] of Object.entries(choices)) {
        form.elements[name]?.append(...values.map((value) => new Option(value)));
      }
      // The list is where a test is; without the script its row in a table is.
      for (const row of document.querySelectorAll("tr[id^='t.']")) row.removeAttribute("id");
      root.hidden = false;
      form.addEventListener("input", () => {
        const { show, sort } = form.elements;
        if (show.value !== shown && [natural[shown] ?? "", ""].includes(sort.value)) sort.value = natural[show.value] ?? "";
        filter();
        remember();
      });
      form.addEventListener("submit", (event) => event.preventDefault());
      list.addEventListener("keydown", keys);
      one.addEventListener("keydown", (event) => event.key === "Escape" && close());
      let waiting;
      list.addEventListener("scroll", () => (waiting ??= requestAnimationFrame(() => ((waiting = undefined), paint()))), { passive: true });
      let tall;
      new ResizeObserver(() => tall !== (tall = list.clientHeight + list.clientWidth) && paint()).observe(list);
      const moved = () => (root.isConnected ? follow() : window.removeEventListener("hashchange", moved));
      window.addEventListener("hashchange", moved);
      follow();
    }

    load(root.dataset.source).then(begin, () => {
      root.hidden = false;
      root.replaceChildren(make("p", { className: "rd-banner", textContent: words.not_loaded }));
    });
  }

  const load = (address) => fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))));

  window.readinessTests = explore;
})();
