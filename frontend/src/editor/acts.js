/* What can be done to modules and pages, as steps on the store; each says what it did. */
import { fill } from "./dom.js";
import { placeOf } from "./state.js";

const LABEL = 20;
const TITLES = ["title", "heading", "kicker", "label", "name", "text"];

export const nameOf = (store, section) => store.data.library[section.type]?.name || section.type;

/* What tells one module from another of its kind: its own heading, if it has one. */
export function hintOf(section) {
  for (const key of TITLES) {
    const said = section.settings?.[key];
    if (typeof said === "string" && said.trim()) return said.replace(/<[^>]*>/g, " ").trim().slice(0, 60);
  }
  return "";
}

/* Without a heading of its own: which goods it shows, where it is one that shows some. */
export function chosenOf(facts, section) {
  const spec = (facts.settings || []).find((one) => one.id === "source");
  return spec?.options?.find((one) => one.value === section.settings?.source)?.label || "";
}

const count = (store, key, type) => store.sections(key).filter((one) => one.type === type).length;

/* Whether a kind of module may stand on a page at all. */
export function fits(store, type, key) {
  const facts = store.data.library[type];
  if (!facts) return false;
  const { part, name } = placeOf(key);
  if (part === "groups") return facts.groups.includes(name);
  const template = part === "pages" ? "page" : name;
  return facts.groups.includes("main") && (!facts.templates || facts.templates.includes(template));
}
export const isFull = (store, type, key) =>
  count(store, key, type) >= (store.data.library[type]?.limit ?? 25) || store.sections(key).length >= 60;

export function isKept(store, section, key) {
  const facts = store.data.library[section.type] || {};
  const least = Math.max(facts.min || 0, facts.locked || facts.essential ? 1 : 0);
  return count(store, key, section.type) <= least;
}

/* An id nothing else on any page that shows this part has. */
function freshId(draft, type) {
  const pages = ["templates", "groups", "pages"].flatMap((part) => Object.values(draft[part] || {}));
  const taken = new Set(pages.flatMap((page) => page.sections.map((one) => one.id)));
  const base = type.slice(0, 30);
  let n = 2;
  while (taken.has(`${base}-${n}`)) n += 1;
  return taken.has(base) ? `${base}-${n}` : base;
}

const pageIn = (draft, key) => {
  const { part, name } = placeOf(key);
  return draft[part][name];
};

/* The lines of the main menu: the site's own, or those the theme shows until there are some. */
export const menuOf = (store, document) => (document.menus?.main?.length ? document.menus.main : store.data.menu.usual);

