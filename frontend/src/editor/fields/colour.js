/* A colour of the theme: the browser's own picker, its number, and back to the theme's. */
import { button, el } from "../dom.js";

const HEX = /^#[0-9a-f]{6}$/;

export function colour(spec, value, field) {
  const own = spec.own || "#000000";
  const put = (hex) => { picker.value = hex || own; typed.value = hex; reset.hidden = !hex; field.put(hex, { typing: true }); };
  const picker = el("input", { type: "color", class: "form-control form-control-color p-colour", value: value || own,
    "aria-label": spec.label, oninput: () => put(picker.value) });
  const typed = el("input", { ...field.attributes, type: "text", class: "form-control", value: value || "", placeholder: own, maxlength: 7,
    spellcheck: "false", autocomplete: "off", oninput: () => { const hex = typed.value.trim().toLowerCase(); if (!hex || HEX.test(hex)) put(hex); },
    onchange: () => { typed.value = field.value() || ""; } });
  const reset = button("btn", { onclick: () => { put(""); typed.focus(); } }, field.words.p_colour_reset);
  reset.hidden = !value;
  return el("div", { class: "p-row" }, picker, typed, reset);
}
