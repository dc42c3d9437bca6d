/* The form of what is selected; its fields stand in fields/. */
import { el } from "./dom.js";

export function mount(element, store) {
  const draw = () => element.replaceChildren(el("p", store.section()?.type || ""));
  store.on("select", draw);
  draw();
}
