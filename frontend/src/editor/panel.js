/* The settings side: the form of what is selected, or of the page and the site when nothing is. It is
   drawn anew only when the document changed without it (undo, another place), and keeps the focus. */
import { isLost, land, landSomewhere } from "./focus.js";
import { whenFree } from "./hand.js";
import { sectionPane } from "./sectionpane.js";
import { sitePane } from "./sitepane.js";
import { toolsOf } from "./tools.js";

/* A document without blanks at the ends of texts: the server trims, and nobody is typing against it. */
const soft = (value) => JSON.stringify(value, (_key, one) => (typeof one === "string" ? one.trim() : one));

export function mount(element, store, data, { acts, toModules }) {
  const tools = toolsOf(store, data), open = new Set();
  let pane = null, seen = "", isMine = false;

  const held = () => {
    const section = store.section();
    return section ? soft([section.id, section]) : soft([store.page, store.document.pages?.[store.page.slice(5)], store.document.tokens, store.document.site]);
  };
  function keepAll(label, edit, join = null) {
    isMine = true;
    try { store.change(label, edit, { join: join || null }); } finally { isMine = false; }
    seen = held();
  }
  const keep = (label, edit, join) => {
    const id = store.selected;
    keepAll(label, (draft) => { const section = store.find(draft, id); if (section) edit(section); }, join);
  };
  function draw() {
    const section = store.section(), given = { store, data, tools, keep, keepAll, redrawn, open, acts, toModules };
    seen = held();
    pane = section ? sectionPane(section, given) : sitePane(given);
    const focus = focused(element);
    element.replaceChildren(pane.node);
    pane.faults();
    focus();
  }
  function again() {
    if (!isMine && held() !== seen) whenFree(draw);
  }
  /* A shade taken from a warning is our own change, and still the field above must show it. */
  function redrawn(key, label, edit) {
    keepAll(label, edit);
    draw();
    element.querySelector(`[data-key="${key}"]`)?.focus();
  }

  element.classList.add("p-panel");
  store.on("select", () => whenFree(draw));
  store.on("page", () => whenFree(draw));
  store.on("change", again);
  store.on("problems", () => pane.faults());
  store.on("contrast", () => pane.judged?.());
  draw();
  return {
    enter: (into) => land(...(into ? entrances(element, into) : []), element.querySelector(".p-title")),
    /* The first field something is wrong with, unfolded where it is folded away. */
    mend() {
      const wrong = element.querySelector(".is-wrong :is(input, select, textarea, button, [contenteditable])");
      wrong?.closest("details")?.setAttribute("open", "");
      return land(wrong, element.querySelector(".p-title"));
    },
  };
}

const TYPED = ".p-form :is(input:not([type=file], [type=radio], [type=checkbox]), textarea, [contenteditable])";

/* Where one types next. A finger is not sent into a field unasked, its keyboard would hide half of it:
   only where words are all there is to do. */
function entrances(element, into) {
  if (into === "words") return [element.querySelector(".p-paper"), element.querySelector(TYPED)];
  return matchMedia("(pointer: coarse)").matches ? [] : [...element.querySelectorAll(TYPED)];
}

const controls = (field) => [...(field?.querySelectorAll("button, input, select, textarea, [contenteditable]") || [])];

/* A way back to where the focus is, after everything was drawn anew: the same button of the same field. */
function focused(element) {
  const now = document.activeElement;
  if (!element.contains(now)) return () => {};
  const own = now.closest("[data-key]"), field = now.closest(".p-field");
  const key = (own || field?.querySelector("[data-key]"))?.dataset.key, at = own ? -1 : controls(field).indexOf(now);
  const from = key && "selectionStart" in now ? now.selectionStart : null;
  return () => {
    const first = key && element.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const next = (first && controls(first.closest(".p-field"))[at]) || first;
    next?.focus({ preventScroll: true });
    if (isLost()) landSomewhere(element.querySelector(".p-title"));
    if (document.activeElement !== next) return;
    try { if (from !== null) next.setSelectionRange(from, from); } catch { /* some inputs have no cursor */ }
  };
}
