/* The repeated pieces of a section: each opens to its own form; order by drag, buttons or keys. */
import { button, el, iconButton } from "./dom.js";
import { fresh } from "./fields/index.js";
import { form } from "./form.js";
import { moved, sortable } from "./sorting.js";

const newId = (blocks) => {
  for (;;) {
    const id = `b${Math.random().toString(36).slice(2, 10)}`;
    if (!blocks.some((one) => one.id === id)) return id;
  }
};

/* What a piece is called in the list: the first words in it, else its kind and number. */
function titleOf(kind, block, at) {
  const words = kind.settings.filter((one) => ["text", "textarea", "inline_richtext"].includes(one.type))
    .map((one) => String(block.settings[one.id] || "").replace(/<[^>]*>/g, " ").trim()).find(Boolean);
  return words || `${kind.name} ${at + 1}`;
}

/* {node, faults(list)}: `read()` the blocks now, `write(label, edit(blocks), how)` changes them. */
export function blocks(kinds, most, { read, write, tools, open }) {
  const { words, said } = tools;
  const list = el("ul.p-blocks"), count = el("p.form-hint"), adds = el("div.p-row");
  let forms = [], problems = [];
  const marked = (given) => forms.reduce((left, one) => one.faults(left), given);
  sortable(list, (from, to) => shift(from, to - from));

  const kindOf = (block) => kinds.find((one) => one.type === block.type) || { type: block.type, name: block.type, settings: [] };
  const focus = (at, what) => {
    const row = list.children[Math.min(at, list.children.length - 1)];
    (row?.querySelector(`[data-do=${what}]:not(:disabled)`) || row?.querySelector(".p-open") || adds.querySelector("button"))?.focus();
  };
  function shift(at, by, what = "up") {
    const all = read();
    if (at + by < 0 || at + by >= all.length) return;
    write(words.p_step_move, (draft) => moved(draft, at, at + by));
    draw();
    focus(at + by, what);
    tools.speak("p_moved_to", { n: at + by + 1, all: all.length });
  }
  function add(kind, at = read().length, settings = null) {
    const id = newId(read());
    open.add(id);
    const made = { id, type: kind.type, settings: settings || Object.fromEntries(kind.settings.filter((one) => one.id).map((one) => [one.id, fresh(one)])) };
    write(words.p_step_add, (draft) => [...draft.slice(0, at), made, ...draft.slice(at)]);
    draw();
    list.children[at]?.querySelector(".p-block-body [data-key]")?.focus();
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }
  function drop(at) {
    write(words.p_step_remove, (draft) => draft.filter((_one, n) => n !== at));
    draw();
    focus(at, "open");
    tools.speak("p_removed", {});
  }
  function body(kind, block, at) {
    const values = () => read()[at]?.settings || {};
    const keep = (spec, value, how) => write(spec.label, (draft) => draft.map((one, n) => (n === at ? { ...one, settings: { ...one.settings, [spec.id]: value } } : one)),
      { ...how, key: `${block.id}:${spec.id}` });
    const made = form(kind.settings, { at: `blocks.${at}.settings`, read: values, write: (...given) => { keep(...given); name(at); }, tools });
    forms.push(made);
    return el("div.p-block-body", {}, made.node, el("div.p-row", {},
      button("btn", { disabled: read().length >= most || !tools.mayEdit, onclick: () => add(kind, at + 1, structuredClone(values())) }, words.p_duplicate),
      button("btn.btn-outline-danger", { disabled: !tools.mayEdit, onclick: () => drop(at) }, words.p_delete)));
  }
  const name = (at) => {
    const block = read()[at], row = list.children[at];
    if (row) row.querySelector(".p-open span").textContent = titleOf(kindOf(block), block, at);
  };
  function row(block, at, all) {
    const kind = kindOf(block), title = titleOf(kind, block, at), isOpen = open.has(block.id);
    const toggle = () => { if (open.has(block.id)) open.delete(block.id); else open.add(block.id); draw(); focus(at, "open"); };
    const step = (icon, label, by, what) => iconButton(icon, `${label}: ${title}`, { dataset: { do: what }, disabled: !tools.mayEdit || at + by < 0 || at + by >= all.length,
      onclick: () => shift(at, by, what) }, "p-tool");
    return el("li.p-block", { class: isOpen ? "is-open" : "" }, el("div.p-block-head", {},
      iconButton("grip-vertical", `${words.p_drag}: ${title}`, { tabindex: -1 }, "p-tool.p-grip"),
      button("p-open", { "aria-expanded": String(isOpen), dataset: { do: "open" }, onclick: toggle, onkeydown: (event) => keyed(event, at) }, el("span", {}, title)),
      step("chevron-up", words.p_up, -1, "up"), step("chevron-down", words.p_down, 1, "down")), isOpen ? body(kind, block, at) : null);
  }
  function keyed(event, at) {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    shift(at, event.key === "ArrowUp" ? -1 : 1, "open");
  }
  function draw() {
    forms = [];
    list.replaceChildren(...read().map(row));
    count.textContent = said("p_blocks_of", { n: read().length, most });
    adds.replaceChildren(...kinds.map((kind) => button("btn.p-wide", { disabled: read().length >= most || !tools.mayEdit, onclick: () => add(kind) }, said("p_add", { name: kind.name }))));
    marked(problems);
  }
  /* Problems of closed pieces open them. */
  function faults(given) {
    problems = given;
    const closed = read().filter((block, at) => !open.has(block.id) && given.some((one) => one.path.startsWith(`blocks.${at}.`)));
    closed.forEach((block) => open.add(block.id));
    if (closed.length) draw();
    return marked(given);
  }
  draw();
  return { node: el("section.p-repeat", { "aria-label": kinds.map((one) => one.name).join(" · ") }, el("h3.p-header", {}, kinds.map((one) => one.name).join(" · ")), list, adds, count), faults };
}
