/* The settings side: the form of what is selected, or of the page and the site when nothing is. It is
   drawn anew only when the document changed without it (undo, another place), and keeps the focus. */
import { sectionPane } from "./sectionpane.js";
import { sitePane } from "./sitepane.js";
import { toolsOf } from "./tools.js";

/* A document without blanks at the ends of texts: the server trims, and nobody is typing against it. */
const soft = (value) => JSON.stringify(value, (_key, one) => (typeof one === "string" ? one.trim() : one));

export function mount(element, store, data) {
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
    const section = store.section(), given = { store, data, tools, keep, keepAll, redrawn, open };
    seen = held();
    pane = section ? sectionPane(section, given) : sitePane(given);
    element.replaceChildren(pane.node);
    pane.faults();
  }
  function again() {
    if (isMine || held() === seen) return;
    const focus = focused(element);
    draw();
    focus();
  }
  /* A shade taken from a warning is our own change, and still the field above must show it. */
  function redrawn(key, label, edit) {
    keepAll(label, edit);
    draw();
    element.querySelector(`[data-key="${key}"]`)?.focus();
  }

  element.classList.add("p-panel");
  store.on("select", draw);
  store.on("page", draw);
  store.on("change", again);
  store.on("problems", () => pane.faults());
  store.on("contrast", () => pane.judged?.());
  draw();
}

/* A way back to where the focus is, after everything was drawn anew. */
function focused(element) {
  const now = document.activeElement, key = element.contains(now) && now.closest("[data-key]")?.dataset.key;
  const from = key && "selectionStart" in now ? now.selectionStart : null;
  return () => {
    const next = key && element.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!next) return;
    next.focus({ preventScroll: true });
    try { if (from !== null) next.setSelectionRange(from, from); } catch { /* some inputs have no cursor */ }
  };
}
