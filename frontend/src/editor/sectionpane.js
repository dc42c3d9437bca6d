/* The form of the selected section. */
import { isFull, isKept } from "./acts.js";
import { blocks } from "./blocks.js";
import { button, el, icon } from "./dom.js";
import { form } from "./form.js";

const FOLD = "who-and-when";
const WHO_AND_WHEN = ["audience", "schedule"];

/* {node, faults()}; `keep(label, edit(section), join)` is one step of the document. */
export function sectionPane(section, { store, data, tools, keep, open, acts, toModules }) {
  const kind = data.library[section.type] || { name: section.type, settings: [], blocks: [] };
  const specs = (kind.settings || []).filter((one) => !WHO_AND_WHEN.includes(one.id));
  const about = (kind.settings || []).filter((one) => WHO_AND_WHEN.includes(one.id));
  const now = () => store.section(section.id) || section;
  const write = (spec, value, how) => keep(spec.label, (draft) => { draft.settings[spec.id] = value; }, how?.typing && `settings:${section.id}:${spec.id}`);
  const made = (list) => form(list, { at: "settings", read: () => now().settings, write, tools });
  const main = made(specs), who = made(about), parts = [main, who];
  const pieces = kind.blocks?.length ? repeated(kind, section, { now, keep, tools, open }) : null;
  if (pieces) parts.push(pieces);
  const stray = el("div.p-stray", { role: "status" });
  const node = el("div", {}, head(kind, tools), stray, main.node, pieces?.node, whoAndWhen(kind, section, who, { now, keep, tools, open }),
    deeds(store, section, { acts, toModules, words: tools.words }));
  return { node, faults: () => shown(store, section, parts, stray) };
}

function repeated(kind, section, { now, keep, tools, open }) {
  return blocks(kind.blocks, kind.max_blocks || 0, { tools, open, read: () => now().blocks || [],
    write: (label, edit, how) => keep(label, (draft) => { draft.blocks = edit(draft.blocks || []); }, how?.typing && `blocks:${section.id}:${how.key}`) });
}

function head(kind, tools) {
  const lacking = (kind.needs || []).map((drop) => tools.facts.missing[drop]).filter(Boolean);
  return el("header.p-head", {}, el("h2.p-title", { tabindex: -1 }, icon(kind.icon || "square"), el("span", {}, kind.name)),
    kind.help ? el("p.form-hint", {}, kind.help) : null,
    lacking.map((one) => el("div.p-note.is-missing", { role: "note" }, el("p", {}, one.text),
      one.url ? el("a.btn", { href: one.url, target: "_blank", rel: "noopener" }, one.label) : null)));
}

/* Who sees it, when, and on which devices: folded away until somebody set it. */
function whoAndWhen(kind, section, who, { now, keep, tools, open }) {
  if (kind.locked || kind.essential) return null;
  const { audience, schedule } = section.settings;
  const isSet = (audience && audience !== "all") || schedule?.start || schedule?.end || section.hide?.length;
  return el("details.p-fold", { open: Boolean(isSet) || open.has(FOLD), ontoggle: (event) => open[event.currentTarget.open ? "add" : "delete"](FOLD) }, el("summary", { "data-key": FOLD }, tools.words.p_who_and_when), devices(now, keep, tools), who.node);
}

/* What the list's menu offers as well: on a phone the list is on another tab. */
function deeds(store, section, { acts, toModules, words }) {
  const key = store.home(section.id), full = isFull(store, section.type, key), kept = isKept(store, section, key);
  if (!store.mayEdit || (full && kept)) return null;
  return el("div.p-row.p-deeds", {},
    button("btn", { disabled: full, title: full ? store.words.limit_hint : null, onclick: () => acts.duplicate(section.id) }, icon("copy"), words.p_module_copy),
    button("btn.btn-outline-danger", { disabled: kept, title: kept ? store.words.locked : null,
      onclick: () => { if (acts.remove(section.id)) toModules(); } }, icon("trash"), words.p_module_remove));
}

function devices(now, keep, tools) {
  const box = (device) => el("label.form-check.form-switch.p-switch", {}, el("input.form-check-input", { type: "checkbox", disabled: !tools.mayEdit,
    "data-key": `hide.${device}`, checked: !(now().hide || []).includes(device), onchange: (event) => keep(tools.words.p_devices, (draft) => {
      const others = (draft.hide || []).filter((one) => one !== device);
      draft.hide = event.target.checked ? others : [...others, device];
    }) }), el("span.form-check-label", {}, tools.words[`p_on_${device}`]));
  return el("fieldset.p-field", {}, el("legend.form-label", {}, tools.words.p_devices), box("mobile"), box("desktop"));
}

/* The server's problems under their fields; those without a field above them all. */
function shown(store, section, parts, stray) {
  const path = `${store.pathOf(section.id)}.`;
  const mine = store.problems.filter((one) => one.path.startsWith(path) || `${one.path}.` === path)
    .map((one) => ({ ...one, path: one.path.slice(path.length) }));
  const left = parts.reduce((list, part) => part.faults(list), mine);
  stray.replaceChildren(...left.map((one) => el("p.p-note.is-bad", {}, one.message)));
}
