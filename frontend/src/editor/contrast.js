/* How well the colours read, as the server judged them, and the nearest shade that does. */
import { button, el } from "./dom.js";
import { drawing } from "./fields/drawing.js";

const SETTABLE = ["primary", "accent"];
/* Not words on a ground but a button on its card: what it says can be read, only the button is not seen. */
const BUTTON = "primary/surface";
const HEX = /^#[0-9a-f]{6}$/;

const spot = (shade) => drawing(`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><rect x="0" y="0" width="16" height="16" rx="3" fill="${shade}"/></svg>`);

/* {node, draw()}; `use(token, shade)` takes a shade. */
export function contrast(store, tools, use) {
  const { words, said } = tools;
  const node = el("div.p-contrast", { role: "status", "aria-live": "polite" });
  function one(pair) {
    const [first] = pair.name.split("/"), canTake = SETTABLE.includes(first) && HEX.test(pair.suggestion || "") && tools.mayEdit;
    const text = words[`p_pair_${pair.name.replace("/", "_on_")}`] || pair.name;
    return el("div.p-note", { class: pair.verdict === "refused" ? "is-bad" : "is-warn", dataset: { pair: pair.name } },
      el("p", {}, said("p_contrast", { what: text, ratio: pair.ratio })),
      el("p", {}, words[pair.verdict === "refused" ? "p_contrast_refused" : pair.name === BUTTON ? "p_contrast_button" : "p_contrast_warn"]),
      canTake ? button("btn", { onclick: () => use(first, pair.suggestion) }, spot(pair.suggestion), el("span", {}, said("p_contrast_take", { shade: pair.suggestion }))) : null);
  }
  function draw() {
    const wrong = store.contrast.filter((pair) => pair.verdict !== "ok");
    node.replaceChildren(...(wrong.length ? wrong.map(one) : store.contrast.length ? [el("p.p-quiet", {}, words.p_contrast_ok)] : []));
  }
  draw();
  return { node, draw };
}