export function makeActs(store) {
  const w = store.words;
  const heard = (text, values, undo) => store.tell("did", { text: fill(text, values), undo });

  return {
    add(type, key, after = null) {
      const facts = store.data.library[type];
      if (!fits(store, type, key) || isFull(store, type, key)) return null;
      let id = null;
      store.change(fill(w.did_add, { name: facts.name }), (draft) => {
        const { sections } = pageIn(draft, key);
        id = freshId(draft, type);
        const made = { id, type, v: facts.version || facts.v || 1, settings: structuredClone(facts.fresh.settings),
          blocks: structuredClone(facts.fresh.blocks || []), hide: [] };
        const at = after === "" ? 0 : sections.findIndex((one) => one.id === after) + 1;
        sections.splice(after === null || (after && !at) ? sections.length : at, 0, made);
      });
      if (!id) return null;
      store.select(id, { from: "add", scroll: true });
      heard(w.did_add, { name: facts.name });
      return id;
    },

    remove(id) {
      const key = store.home(id), section = store.section(id);
      if (!section || isKept(store, section, key)) return false;
      const name = nameOf(store, section);
      const done = store.change(fill(w.did_remove, { name }), (draft) => {
        const page = pageIn(draft, key);
        page.sections = page.sections.filter((one) => one.id !== id);
      });
      if (done) heard(w.did_remove, { name }, true);
      return done;
    },

    duplicate(id) {
      const key = store.home(id), section = store.section(id);
      if (!section || isFull(store, section.type, key)) return null;
      const name = nameOf(store, section);
      let made = null;
      store.change(fill(w.did_copy, { name }), (draft) => {
        const { sections } = pageIn(draft, key);
        made = freshId(draft, section.type);
        sections.splice(sections.findIndex((one) => one.id === id) + 1, 0, { ...structuredClone(section), id: made });
      });
      if (made) { store.select(made, { scroll: true }); heard(w.did_copy, { name }); }
      return made;
    },

    copyTo(id, key) {
      const section = store.section(id);
      if (!section || !fits(store, section.type, key) || isFull(store, section.type, key)) return false;
      const name = nameOf(store, section);
      const done = store.change(fill(w.did_copy, { name }), (draft) => {
        pageIn(draft, key).sections.push({ ...structuredClone(section), id: freshId(draft, section.type) });
      });
      if (done) heard(w.did_copy_to, { name, page: store.titleOf(key) });
      return done;
    },

    /* To a place among its own; says where it stands now. */
    moveTo(id, to) {
      const key = store.home(id), section = store.section(id);
      if (!section) return false;
      const sections = store.sections(key);
      const from = sections.findIndex((one) => one.id === id);
      const at = Math.max(0, Math.min(to, sections.length - 1));
      const name = nameOf(store, section);
      if (at === from) { store.say(fill(from === 0 ? w.at_top : w.at_end, { name })); return false; }
      store.change(fill(w.did_move, { name }), (draft) => {
        const page = pageIn(draft, key);
        page.sections.splice(at, 0, page.sections.splice(from, 1)[0]);
      });
      store.say(fill(w.moved, { name, at: at + 1, of: sections.length }));
      return true;
    },
    moveBy(id, by) {
      const key = store.home(id);
      const at = key ? store.sections(key).findIndex((one) => one.id === id) : -1;
      return at >= 0 && this.moveTo(id, at + by);
    },

    hide(id, device) {
      const section = store.section(id);
      if (!section) return;
      const off = (section.hide || []).includes(device);
      const text = { mobile: off ? w.shown_mobile : w.hidden_mobile, desktop: off ? w.shown_desktop : w.hidden_desktop }[device];
      store.change(fill(text, { name: nameOf(store, section) }), (draft) => {
        const one = store.find(draft, id);
        one.hide = off ? one.hide.filter((each) => each !== device) : [...(one.hide || []), device];
      });
      store.say(fill(text, { name: nameOf(store, section) }));
    },

    /* A page begins with a text to write in: an empty one would send everybody to the library first. */
    addPage(slug, title, inMenu = false) {
      const made = (type, id) => {
        const fresh = store.data.library[type];
        return fresh && { id, type, v: fresh.version || fresh.v || 1, settings: structuredClone(fresh.fresh.settings), blocks: [], hide: [] };
      };
      let words = null;
      const done = store.change(fill(w.did_page, { name: title }), (draft) => {
        draft.pages ||= {};
        if (draft.pages[slug]) return false;
        words = freshId(draft, "rich_text");
        draft.pages[slug] = { title, description: "", listed: true, sections: [made("main_page", "main"), made("rich_text", words)].filter(Boolean) };
        if (inMenu) draft.menus = { ...draft.menus, main: [...menuOf(store, draft), { label: [...title].slice(0, LABEL).join(""), link: { kind: "page", ref: slug } }] };
        return true;
      });
      if (done) { store.open(`page:${slug}`); store.select(words, { scroll: true }); }
      return done;
    },

    removePage(slug) {
      const title = store.document.pages?.[slug]?.title || slug;
      const done = store.change(fill(w.did_remove, { name: title }), (draft) => {
        delete draft.pages[slug];
        for (const menu of ["main", "footer"]) {
          const lines = draft.menus?.[menu];
          if (lines) draft.menus[menu] = lines.filter((line) => !(line.link.kind === "page" && line.link.ref === slug));
        }
      });
      if (done) heard(w.did_remove, { name: title }, true);
      return done;
    },
  };
}
