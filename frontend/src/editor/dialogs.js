/* A window over the page: one question, an answer or none. The browser keeps the focus inside. */
import { el, iconButton } from "./dom.js";
import { unique } from "./fields/drawing.js";

/* {node, body, foot, answer(value), given}: `given` is the promise of the answer, null when it was left. */
export function ask(title, words, { wide = false } = {}) {
  const id = unique("p-dialog");
  const body = el("div.p-dialog-body"), foot = el("div.p-dialog-foot");
  const node = el("dialog.p-dialog", { "aria-labelledby": id, class: wide ? "is-wide" : "" },
    el("div.p-dialog-head", {}, el("h2", { id }, title), iconButton("x", words.p_close, { onclick: () => node.close() }, "p-tool")), body, foot);
  let value = null, fulfil;
  const given = new Promise((done) => { fulfil = done; });
  const answer = (found) => { value = found; node.close(); };
  node.addEventListener("close", () => { node.remove(); fulfil(value); });
  node.addEventListener("click", (event) => { if (event.target === node) node.close(); });
  node.addEventListener("keydown", (event) => event.stopPropagation());
  document.body.append(node);
  node.showModal();
  return { node, body, foot, answer, given };
}
