/* The modules of a page as a list: dragged by the handle with mouse or finger, moved with the arrow
   keys, with the two arrows, and with a menu for everything else. */
import Sortable from "sortablejs";
import { chosenOf, hintOf, isFull, isKept, nameOf } from "./acts.js";
import { menu } from "./modal.js";
import { button, el, fill, icon, iconButton, replace } from "./dom.js";
import { isLost, landSomewhere } from "./focus.js";
import { whenFree } from "./hand.js";

const AROUND = ["header", "footer", "overlay"];
const ICONS = { header: "layout-navbar", footer: "layout-bottombar", overlay: "layers-intersect" };

export function mountList(element, store, acts, { openLibrary, copyTo, toSettings }) {
  const w = store.words;
  const sortables = [];
  const opened = new Set();
  const title = el("h2.e-side-title");
  const add = button("btn.btn-primary.btn-sm.e-add", { onclick: () => openLibrary(store.page) }, icon("plus"), w.add);
  const body = el("div.e-list-body");
  element.append(el("div.e-side-head", {}, title, add), body);

  function row(section, at, all, key) {
    const facts = store.data.library[section.type] || {};
    const name = nameOf(store, section), hint = hintOf(section) || chosenOf(facts, section);
    const hidden = section.hide || [], { schedule } = section.settings;
    const wrong = store.problems.some((one) => one.path.startsWith(`${store.pathOf(section.id)}.`));
    const current = store.selected === section.id;
    const keep = isKept(store, section, key);
    const keys = (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (by) { event.preventDefault(); acts.moveBy(section.id, by); }
      if (event.key === "Home") { event.preventDefault(); acts.moveTo(section.id, 0); }
      if (event.key === "End") { event.preventDefault(); acts.moveTo(section.id, all.length - 1); }
    };
    return el(`li.e-row${current ? ".e-current" : ""}${hidden.length > 1 ? ".e-off" : ""}`, { dataset: { id: section.id } },
      store.mayEdit && button("e-grip", { "aria-label": fill(w.grip, { name }), title: w.grip_hint,
        dataset: { key: `grip:${section.id}` }, onkeydown: keys }, icon("grip-vertical")),
      button("e-pick", { dataset: { key: `pick:${section.id}` }, "aria-current": current ? "true" : null,
        onclick: (event) => { store.select(section.id, { from: "list", scroll: true, again: true }); toSettings({ keys: event.detail === 0 }); },
        onkeydown: (event) => walk(event, section) },
        el("span.e-row-icon", {}, icon(facts.icon || "square")),
        el("span.e-row-text", {}, el("b", {}, name), hint && el("small", {}, hint)),
        wrong && el("span.e-row-wrong", { title: w.has_problem }, icon("alert-triangle", w.has_problem)),
        (schedule?.start || schedule?.end) && el("span.e-row-off", { title: w.timed }, icon("clock", w.timed)),
        hidden.includes("mobile") && el("span.e-row-off", { title: w.off_mobile }, icon("device-mobile-off", w.off_mobile)),
        hidden.includes("desktop") && el("span.e-row-off", { title: w.off_desktop }, icon("device-desktop-off", w.off_desktop)),
        keep && el("span.e-row-off", { title: w.locked }, icon("lock", w.locked))),
      store.mayEdit && el("span.e-row-tools", {},
        iconButton("chevron-up", fill(w.up, { name }), { disabled: at === 0, dataset: { key: `up:${section.id}` },
          onclick: () => acts.moveBy(section.id, -1) }),
        iconButton("chevron-down", fill(w.down, { name }), { disabled: at === all.length - 1, dataset: { key: `down:${section.id}` },
          onclick: () => acts.moveBy(section.id, 1) }),
        iconButton("dots-vertical", fill(w.more_of, { name }), { "aria-haspopup": "menu", "aria-expanded": "false",
          dataset: { key: `more:${section.id}` }, onclick: (event) => more(event.currentTarget, section, key, keep) })));
  }

  function more(anchor, section, key, keep) {
    const full = isFull(store, section.type, key);
    menu(anchor, [
      { icon: "adjustments", label: w.settings, run: () => { store.select(section.id, { scroll: true }); toSettings({ keys: true }); } },
      { icon: "copy", label: w.duplicate, disabled: full, hint: full ? w.limit_hint : "", run: () => acts.duplicate(section.id) },
      { icon: "files", label: w.copy_to, run: () => copyTo(section.id) },
      "-",
      { icon: "device-mobile", label: w.show_mobile, checked: !section.hide?.includes("mobile"), run: () => acts.hide(section.id, "mobile") },
      { icon: "device-desktop", label: w.show_desktop, checked: !section.hide?.includes("desktop"), run: () => acts.hide(section.id, "desktop") },
      "-",
      { icon: "trash", label: w.remove, danger: true, disabled: keep, hint: keep ? w.locked : "", run: () => acts.remove(section.id) },
    ], { label: fill(w.more_of, { name: nameOf(store, section) }) });
  }

  function walk(event, section) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by && event.altKey) { event.preventDefault(); acts.moveBy(section.id, by); return; }
    if (by) {
      event.preventDefault();
      const all = [...body.querySelectorAll(".e-pick")].filter((one) => one.checkVisibility());
      all[all.indexOf(event.currentTarget) + by]?.focus();
    }
    if (event.key === "Delete" && store.mayEdit) { event.preventDefault(); acts.remove(section.id); }
  }

  function rows(key, label) {
    const all = store.sections(key);
    const list = el("ol.e-rows", { "aria-label": label }, all.map((section, at) => row(section, at, all, key)));
    if (store.mayEdit) sortables.push(Sortable.create(list, {
      handle: ".e-grip", draggable: ".e-row", animation: 160, delay: 120, delayOnTouchOnly: true, touchStartThreshold: 5,
      forceFallback: true, fallbackTolerance: 3, fallbackOnBody: true, ghostClass: "e-ghost", chosenClass: "e-chosen", dragClass: "e-dragged",
      scrollSensitivity: 60, scrollSpeed: 14,
      onEnd: ({ item }) => { if (!acts.moveTo(item.dataset.id, dropped(item, key))) draw(); },
    }));
    if (!all.length) return el("p.e-none", {}, w.no_modules);
    return list;
  }

  /* Behind what now stands before it: the order may have changed while it was held. */
  function dropped(item, key) {
    const others = store.sections(key).map((one) => one.id).filter((id) => id !== item.dataset.id);
    return others.indexOf(item.previousElementSibling?.dataset.id) + 1;
  }

  function around(group) {
    const key = `group:${group}`;
    const box = el("details.e-around", {
      open: opened.has(group) || store.sections(key).some((one) => one.id === store.selected),
      ontoggle: (event) => opened[event.currentTarget.open ? "add" : "delete"](group),
    }, el("summary", { dataset: { key: `around:${group}` } }, icon(ICONS[group]), el("span", {}, store.titleOf(key)),
      el("small", {}, String(store.sections(key).length)), icon("chevron-down")),
    rows(key, store.titleOf(key)),
    store.mayEdit && button("e-add-line", { dataset: { key: `add:${group}` }, onclick: () => openLibrary(key) }, icon("plus"), w.add));
    return box;
  }

  /* Back from a module to what all pages share: without it a finger had no way to the logo. */
  const whole = () => button("e-whole", { "aria-current": store.selected ? null : "true", dataset: { key: "whole" },
    onclick: (event) => { store.select(null, { from: "list" }); toSettings({ keys: event.detail === 0 }); } },
  el("span.e-row-icon", {}, icon("palette")),
  el("span.e-row-text", {}, el("b", {}, w.whole_site), el("small", {}, w.whole_site_hint)), icon("chevron-right"));

  const draw = () => whenFree(drawn);
  function drawn() {
    const held = body.contains(document.activeElement) ? document.activeElement : null;
    const key = held?.dataset.key, at = [...body.querySelectorAll(".e-row")].indexOf(held?.closest(".e-row"));
    sortables.splice(0).forEach((one) => one.destroy());
    title.textContent = store.titleOf(store.page);
    add.hidden = !store.mayEdit;
    const group = store.page.startsWith("group:");
    replace(body, group ? [el("p.e-side-hint", {}, w.group_hint), rows(store.page, w.modules)]
      : [whole(), around("header"), rows(store.page, w.modules), AROUND.slice(1).map(around)]);
    if (held) back(key, at);
  }

  /* The same button again; where it can be pressed no more, its row; where that is gone, the next one. */
  function back(key, at) {
    const same = key && body.querySelector(`[data-key="${CSS.escape(key)}"]`);
    same?.focus({ preventScroll: true });
    if (!isLost()) return;
    const rows = [...body.querySelectorAll(".e-row")], next = rows[Math.min(at, rows.length - 1)];
    const kind = key?.split(":")[0], row = same?.closest(".e-row") || next;
    landSomewhere(!same && next?.querySelector(`[data-key^="${kind}:"]:not(:disabled)`), row?.querySelector(".e-grip"), row?.querySelector(".e-pick"));
  }

  store.on("change", draw);
  store.on("page", draw);
  store.on("problems", draw);
  store.on("select", (detail) => {
    draw();
    if (detail.from !== "list") body.querySelector(".e-current")?.scrollIntoView({ block: "nearest" });
  });
  draw();
}
