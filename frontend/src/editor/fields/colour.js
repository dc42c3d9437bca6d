/* A colour of the theme: the browser's own picker, its number, and back to the theme's. */
import { button, el } from "../dom.js";
import { unique } from "./drawing.js";

const HEX = /^#[0-9a-f]{6}$/;

/* "#abcdef" of what people write: without the sign, in capitals, or three digits where each stands for two. */
function meant(text) {
  const digits = text.trim().toLowerCase().replace(/^#/, "");
  const whole = /^[0-9a-f]{3}$/.test(digits) ? [...digits].map((one) => one + one).join("") : digits;
  return HEX.test(`#${whole}`) ? `#${whole}` : "";
}

export function colour(spec, value, field) {
  const own = spec.own || "#000000", id = unique("p-colour");
  const fault = el("p.invalid-feedback.d-block", { role: "status", id });
  const put = (hex) => { picker.value = hex || own; typed.value = hex; reset.hidden = !hex; judge(""); field.put(hex, { typing: true }); };
  const judge = (wrong) => {
    fault.textContent = wrong ? field.said("p_colour_bad", { colour: field.value() || own }) : "";
    if (wrong) typed.setAttribute("aria-invalid", "true");
    else typed.removeAttribute("aria-invalid");
  };
  /* While it is typed only a whole number is taken; what is left then, and is none, is said and not put back. */
  const typing = () => { const hex = typed.value.trim().toLowerCase(); judge(""); if (!hex || HEX.test(hex)) put(hex); };
  const left = () => { const hex = meant(typed.value); if (hex && hex !== field.value()) put(hex); else judge(typed.value.trim() && !hex); };
  const picker = el("input", { type: "color", class: "form-control form-control-color p-colour", value: value || own,
    "aria-label": spec.label, oninput: () => put(picker.value) });
  const typed = el("input", { ...field.attributes, "aria-describedby": `${field.attributes["aria-describedby"]} ${id}`, type: "text", class: "form-control",
    value: value || "", placeholder: own, maxlength: 7, spellcheck: "false", autocomplete: "off", oninput: typing, onchange: left });
  const reset = button("btn", { onclick: () => { put(""); typed.focus(); } }, field.words.p_colour_reset);
  reset.hidden = !value;
  return el("div", {}, el("div", { class: "p-row" }, picker, typed, reset), fault);
}
