/* Whole numbers: typed, or pushed along a scale with the number beside it. */
import { el } from "../dom.js";

function whole(text, spec) {
  const found = Number(text);
  if (text === "" || !Number.isFinite(found)) return null;
  return Math.round(Math.min(Math.max(found, spec.min ?? 0), spec.max ?? 1_000_000));
}

function typed(spec, value, field, put) {
  const input = el("input", { ...field.attributes, type: "number", inputmode: "numeric", step: 1, class: "form-control",
    min: spec.min ?? 0, max: spec.max ?? 1_000_000, value: value ?? 0,
    oninput: () => { const n = whole(input.value, spec); if (n !== null) put(n); },
    onchange: () => { input.value = whole(input.value, spec) ?? field.value(); } });
  return input;
}

export function number(spec, value, field) {
  return typed(spec, value, field, (n) => field.put(n, { typing: true }));
}

export function range(spec, value, field) {
  const push = (n) => { scale.value = n; field.put(n, { typing: true }); };
  const input = typed(spec, value, field, push);
  const scale = el("input", { type: "range", class: "form-range", min: spec.min ?? 0, max: spec.max ?? 100,
    "aria-label": spec.label, oninput: () => { input.value = scale.value; field.put(Number(scale.value), { typing: true }); } });
  scale.value = value ?? 0;
  return el("div", { class: "p-range" }, scale, input);
}
