/* One line or several lines of plain text. */
import { el } from "../dom.js";

export function text(spec, value, field) {
  return el("input", { ...field.attributes, type: "text", class: "form-control", value: value || "",
    maxlength: spec.max_length || 200, autocomplete: "off",
    oninput: (event) => field.put(event.target.value, { typing: true }) });
}

export function textarea(spec, value, field) {
  return el("textarea", { ...field.attributes, class: "form-control", rows: spec.rows || 3, value: value || "",
    maxlength: spec.max_length || 2000,
    oninput: (event) => field.put(event.target.value, { typing: true }) });
}
