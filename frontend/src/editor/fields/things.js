/* Goods, categories and articles of the shop: one of them, or several in an order. */
import { button, el, iconButton } from "../dom.js";
import { pickMany, pickOne } from "../pickers.js";
import { moved, sortable } from "../sorting.js";

const picture = (known) => (known?.picture ? el("img.p-thumb", { src: known.picture, alt: "", loading: "lazy" }) : el("span.p-thumb"));

/* One thing: its name on a button that opens the list. */
const one = (kind) => (spec, value, field) => {
  const box = el("div.p-row");
  const draw = (id, focus) => {
    const known = id ? field.known(kind, id) : null;
    const open = button("btn", { ...field.attributes, class: "p-wide p-start", onclick: async () => {
      const found = await pickOne(field, kind);
      if (found) { field.put(found.id); draw(found.id, true); }
    } }, known?.picture ? picture(known) : null, el("span", {}, id ? known?.name || field.words.p_gone : field.words[`p_pick_${kind}`]));
    const clear = id ? button("btn", { onclick: () => { field.put(""); draw("", true); } }, field.words.p_clear) : null;
    box.replaceChildren(...[open, clear].filter(Boolean));
    if (focus) open.focus();
  };
  draw(value, false);
  return box;
};

export const product = one("product");
export const category = one("category");
export const article = one("article");

export function page(spec, value, field) {
  const pages = Object.entries(field.document().pages || {});
  return el("select.form-select", { ...field.attributes, onchange: (event) => field.put(event.target.value) },
    el("option", { value: "" }, field.words.p_pick_page),
    pages.map(([slug, found]) => el("option", { value: slug, selected: slug === value }, found.title)));
}

/* Several, in an order that is dragged, pressed or typed with the arrow keys. */
const several = (kind) => (spec, value, field) => {
  const most = spec.max || 24;
  let ids = [...(value || [])];
  const list = el("ol.p-things", { "aria-label": spec.label });
  const add = button("btn", { ...field.attributes, class: "p-wide", onclick: async () => {
    const found = await pickMany(field, kind, ids, most);
    if (found) put(found);
  } }, field.words[`p_pick_${kind}s`]);
  const count = el("p.form-hint", {});

  function put(next, focus = -1, what = "up") {
    ids = next;
    field.put([...ids]);
    draw();
    const row = list.children[Math.min(focus, ids.length - 1)];
    if (focus >= 0) (row?.querySelector(`[data-do=${what}]:not(:disabled)`) || row?.querySelector("[data-do]:not(:disabled)") || add).focus();
  }
  function shift(at, by, what) {
    if (at + by < 0 || at + by >= ids.length) return;
    put(moved(ids, at, at + by), at + by, what);
    field.speak("p_moved_to", { n: at + by + 1, all: ids.length });
  }
  function row(id, at) {
    const known = field.known(kind, id), name = known?.name || field.words.p_gone;
    return el("li", { dataset: { id } }, iconButton("grip-vertical", field.words.p_drag, { tabindex: -1 }, "p-tool.p-grip"), picture(known), el("span.p-name", {}, name),
      iconButton("chevron-up", `${field.words.p_up} ${name}`, { disabled: !at, dataset: { do: "up" }, onclick: () => shift(at, -1, "up") }, "p-tool"),
      iconButton("chevron-down", `${field.words.p_down} ${name}`, { disabled: at === ids.length - 1, dataset: { do: "down" }, onclick: () => shift(at, 1, "down") }, "p-tool"),
      iconButton("x", `${field.words.p_remove} ${name}`, { dataset: { do: "off" }, onclick: () => put(ids.filter((other) => other !== id), at, "off") }, "p-tool"));
  }
  function draw() {
    list.replaceChildren(...ids.map(row));
    count.textContent = field.said("p_chosen_of", { n: ids.length, most });
  }
  draw();
  sortable(list, (from, to) => put(moved(ids, from, to)));
  return el("div", {}, list, add, count);
};

export const product_list = several("product");
export const category_list = several("category");

/* Kinds nobody can make yet: said, not hidden. */
export const later = (spec, value, field) => el("p.p-note", { id: field.attributes.id, tabindex: -1 }, field.words[`p_later_${spec.type}`] || field.words.p_later);
