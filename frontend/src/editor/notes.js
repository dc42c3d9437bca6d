/* What the editor says: a line read aloud, and a short note with the way back. */
import { button, el, icon } from "./dom.js";
import { landSomewhere } from "./focus.js";

export function mountNotes(root, store) {
  const spoken = el("div.visually-hidden", { role: "status", "aria-live": "polite" });
  const shelf = el("div.e-toasts");
  root.append(spoken, shelf);
  let timer = 0;

  store.say = (text) => {
    spoken.textContent = "";
    requestAnimationFrame(() => { spoken.textContent = text; });
  };
  store.toast = (text, { kind = "", action = null, run = null, seconds = 6 } = {}) => {
    clearTimeout(timer);
    const close = () => {
      const inside = note.contains(document.activeElement);
      note.remove();
      if (inside) landSomewhere();
    };
    /* It does not go while a keyboard stands in it. */
    const later = () => { timer = setTimeout(() => (note.contains(document.activeElement) ? later() : close()), seconds * 1000); };
    const lines = [].concat(text), sign = { bad: "alert-triangle", note: "info-circle" }[kind] || "circle-check";
    const note = el(`div.e-toast${kind ? `.e-${kind}` : ""}`, {},
      icon(sign), el("div", {}, lines.map((line) => el("p", {}, line))),
      action && button("e-toast-act", { onclick: () => { close(); run(); } }, action),
      button("e-toast-x", { "aria-label": store.words.close, onclick: close }, icon("x")));
    shelf.replaceChildren(note);
    store.say(lines.join(" "));
    later();
  };
  store.on("did", ({ text, undo }) => {
    if (undo) store.toast(text, { action: store.words.undo, run: () => store.undo() });
    else store.toast(text, { seconds: 3 });
  });
}
