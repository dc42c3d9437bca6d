/* Where something leads: a kind of page, and which of them where there are many. */
import { button, el } from "../dom.js";
import { pickOne } from "../pickers.js";
import { unique } from "./drawing.js";

const PICKED = ["product", "category", "article"];
const AIMED = [...PICKED, "page", "external"];

export function link(spec, value, field) {
  let now = { kind: "", ref: "", ...value };
  const target = el("div.p-target"), lacking = el("p.p-warn", { role: "status" });
  /* An address that is not whole yet is no link: what the server would drop is not sent. */
  const put = (next, more) => { now = next; said(); field.put(now.kind === "external" && !now.ref ? { kind: "", ref: "" } : { ...now }, more); };
  /* Of one page nobody has to choose which. */
  const only = (kind) => { const own = Object.keys(field.document().pages || {}); return kind === "page" && own.length === 1 ? own[0] : ""; };
  const kinds = el("select.form-select", { ...field.attributes, onchange: () => { put({ kind: kinds.value, ref: only(kinds.value) }); aim(true); } },
    choices(field, now.kind));
  const aim = (fresh) => { target.replaceChildren(...aimed(now, field, put, spec)); if (fresh && now.kind === "external") target.querySelector("input")?.focus(); };
  /* A kind without its target leads nowhere: said here, not only before publishing. */
  const said = () => { lacking.textContent = AIMED.includes(now.kind) && !now.ref ? field.words.p_link_nowhere : ""; };
  aim(false);
  said();
  return el("div", {}, kinds, target, lacking);
}

function choices(field, kind) {
  const option = ([value, label]) => el("option", { value, selected: value === kind }, label);
  const { words } = field;
  return [option(["", words.p_link_none]),
    el("optgroup", { label: words.p_link_places }, field.facts.places.map(option)),
    el("optgroup", { label: words.p_link_one }, ["product", "category", "article", "page"].map((one) => option([one, words[`p_link_${one}`]]))),
    option(["external", words.p_link_external])];
}

/* The second half of the field, for kinds that need one. */
function aimed(now, field, put, spec) {
  if (PICKED.includes(now.kind)) return [picked(now, field, put)];
  if (now.kind === "page") return [page(now, field, put)];
  if (now.kind === "external") return outside(now, field, put, spec);
  return [];
}

function picked(now, field, put) {
  const name = () => (now.ref ? field.known(now.kind, now.ref)?.name || field.words.p_gone : field.words[`p_pick_${now.kind}`]);
  const opener = button("btn", { class: "p-wide p-start", onclick: async () => {
    const found = await pickOne(field, now.kind);
    if (!found) return;
    now = { kind: now.kind, ref: found.id };
    put(now);
    opener.textContent = found.name;
  } }, name());
  return opener;
}

function page(now, field, put) {
  const pages = Object.entries(field.document().pages || {});
  if (!pages.length) return el("p.form-hint", {}, field.words.p_no_pages);
  const gone = now.ref && !pages.some(([slug]) => slug === now.ref);
  const option = ([slug, one]) => el("option", { value: slug, selected: slug === now.ref }, one.title);
  return el("select.form-select", { "aria-label": field.words.p_link_page, onchange: (event) => put({ kind: "page", ref: event.target.value }) },
    el("option", { value: "", selected: !now.ref || gone }, gone ? field.words.p_gone : field.words.p_pick_page), pages.map(option));
}

function outside(now, field, put) {
  const id = unique("p-url");
  const fault = el("p.invalid-feedback.d-block", { role: "status", id: `${id}-fault` });
  const judge = (text) => { fault.textContent = text && !/^https:\/\/[^\s"'<>\\`]+$/.test(text) ? field.words.p_only_https : ""; };
  const input = el("input.form-control", { type: "url", id, placeholder: "https://", maxlength: 300, "aria-label": field.words.p_link_external,
    "aria-describedby": `${id}-fault`, value: now.ref, inputmode: "url", autocomplete: "off",
    oninput: () => { const typed = input.value.trim(); judge(typed); if (!fault.textContent) put({ kind: "external", ref: typed }, { typing: true }); } });
  return [input, fault];
}
