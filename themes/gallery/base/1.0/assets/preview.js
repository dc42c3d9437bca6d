/* In the editor's frame: sections are picked and drawn anew, links and forms lead nowhere. The frame
   has an origin of its own; it speaks only with the window that holds it. */
(() => {
  "use strict";
  const editor = window.parent;
  if (editor === window) return;
  const token = new URLSearchParams(location.search).get("look") || "";
  const main = document.getElementById("main");
  const all = (query, within) => [...(within || document).querySelectorAll(query)];
  const tell = (kameng, more) => editor.postMessage({ kameng, ...more }, "*");
  const node = (id) => document.getElementById("s-" + id);
  const idOf = (one) => one.id.slice(2);
  let known = { groups: {}, names: {}, words: {}, page: "home", coarse: false };
  let selected = "", hovered = "";

  /* what stands where */
  const groupOf = (id) => Object.keys(known.groups).find((group) => known.groups[group].includes(id)) || "main";
  const guessed = (one) => main.contains(one) ? "main"
    : one.compareDocumentPosition(main) & Node.DOCUMENT_POSITION_FOLLOWING ? "header" : "footer";
  const sections = () => all("[data-section][id^='s-']");

  const make = (kind, name, text) => {
    const made = document.createElement(kind);
    made.className = name;
    if (text) made.textContent = text;
    return made;
  };

  /* a section with nothing to show yet still has a place to be picked at */
  const empty = (id) => {
    const made = make("div", "sec pv-empty");
    made.id = "s-" + id;
    made.dataset.section = "empty";
    made.dataset.group = groupOf(id);
    made.append(make("b", "", known.names[id] || ""), make("span", "", known.words.empty || ""));
    return made;
  };
  const place = (one, group, ids) => {
    const before = ids.slice(0, ids.indexOf(idOf(one))).reverse().map(node).find(Boolean);
    const after = ids.slice(ids.indexOf(idOf(one)) + 1).map(node).find(Boolean);
    if (before) before.after(one);
    else if (after) after.before(one);
    else if (group === "main") main.append(one);
    else if (group === "header") main.before(one);
    else document.querySelector("[data-say]").before(one);
  };
  const still = (within) => all("a, button, input, select, textarea, summary, [tabindex]", within)
    .forEach((one) => { one.tabIndex = -1; });

  const event = (one, name) => one && one.dispatchEvent(new CustomEvent("section:" + name, { bubbles: true }));

  /* the strip over the page: outlines, the name, the way up and down, a place for a new section */
  const layer = make("div", "pv-layer");
  const frame = (kind) => layer.appendChild(make("div", "pv-box " + kind));
  const hover = frame("pv-over"), chosen = frame("pv-on");
  const button = (kind, text, run) => {
    const made = make("button", kind, text);
    made.type = "button";
    made.addEventListener("click", run);
    return made;
  };
  const label = make("span", "pv-name"), over = make("span", "pv-name");
  hover.append(over);
  const up = button("pv-move", "↑", () => tell("move", { id: selected, by: -1 }));
  const down = button("pv-move", "↓", () => tell("move", { id: selected, by: 1 }));
  const bar = make("div", "pv-bar");
  bar.append(label, up, down);
  const above = button("pv-add pv-above", "+", () => tell("insert", { group: groupOf(selected), after: before(selected) }));
  const below = button("pv-add pv-below", "+", () => tell("insert", { group: groupOf(selected), after: selected }));
  chosen.append(bar, above, below);
  const before = (id) => {
    const ids = known.groups[groupOf(id)] || [];
    return ids[ids.indexOf(id) - 1] || "";
  };

  const put = (box, one) => {
    const at = one && one.getBoundingClientRect();
    box.hidden = !at || at.width < 2 || at.height < 2;
    if (box.hidden) return;
    box.style.transform = `translate(${Math.max(at.left, 0)}px, ${at.top}px)`;
    box.style.width = Math.min(at.width, document.documentElement.clientWidth) + "px";
    box.style.height = at.height + "px";
    box.classList.toggle("pv-roomy", at.left > 7);
    box.classList.toggle("pv-high", at.top < 36);
  };
  let drawing = 0;
  const lay = () => {
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(() => {
      put(hover, hovered && hovered !== selected ? node(hovered) : null);
      put(chosen, selected ? node(selected) : null);
    });
  };
  const marked = () => {
    const ids = known.groups[groupOf(selected)] || [];
    label.textContent = known.names[selected] || "";
    up.disabled = ids.indexOf(selected) < 1;
    down.disabled = ids.indexOf(selected) >= ids.length - 1;
    above.hidden = below.hidden = up.hidden = down.hidden = !known.may || !["main", "header", "footer"].includes(groupOf(selected));
    all(".pv-picked").forEach((one) => one.classList.remove("pv-picked"));
    if (selected && node(selected)) node(selected).classList.add("pv-picked");
    lay();
  };

  const swap = (id, html, group, ids) => {
    const page = new DOMParser().parseFromString(html || "", "text/html");
    const made = page.body.firstElementChild;
    const fresh = made ? document.adoptNode(made) : empty(id);
    const old = node(id);
    event(old, "unload");
    if (old) old.replaceWith(fresh);
    else place(fresh, group, ids);
    still(fresh);
    event(fresh, "load");
    marked();
  };

  /* one request per section at a time; what is typed meanwhile is drawn next, the newest only */
  const busy = new Set(), waiting = new Map();
  const ask = (what) => fetch("/look?look=" + encodeURIComponent(token), {
    method: "POST", body: JSON.stringify({ path: location.pathname, ...what }), credentials: "omit",
  });
  const draw = async (wish) => {
    const { id } = wish;
    if (busy.has(id)) { waiting.set(id, wish); return; }
    busy.add(id);
    const begun = performance.now();
    try {
      const answer = await ask({ page: wish.page, section: wish.section });
      const told = await answer.json();
      if (!answer.ok) tell("failed", { id, status: answer.status, problems: told.problems });
      else if (told.html === null) tell("drawn", { id, ms: 0, stale: true });
      else if (!waiting.has(id)) {
        if (groupOf(id) && (known.groups[wish.group] || []).includes(id)) swap(id, told.html, wish.group, known.groups[wish.group]);
        tell("drawn", { id, ms: performance.now() - begun });
      }
    } catch { tell("failed", { id, status: 0, problems: [] }); }
    busy.delete(id);
    const next = waiting.get(id);
    if (next) { waiting.delete(id); draw(next); }
  };

  const order = (group, ids) => {
    known.groups[group] = ids;
    const one = [...ids].reverse();
    one.forEach((id, n) => {
      const here = node(id), follower = n ? node(one[n - 1]) : null;
      if (!here) { if (group !== "overlay") place(empty(id), group, ids); return; }
      if (follower && here.nextElementSibling !== follower) follower.before(here);
    });
    marked();
  };

  const doing = {
    hello({ groups, names, words, page, may }) {
      known = { groups, names, words, page, may };
      up.setAttribute("aria-label", words.up);
      down.setAttribute("aria-label", words.down);
      above.setAttribute("aria-label", words.above);
      below.setAttribute("aria-label", words.below);
      Object.entries(groups).forEach(([group, ids]) => order(group, ids));
    },
    names({ names }) { known.names = { ...known.names, ...names }; marked(); },
    draw(wish) {
      const ids = known.groups[wish.group] = wish.ids || known.groups[wish.group] || [];
      if (!node(wish.id)) place(empty(wish.id), wish.group, ids);
      draw(wish);
    },
    order({ group, ids }) { order(group, ids); },
    remove({ id }) {
      event(node(id), "unload");
      if (node(id)) node(id).remove();
      Object.keys(known.groups).forEach((group) => { known.groups[group] = known.groups[group].filter((one) => one !== id); });
      if (selected === id) selected = "";
      marked();
    },
    select({ id, scroll }) {
      selected = id || "";
      const one = node(selected);
      marked();
      event(one, "select");
      if (!one || !scroll) return;
      const at = one.getBoundingClientRect(), high = window.innerHeight;
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (at.top < 70 || at.bottom > high - 70) {
        const behaviour = calm ? "auto" : "smooth";
        window.scrollBy({ top: at.top - Math.max((high - at.height) / 2, 80), behavior: behaviour });
      }
    },
    async tokens({ tokens, page }) {
      try {
        const answer = await ask({ page, tokens });
        const told = await answer.json();
        const link = document.querySelector("link[href^='/tokens/']");
        if (answer.ok && told.colours !== link.getAttribute("href")) link.setAttribute("href", told.colours);
        tell(answer.ok ? "drawn" : "failed", { id: "", ms: 0, status: answer.status, problems: told.problems });
      } catch { tell("failed", { id: "", status: 0, problems: [] }); }
    },
    reload() { location.reload(); },
  };
  addEventListener("message", (message) => {
    if (message.source !== editor || !message.data || !Object.hasOwn(doing, message.data.kameng)) return;
    doing[message.data.kameng](message.data);
  });

  /* a press picks; nothing leads away */
  const under = (target) => target.closest && target.closest("[data-section][id^='s-']");
  addEventListener("click", (press) => {
    if (layer.contains(press.target)) return;
    if (!press.target.closest("summary")) press.preventDefault();
    press.stopImmediatePropagation();
    const one = under(press.target);
    if (one) tell("pick", { id: idOf(one) });
  }, true);
  ["submit", "auxclick", "dragstart"].forEach((name) => addEventListener(name, (act) => {
    act.preventDefault();
    act.stopImmediatePropagation();
  }, true));
  addEventListener("pointerover", (move) => {
    if (move.pointerType === "touch" || layer.contains(move.target)) return;
    const one = under(move.target);
    hovered = one ? idOf(one) : "";
    over.textContent = known.names[hovered] || "";
    lay();
  });
  document.documentElement.addEventListener("pointerleave", () => { hovered = ""; lay(); });
  addEventListener("scroll", lay, { passive: true, capture: true });
  addEventListener("resize", lay);
  new ResizeObserver(lay).observe(document.body);

  document.body.classList.add("pv");
  still();
  document.body.append(layer);
  lay();
  tell("ready", {
    path: location.pathname,
    sections: sections().map((one) => ({ id: idOf(one), type: one.dataset.section, group: guessed(one) })),
  });
})();
