/* A moment, and a stretch of time with either end open. */
import { button, el } from "../dom.js";
import { unique } from "./drawing.js";
import { shown, stored } from "../zone.js";

function clock(value, zone, attributes, put) {
  return el("input", { ...attributes, type: "datetime-local", class: "form-control", value: shown(value, zone),
    onchange: (event) => put(stored(event.target.value, zone)) });
}

const zoneOf = (field) => field.facts.zone || "Asia/Shanghai";
const told = (field) => el("p", { class: "form-hint" }, field.said("p_zone", { zone: field.words.p_zone_name || zoneOf(field) }));

export function datetime(spec, value, field) {
  const input = clock(value, zoneOf(field), field.attributes, field.put);
  const clear = button("btn", { onclick: () => { input.value = ""; field.put(null); input.focus(); } }, field.words.p_clear);
  return el("div", {}, el("div", { class: "p-row" }, input, clear), told(field));
}

export function schedule(spec, value, field) {
  const now = { start: null, end: null, ...value };
  const warning = el("p", { class: "p-warn", role: "status" });
  const checked = () => {
    const over = now.end && new Date(now.end) < new Date();
    warning.textContent = now.start && now.end && new Date(now.end) <= new Date(now.start)
      ? field.words.p_schedule_reversed : over ? field.words.p_schedule_over : "";
  };
  const end = (name, attributes) => {
    const id = attributes.id || unique("p-time");
    const input = clock(now[name], zoneOf(field), { ...attributes, id }, (moment) => { now[name] = moment; checked(); field.put({ ...now }); });
    return el("div", {}, el("label", { class: "form-label p-small", for: id }, field.words[`p_schedule_${name}`]), input);
  };
  checked();
  return el("div", {},
    el("div", { class: "p-pair" }, end("start", field.attributes), end("end", { "aria-describedby": field.attributes["aria-describedby"] })),
    warning, told(field));
}
