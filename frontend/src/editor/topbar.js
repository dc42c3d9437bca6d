/* Above it all: where one is, what can be taken back, whether it is kept, and the way to the shop. */
import { menu } from "./modal.js";
import { button, el, fill, icon, iconButton, replace } from "./dom.js";

const STATES = { saved: "cloud-check", saving: "cloud-upload", unsaved: "cloud-upload", offline: "cloud-off", refused: "alert-triangle", signed_out: "lock" };

export function mountTopbar(element, store, { data, saving, pages, preview, publishing, toFault }) {
  const w = store.words;
  const page = button("e-chooser", { "aria-haspopup": "dialog", onclick: () => pages.choose() });
  const undo = iconButton("arrow-back-up", w.undo, { onclick: () => taken(store.undo(), w.undone) });
  const redo = iconButton("arrow-forward-up", w.redo, { onclick: () => taken(store.redo(), w.redone) });
  const state = el("div.e-state", { role: "status" });
  const devices = el("div.e-devices", { role: "group", "aria-label": w.device }, ["phone", "tablet", "desktop"].map((kind) =>
    button("e-device", { dataset: { device: kind }, title: w[kind], "aria-label": w[kind], onclick: () => preview.show(kind) }, icon(`device-${kind === "phone" ? "mobile" : kind}`))));
  const publish = button("btn.btn-primary.e-publish", { onclick: () => publishing.publish() }, icon("rocket"), el("span", {}, w.publish));

  const more = iconButton("dots-vertical", w.more, { "aria-haspopup": "menu", "aria-expanded": "false", onclick: (event) => {
    // A group has no page of its own; a page the site made itself has no default to go back to.
    const plain = !store.page.includes(":");
    menu(event.currentTarget, [
      { icon: "qrcode", label: w.qr, run: () => publishing.code() },
      data.urls.history && { icon: "history", label: w.history, run: () => location.assign(data.urls.history) },
      data.site?.home_url && { icon: "external-link", label: w.see_shop, run: () => window.open(data.site.home_url, "_blank", "noopener") },
      "-",
      store.mayEdit && plain && { icon: "restore", label: w.default_page, run: () => publishing.restore(store.page) },
      store.mayEdit && { icon: "eraser", label: w.default_all, run: () => publishing.restore() },
      store.mayEdit && { icon: "trash", label: w.discard, danger: true, run: () => publishing.discard() },
      "-",
      { icon: "moon", label: w.dark, attributes: { "data-theme-toggle": "" } },
    ], { label: w.more });
  } });

  element.append(
    el("a.e-tool.e-back", { href: data.back || "/", "aria-label": w.back, title: w.back }, icon("arrow-left")),
    el("div.e-where", {}, el("h1.e-brand", {}, w.title, data.site?.name && el("small", {}, data.site.name)), page),
    devices, el("div.e-bar-end", {}, state, el("div.e-pair", {}, store.mayEdit && undo, store.mayEdit && redo),
      iconButton("qrcode", w.qr, { onclick: () => publishing.code() }, "e-tool.e-wide"), more, store.mayEdit && publish));

  function taken(label, text) {
    if (label) store.say(fill(text, { what: label }));
  }

  function draw() {
    replace(page, el("span", {}, store.titleOf(store.page)), icon("chevron-down"));
    page.setAttribute("aria-label", fill(w.page_now, { page: store.titleOf(store.page) }));
    /* Not `disabled`: the focus would fall out of the button that was pressed last. */
    undo.setAttribute("aria-disabled", String(!store.canUndo));
    redo.setAttribute("aria-disabled", String(!store.canRedo));
    undo.title = store.canUndo ? `${w.undo}: ${store.undoLabel}` : w.undo;
    redo.title = store.canRedo ? `${w.redo}: ${store.redoLabel}` : w.redo;
    devices.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.device === preview.device)));
  }

  function tell() {
    const text = saving.detail || w[`state_${saving.state}`];
    state.dataset.state = saving.state;
    state.title = text;
    replace(state, icon(STATES[saving.state]), el("span", {}, text),
      saving.state === "refused" && store.problems.length > 0 && button("e-state-go", { onclick: toFault }, w.show_it),
      saving.state === "signed_out" && el("a", { href: location.href, target: "_blank", rel: "noopener" }, w.sign_in));
  }

  for (const event of ["change", "page", "device"]) store.on(event, draw);
  store.on("state", tell);
  /* What was typed into a text the browser takes back itself; before that there is nothing of its own. */
  let typed = null;
  document.addEventListener("focusin", () => { typed = null; });
  document.addEventListener("input", (event) => { typed = event.target.closest?.("textarea, [contenteditable]"); });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const typing = typed && event.target === typed;
    if (key === "z" && !typing) { event.preventDefault(); if (event.shiftKey) redo.click(); else undo.click(); }
    if (key === "y" && !typing) { event.preventDefault(); redo.click(); }
    if (key === "s") { event.preventDefault(); saving.save(); }
  });
  draw();
  tell();
}
