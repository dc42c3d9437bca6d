/* Dialogs and small menus: one at a time, closed by Escape, focus back where it was. */
import { button, el, icon, iconButton } from "./dom.js";
import { isLost, landSomewhere } from "./focus.js";

/* Resolves with the value of the pressed button, "" when it was closed. */
export function dialog({ title, body = [], actions = [], kind = "", words, closable = true, onOpen }) {
  const back = document.activeElement;
  return new Promise((answered) => {
    const close = (value) => { box.returnValue = value; box.close(); };
    const heading = el("h2.e-dialog-title", { id: `e-dialog-${Date.now()}` }, title);
    const box = el(`dialog.e-dialog${kind ? `.e-dialog-${kind}` : ""}`, { "aria-labelledby": heading.id },
      el("div.e-dialog-head", {}, heading, closable && iconButton("x", words.close, { onclick: () => close("") })),
      el("div.e-dialog-body", {}, typeof body === "function" ? body(close) : body),
      actions.length ? el("div.e-dialog-foot", {}, actions.map((act) =>
        button(`btn${act.kind ? `.btn-${act.kind}` : ""}`, { disabled: act.disabled, autofocus: act.focus,
          onclick: () => (act.run ? act.run(close) : close(act.value)) }, act.icon && icon(act.icon), act.label))) : null);
    box.addEventListener("cancel", (event) => { if (!closable) event.preventDefault(); });
    box.addEventListener("click", (event) => { if (event.target === box && closable) close(""); });
    box.addEventListener("close", () => {
      box.remove();
      if (isLost()) landSomewhere(back, back?.dataset?.key && `[data-key="${CSS.escape(back.dataset.key)}"]`);
      answered(box.returnValue || "");
    });
    document.body.append(box);
    box.showModal();
    onOpen?.(box, close);
  });
}

export const ask = (words, { title, text, yes, kind = "primary" }) =>
  dialog({ title, words, body: [el("p.m-0", {}, text)], kind: "small", actions: [
    { label: words.cancel, value: "" }, { label: yes, value: "yes", kind, focus: true },
  ] }).then((value) => value === "yes");

/* items: {label, icon, run, disabled, danger, checked, attributes} or "-" */
export function menu(anchor, items, { label = "" } = {}) {
  document.querySelectorAll(".e-menu").forEach((one) => one.remove());
  const close = (focus = true) => {
    box.remove();
    anchor.setAttribute("aria-expanded", "false");
    removeEventListener("pointerdown", away, true);
    removeEventListener("blur", leave);
    if (focus && anchor.isConnected) anchor.focus();
  };
  const away = (event) => { if (!box.contains(event.target) && !anchor.contains(event.target)) close(false); };
  const leave = () => close(false);
  const lines = items.filter(Boolean).map((item) => {
    if (item === "-") return el("div.e-menu-line", { role: "separator" });
    const check = item.checked !== undefined;
    return button(`e-menu-item${item.danger ? ".e-danger" : ""}`, {
      role: check ? "menuitemcheckbox" : "menuitem", "aria-checked": check ? String(item.checked) : null,
      "aria-disabled": item.disabled ? "true" : null, tabindex: "-1", ...item.attributes,
      onclick: () => { if (!item.disabled) { close(); item.run?.(); } },
    }, icon(item.icon), el("span", {}, item.label), item.hint && el("small", {}, item.hint), item.checked && icon("check"));
  });
  const box = el("div.e-menu", { role: "menu", "aria-label": label }, lines);
  box.addEventListener("keydown", (event) => {
    const all = [...box.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + (at < 1 ? all.length : 0), Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) { event.preventDefault(); all[to % all.length].focus(); }
    if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); event.stopPropagation(); close(); }
  });
  box.addEventListener("back", () => close());
  document.body.append(box);
  put(box, anchor);
  anchor.setAttribute("aria-expanded", "true");
  addEventListener("pointerdown", away, true);
  addEventListener("blur", leave);
  box.querySelector("button:not([aria-disabled])")?.focus();
  return close;
}

/* Under its button, or over it where there is no room; never beyond the window. */
function put(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const below = at.bottom + 6 + size.height <= innerHeight;
  const top = below ? at.bottom + 6 : Math.max(8, at.top - size.height - 6);
  const left = Math.min(Math.max(8, at.right - size.width), innerWidth - size.width - 8);
  box.style.top = `${top}px`;
  box.style.left = `${left}px`;
}
