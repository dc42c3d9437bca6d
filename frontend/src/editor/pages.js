/* Which page is edited: the shop's own kinds, pages the site wrote, and what stands around all. */
import { fits, isFull, menuOf, nameOf } from "./acts.js";
import { ask, dialog } from "./modal.js";
import { button, el, fill, icon, iconButton } from "./dom.js";

const SLUG = /^[a-z0-9][a-z0-9-]{0,39}$/;
const ICONS = { home: "home", category: "category", product: "package", search: "search", order_query: "receipt", member: "user" };

/* Every page there is now: the server's list, and what was made or taken away since. */
export function pagesOf(store) {
  const own = store.document.pages || {};
  const known = store.data.pages.filter((page) => !page.key.startsWith("page:"));
  const written = Object.entries(own).map(([slug, page]) =>
    ({ key: `page:${slug}`, title: page.title || slug, kind: "page", path: `/pages/${slug}`, deletable: true }));
  return [...known, ...written];
}

export function pageOf(store, key) {
  return pagesOf(store).find((page) => page.key === key) || { key, title: key, kind: "", path: "" };
}

export function makePages(store, acts, { afterAdd }) {
  const w = store.words;
  const kinds = (page) => (page.key.startsWith("group:") ? "group" : page.key.startsWith("page:") ? "own" : "shop");
  const signOf = (page) => ({ own: "file-text", group: "stack-2" }[kinds(page)] || ICONS[page.key] || "file-text");
  store.titleOf = (key) => pageOf(store, key).title;

  const line = (page, close) => {
    const kind = kinds(page), slug = page.key.slice(5);
    return el("li", {}, button("e-page", { "aria-current": page.key === store.page ? "page" : null, onclick: () => {
      close("");
      store.open(page.key);
    } }, icon(signOf(page)),
    el("span", {}, page.title), !page.path && kind === "shop" ? el("small", {}, w.no_preview_short) : null,
    page.key === store.page && icon("check")),
    kind === "own" && store.mayEdit && iconButton("trash", fill(w.remove_page, { name: page.title }), { onclick: async () => {
      close("");
      if (await ask(w, { title: fill(w.remove_page, { name: page.title }), text: w.remove_page_text, yes: w.remove, kind: "danger" })) acts.removePage(slug);
    } }));
  };

  function choose() {
    const shelf = (kind, heading, hint) => (close) => {
      const here = pagesOf(store).filter((page) => kinds(page) === kind);
      return el("section.e-pages-part", {}, el("h3", {}, heading), hint && el("p.e-side-hint", {}, hint),
        el("ul.e-pages", {}, here.map((page) => line(page, close))),
        kind === "own" && store.mayEdit && button("e-add-line", { onclick: () => { close(""); create(); } }, icon("plus"), w.new_page));
    };
    const parts = [shelf("shop", w.pages_shop), shelf("own", w.pages_own), shelf("group", w.pages_group, w.group_hint)];
    return dialog({ title: w.choose_page, words: w, kind: "pages", body: (close) => parts.map((part) => part(close)),
      onOpen: (box) => (box.querySelector("[aria-current]") || box.querySelector("button")).focus() });
  }

  function create() {
    const taken = store.document.pages || {};
    let n = Object.keys(taken).length + 1;
    while (taken[`page-${n}`]) n += 1;
    const title = el("input.form-control", { id: "e-new-title", maxlength: 60, required: true, autocomplete: "off" });
    const slug = el("input.form-control", { id: "e-new-slug", maxlength: 40, value: `page-${n}`, autocomplete: "off", spellcheck: "false", inputmode: "url", "aria-describedby": "e-new-slug-wrong" });
    title.setAttribute("aria-describedby", "e-new-title-wrong");
    const fault = (input) => el("p.e-wrong", { id: `${input.id}-wrong`, role: "alert" });
    const faults = new Map([title, slug].map((input) => [input, fault(input)]));
    const judged = (input, text) => {
      faults.get(input).textContent = text;
      input.setAttribute("aria-invalid", String(Boolean(text)));
      if (text) input.focus();
      return !text;
    };
    const noRoom = menuOf(store, store.document).length >= store.data.menu.most;
    const inMenu = el("input.form-check-input", { type: "checkbox", disabled: noRoom });
    const make = (close) => {
      const name = title.value.trim(), address = slug.value.trim().toLowerCase();
      const isAddress = judged(slug, !SLUG.test(address) ? w.page_slug_bad : taken[address] ? w.page_slug_taken : "");
      if (!judged(title, name ? "" : w.page_title_missing) || !isAddress) return;
      close("yes");
      if (acts.addPage(address, name, inMenu.checked)) afterAdd();
    };
    return dialog({ title: w.new_page, words: w, kind: "small", body: (close) => el("form", { onsubmit: (event) => { event.preventDefault(); make(close); } },
      el("label.form-label", { for: "e-new-title" }, w.page_title), title, faults.get(title),
      el("label.form-label.mt-3", { for: "e-new-slug" }, w.page_slug),
      el("div.input-group", {}, el("span.input-group-text", {}, "/pages/"), slug), faults.get(slug),
      el("label.form-check.form-switch.e-in-menu", {}, inMenu, el("span.form-check-label", {}, w.page_in_menu, noRoom && el("small", {}, w.limit_hint))),
      el("button.visually-hidden", { type: "submit", tabindex: "-1", "aria-hidden": "true" }, w.create)),
    actions: [{ label: w.cancel, value: "" }, { label: w.create, kind: "primary", run: make }],
    onOpen: () => title.focus() });
  }

  function copyTo(id) {
    const section = store.section(id);
    if (!section) return null;
    const home = store.home(id);
    const room = pagesOf(store).filter((page) => page.key !== home && fits(store, section.type, page.key));
    return dialog({ title: fill(w.copy_of, { name: nameOf(store, section) }), words: w, kind: "pages", body: (close) =>
      room.length ? el("ul.e-pages", {}, room.map((page) => {
        const full = isFull(store, section.type, page.key);
        return el("li", {}, button("e-page", { disabled: full, onclick: () => { close(""); acts.copyTo(id, page.key); } },
          icon(signOf(page)), el("span", {}, page.title), full && el("small", {}, w.limit_hint)));
      })) : el("p.e-none", {}, w.copy_nowhere) });
  }

  return { choose, create, copyTo };
}
