/* What is being edited, and the way back: every change is one step, so undo needs no knowledge of
   what a step did. Parts that did not change keep their identity, which tells the preview what to
   draw and keeps a hundred steps small. */
const STEPS = 100;
const JOINED_MS = 800;
const PARTS = ["templates", "groups", "pages"];
export const GROUPS = ["header", "main", "footer", "overlay"];

const same = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);
const keep = (before, after) => (same(before, after) ? before : after);

function keptSections(before, after) {
  const known = new Map((before || []).map((section) => [section.id, section]));
  return after.map((section) => keep(known.get(section.id), section));
}

/* The new document with every untouched piece of the old one in its place. */
function shared(before, after) {
  if (same(before, after)) return before;
  const made = {};
  for (const key of Object.keys(after)) {
    if (!PARTS.includes(key)) { made[key] = keep(before[key], after[key]); continue; }
    const old = before[key] || {};
    made[key] = {};
    for (const [name, page] of Object.entries(after[key] || {})) {
      made[key][name] = same(old[name], page) ? old[name]
        : { ...page, sections: keptSections(old[name]?.sections, page.sections) };
    }
    made[key] = same(Object.keys(old), Object.keys(made[key])) &&
      Object.keys(old).every((name) => old[name] === made[key][name]) ? old : made[key];
  }
  return made;
}

/* Where a page key lies: "home" -> templates.home, "group:header", "page:about". */
export function placeOf(key) {
  const [kind, name] = key.includes(":") ? key.split(":") : ["template", key];
  const part = { template: "templates", group: "groups", page: "pages" }[kind];
  return { part, name, path: part === "pages" ? `pages.${name}` : name };
}

export function createStore(data) {
  const heard = new Map();
  const past = [];
  const future = [];
  let joined = { key: null, at: 0 };

  const store = {
    data,
    document: data.document,
    page: data.page,
    selected: null,
    words: data.words,
    problems: data.problems || [],
    contrast: data.contrast || [],
    mayEdit: data.may_edit !== false,

    on(event, run) {
      if (!heard.has(event)) heard.set(event, new Set());
      heard.get(event).add(run);
      return () => heard.get(event).delete(run);
    },
    tell(event, detail = {}) {
      for (const run of heard.get(event) || []) run(detail);
    },

    part(key = store.page, document = store.document) {
      const { part, name } = placeOf(key);
      return (document[part] || {})[name] || null;
    },
    sections(key = store.page) {
      return store.part(key)?.sections || [];
    },
    groupOf(key = store.page) {
      return key.startsWith("group:") ? key.slice(6) : "main";
    },
    /* Every section that stands on the page that is shown: its own and the groups around it. */
    shown() {
      const main = store.page.startsWith("group:") ? "home" : store.page;
      return Object.fromEntries(GROUPS.map((group) =>
        [group, store.sections(group === "main" ? main : `group:${group}`)]));
    },
    /* The key of the page or group a section of the shown page lies in. */
    home(id, key = store.page) {
      const main = key.startsWith("group:") ? "home" : key;
      const keys = [key, main, ...["header", "footer", "overlay"].map((group) => `group:${group}`)];
      return keys.find((one) => store.sections(one).some((section) => section.id === id)) || null;
    },
    section(id = store.selected) {
      const key = id && store.home(id);
      return key ? store.sections(key).find((section) => section.id === id) : null;
    },
    find(draft, id) {
      const key = store.home(id);
      const place = key && store.part(key, draft);
      return place ? place.sections.find((section) => section.id === id) : null;
    },
    pathOf(id) {
      const key = store.home(id);
      if (!key) return "";
      const at = store.sections(key).findIndex((section) => section.id === id);
      return `${placeOf(key).path}.sections.${at}`;
    },

    /* One step that can be taken back. `join`: typing in one field is one step as long as it goes on. */
    change(label, edit, { join = null } = {}) {
      if (!store.mayEdit) return false;
      const draft = structuredClone(store.document);
      if (edit(draft) === false) return false;
      const after = shared(store.document, draft);
      if (after === store.document) return false;
      const now = Date.now();
      const goesOn = join && joined.key === join && now - joined.at < JOINED_MS && past.length;
      if (!goesOn) past.push({ document: store.document, label, page: store.page, selected: store.selected });
      if (past.length > STEPS) past.shift();
      joined = { key: join, at: now };
      future.length = 0;
      put(after, { label });
      return true;
    },
    undo() { return step(past, future, "undo"); },
    redo() { return step(future, past, "redo"); },
    get canUndo() { return past.length > 0; },
    get canRedo() { return future.length > 0; },
    get undoLabel() { return past.at(-1)?.label || ""; },
    get redoLabel() { return future.at(-1)?.label || ""; },

    /* What the server made of it; no step of its own. */
    settle(document) { put(shared(store.document, document), { quiet: true }); },
    /* Another beginning: nothing before it can be taken back. */
    restart(document) {
      past.length = future.length = 0;
      put(document, { anew: true });
    },

    select(id, detail = {}) {
      if (id && !store.home(id)) id = null;
      if (store.selected === id && !detail.again) return;
      store.selected = id;
      store.tell("select", detail);
    },
    open(key, detail = {}) {
      if (!store.part(key)) return;
      store.page = key;
      store.selected = null;
      store.tell("page", detail);
      store.tell("select", {});
    },
    judged({ problems, contrast }) {
      if (problems && !same(problems, store.problems)) { store.problems = problems; store.tell("problems"); }
      if (contrast) { store.contrast = contrast; store.tell("contrast"); }
    },
  };

  function put(document, detail) {
    const before = store.document;
    store.document = document;
    if (!store.part(store.page)) { store.page = "home"; store.tell("page", {}); }
    if (store.selected && !store.home(store.selected)) {
      store.selected = null;
      store.tell("select", {});
    }
    store.tell("change", { before, ...detail });
  }

  function step(from, to, kind) {
    const found = from.pop();
    if (!found) return null;
    to.push({ document: store.document, label: found.label, page: store.page, selected: store.selected });
    joined = { key: null, at: 0 };
    put(found.document, { label: found.label, kind });
    if (found.page !== store.page && store.part(found.page)) {
      store.page = found.page;
      store.tell("page", {});
    }
    store.select(found.selected);
    return found.label;
  }

  return store;
}
