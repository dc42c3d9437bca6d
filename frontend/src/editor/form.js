/* A form out of a schema: labels, helps, problems where they belong, and fields that come and go by
   what others hold. It never draws itself anew while somebody types in it. */
import { el } from "./dom.js";
import { FIELDS, GROUPED, LABELS_ONLY } from "./fields/index.js";
import { unique } from "./fields/drawing.js";

/* Any of the groups of conditions, each with all of its values; none is always. */
export function isWanted(spec, values) {
  return !spec.show_if?.length || spec.show_if.some((group) => Object.entries(group).every(([key, wanted]) =>
    [].concat(wanted).includes(values[key])));
}

/* {node, faults(list), reveal()}: `at` is the path of the values from the section ("settings"), `read()` the
   values now, `write(spec, value, how)` keeps one. */
export function form(specs, { at, read, write, tools }) {
  const rows = specs.map((spec) => row(spec, at, read, (value, how) => { write(spec, value, how); shown(); }, tools));
  const shown = () => rows.forEach(({ spec, node }) => { node.hidden = !isWanted(spec, read()); });
  shown();
  return {
    node: el("div.p-form", {}, rows.map((one) => one.node)),
    faults: (list) => rows.reduce((left, one) => one.faults(left), list),
  };
}

function row(spec, at, read, put, tools) {
  if (LABELS_ONLY.includes(spec.type)) {
    const node = el(spec.type === "header" ? "h3.p-header" : "p.p-note", {}, spec.label);
    return { spec, node, faults: (list) => list };
  }
  const id = unique("p-field"), path = `${at}.${spec.id}`, said = [];
  const help = spec.help ? el("p.form-hint", { id: `${id}-help` }, spec.help) : null;
  const fault = el("p.invalid-feedback.d-block", { id: `${id}-fault`, hidden: true });
  if (help) said.push(help.id);
  const attributes = { id, "data-key": path, "aria-describedby": [...said, fault.id].join(" ") };
  const field = { ...tools, attributes, put, value: () => read()[spec.id] };
  const make = FIELDS[spec.type] || FIELDS.text;
  const own = make(spec, read()[spec.id], field);
  if (GROUPED.includes(spec.type) && !own.hasAttribute("role")) own.setAttribute("role", "group");
  if (own.getAttribute("role") === "group") own.setAttribute("aria-labelledby", `${id}-label`);
  const node = el("div.p-field", { "data-type": spec.type }, label(spec, id), own, help, fault);
  if (!tools.mayEdit) for (const one of node.querySelectorAll("input, select, textarea, button")) one.disabled = true;
  return { spec, node, faults: (list) => marked(list, path, node, fault) };
}

function label(spec, id) {
  if (spec.type === "checkbox") return null;
  if (GROUPED.includes(spec.type)) return el("span.form-label", { id: `${id}-label` }, spec.label);
  return el("label.form-label", { for: id, id: `${id}-label` }, spec.label);
}

/* Show the problems of this field; what is left are other people's. */
function marked(list, path, node, fault) {
  const mine = list.filter((one) => one.path === path || one.path.startsWith(`${path}.`));
  fault.textContent = mine.map((one) => one.message).join(" ");
  fault.hidden = !mine.length;
  node.classList.toggle("is-wrong", mine.length > 0);
  const input = node.querySelector("[data-key]");
  if (mine.length) input?.setAttribute("aria-invalid", "true");
  else input?.removeAttribute("aria-invalid");
  return list.filter((one) => !mine.includes(one));
}
