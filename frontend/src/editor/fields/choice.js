/* One of a few: a switch, a list, a row of buttons, icons, colour schemes. */
import { el, icon as sign } from "../dom.js";
import { drawing } from "./drawing.js";

export function checkbox(spec, value, field) {
  return el("label", { class: "form-check form-switch p-switch" },
    el("input", { ...field.attributes, type: "checkbox", class: "form-check-input", checked: Boolean(value),
      onchange: (event) => field.put(event.target.checked) }),
    el("span", { class: "form-check-label" }, spec.label));
}

const listed = (options, value) => options.map((one) =>
  el("option", { value: one.value, selected: one.value === value }, one.label));

export function select(spec, value, field) {
  return el("select", { ...field.attributes, class: "form-select", onchange: (event) => field.put(event.target.value) },
    listed(spec.options || [], value));
}

/* Radio buttons that look like one row; `face` draws what stands in each. */
export function radios(spec, value, field, kind, face) {
  const name = field.attributes.id;
  return el("div", { class: kind, role: "radiogroup", "aria-labelledby": `${name}-label`, "aria-describedby": field.attributes["aria-describedby"] },
    spec.options.map((one, at) => el("label", { class: "p-option", title: one.label },
      el("input", { type: "radio", name, id: at ? `${name}-${at}` : name, "data-key": at ? null : field.attributes["data-key"],
        value: one.value, checked: one.value === value, onchange: () => field.put(one.value) }),
      el("span", { class: "p-face" }, face(one)))));
}

export const segmented = (spec, value, field) => radios(spec, value, field, "p-segments", (one) => one.label);

export function icon(spec, value, field) {
  return radios(spec, value, field, "p-icons", (one) =>
    [sign(one.value), el("span", { class: "visually-hidden" }, one.label)]);
}

const GROUNDS = { plain: ["surface", "text", "primary"], soft: ["soft", "text", "primary"],
  brand: ["brand", "on-brand", "brand-glow"], deep: ["brand-deep", "on-brand", "brand-glow"] };

/* A small picture of the colours, drawn as SVG: the console forbids inline styles. */
function swatch(scheme, palette) {
  const [ground, ink, mark] = (GROUNDS[scheme] || GROUNDS.plain).map((name) => palette[name] || "#ffffff");
  return drawing(`<svg viewBox="0 0 64 36" width="64" height="36" aria-hidden="true"><rect x="0" y="0" width="64" height="36" fill="${ground}"/>` +
    `<rect x="8" y="9" width="30" height="5" fill="${ink}"/><rect x="8" y="18" width="20" height="4" fill="${ink}" opacity="0.6"/>` +
    `<rect x="42" y="22" width="14" height="7" fill="${mark}"/></svg>`);
}

export function scheme(spec, value, field) {
  const palette = { "on-brand": "#ffffff", ...field.facts.shades };
  const options = spec.options || Object.keys(GROUNDS).map((one) => ({ value: one, label: field.words[`p_scheme_${one}`] }));
  return radios({ ...spec, options }, value, field, "p-swatches", (one) => [swatch(one.value, palette), el("span", {}, one.label)]);
}

const worded = (stem, names) => (spec, value, field) => select({ ...spec, options: spec.options ||
  names.map((one) => ({ value: one, label: field.words[`p_${stem}_${one}`] })) }, value, field);

export const font = worded("font", ["system", "rounded", "serif"]);
export const visible_on = worded("visible", ["all", "mobile", "desktop"]);

export function menu(spec, value, field) {
  const options = ["", "main", "footer"].map((one) => ({ value: one, label: field.words[`p_menu_${one || "none"}`] }));
  return select({ ...spec, options }, value, field);
}

/* Everybody, guests, members, or members of at least a tier. */
export function audience(spec, value, field) {
  const fixed = spec.options || ["all", "guest", "member"].map((one) => ({ value: one, label: field.words[`p_audience_${one}`] }));
  const { tiers = [] } = field.facts;
  const known = tiers.map((one) => ({ value: `tier:${one.rank}`, label: field.said("p_tier_and_up", { name: one.name }) }));
  const all = [...fixed, ...known];
  if (!all.some((one) => one.value === value)) all.push({ value, label: field.said("p_tier_gone", { rank: String(value).slice(5) }) });
  return select({ ...spec, options: all }, value, field);
}
