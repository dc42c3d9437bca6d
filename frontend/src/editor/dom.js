/* Elements from plain values: text is always text, never markup. */
import { shapes } from "./icons.js";

const BOOLEAN = new Set(["hidden", "disabled", "checked", "inert", "open", "required", "multiple"]);

/* el("button.btn", {type: "button", onclick: …, "aria-label": …, dataset: {…}}, children…) */
export function el(kind, given = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  if (given instanceof Node || typeof given === "string" || Array.isArray(given)) {
    children.unshift(given);
    given = {};
  }
  for (const [key, value] of Object.entries(given || {})) set(node, key, value);
  node.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

function set(node, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  else if (key === "class") node.classList.add(...value.split(" ").filter(Boolean));
  else if (key === "dataset") Object.assign(node.dataset, value);
  else if (key === "value") node.value = value;
  else if (BOOLEAN.has(key)) node[key] = true;
  else node.setAttribute(key, value === true ? "" : value);
}

/* A line drawing by its name; the shapes are ours, from the build. */
export function icon(name, title = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const facts = { class: "icon", width: 24, height: 24, viewBox: "0 0 24 24", fill: "none",
    stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round",
    focusable: "false" };
  for (const [key, value] of Object.entries(facts)) svg.setAttribute(key, value);
  if (title) { svg.setAttribute("role", "img"); svg.setAttribute("aria-label", title); }
  else svg.setAttribute("aria-hidden", "true");
  const parsed = new DOMParser().parseFromString(shapes[name] || shapes.square, "image/svg+xml");
  svg.append(...[...parsed.documentElement.childNodes].map((node) => document.importNode(node, true)));
  return svg;
}

export const button = (kind, given, ...children) => el(`button.${kind}`, { type: "button", ...given }, ...children);

/* A button that is only a drawing: its words are its name and its tooltip. */
export const iconButton = (name, label, given = {}, kind = "e-tool") =>
  button(kind, { "aria-label": label, title: label, ...given }, icon(name));

/* "第 {n} 个" with {n: 3} */
export const fill = (text, values = {}) =>
  String(text ?? "").replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));

export function replace(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter(Boolean));
  return node;
}
