/* What can be put on a page: searched, grouped by purpose, honest about what is full already. */
import { fits, isFull } from "./acts.js";
import { dialog } from "./modal.js";
import { button, el, fill, icon, replace } from "./dom.js";

const SHELVES = {
  show: ["hero", "carousel", "image_cube", "hotzone", "video", "countdown"],
  goods: ["products", "product_tabs", "category_grid", "flash_sale", "group_buy", "ranks", "recharge"],
  promote: ["coupons", "points", "tiers", "member_card", "recruit", "popup", "ticker"],
  tell: ["announcement", "notices", "articles", "faq", "rich_text", "testimonials", "trust", "friend_links", "qr_codes"],
};
const shelfOf = (type) => Object.keys(SHELVES).find((shelf) => SHELVES[shelf].includes(type)) || "tool";

export function makeLibrary(store, acts, { afterAdd }) {
  const w = store.words;

  const card = (type, facts, key, close, after) => {
    const full = isFull(store, type, key);
    const used = store.sections(key).filter((one) => one.type === type).length;
    return el("li", {}, button("e-card", { disabled: full, dataset: { type }, onclick: () => {
      close("");
      const id = acts.add(type, key, after);
      if (id) afterAdd(id);
    } }, el("span.e-card-icon", {}, icon(facts.icon || "square")), el("span.e-card-text", {}, el("b", {}, facts.name),
      facts.help && el("small", {}, facts.help),
      full ? el("small.e-full", {}, fill(w.full, { n: facts.limit })) : used ? el("small.e-used", {}, fill(w.used, { n: used })) : null)));
  };

  return function open(key, after = undefined) {
    const place = after === undefined && store.home(store.selected) === key ? store.selected : after ?? null;
    const offered = Object.entries(store.data.library).filter(([type, facts]) =>
      fits(store, type, key) && !facts.essential && !(facts.locked && isFull(store, type, key)));
    return dialog({ title: fill(w.add_to, { page: store.titleOf(key) }), words: w, kind: "wide", body: (close) => {
      const search = el("input.form-control", { type: "search", placeholder: w.search_modules, "aria-label": w.search_modules, autofocus: !matchMedia("(pointer: coarse)").matches });
      const shelves = el("div.e-shelves");
      const draw = () => {
        const said = search.value.trim().toLowerCase();
        const found = offered.filter(([type, facts]) => !said || `${facts.name} ${facts.help || ""} ${type}`.toLowerCase().includes(said));
        replace(shelves, found.length ? [...Object.keys(SHELVES), "tool"].map((shelf) => {
          const here = found.filter(([type]) => shelfOf(type) === shelf);
          return here.length ? el("section", {}, el("h3", {}, w[`shelf_${shelf}`]),
            el("ul.e-cards", {}, here.map(([type, facts]) => card(type, facts, key, close, place)))) : null;
        }) : el("p.e-none", {}, offered.length ? w.none_found : w.none_fit));
      };
      search.addEventListener("input", draw);
      search.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.isComposing && search.value.trim()) { event.preventDefault(); shelves.querySelector(".e-card:not(:disabled)")?.click(); }
        if (event.key === "ArrowDown") { event.preventDefault(); shelves.querySelector(".e-card:not(:disabled)")?.focus(); }
      });
      draw();
      return [el("div.e-search", {}, icon("search"), search), shelves];
    } });
  };
}
