/* Choosing from what the shop has: goods, categories, articles, pictures. The server searches. */
import { ask } from "./dialogs.js";
import { button, el } from "./dom.js";

const PAUSE_MS = 250;

/* What went wrong, in the server's words where it has some. */
export const fault = (answer, words) => (answer.status === 0 ? words.p_offline
  : answer.body?.message || answer.body?.problems?.[0]?.message || words.p_failed);

/* A search field over a list that grows; `draw(item)` makes a row of it. */
export function searched(field, kind, list, draw) {
  const { words } = field;
  const note = el("p.p-quiet", { role: "status" });
  const more = button("btn.p-wide", { hidden: true, onclick: () => load() }, words.p_more);
  let next = 1, typed = "", call = null;
  async function load() {
    const asked = (call = {});
    note.textContent = words.p_loading;
    more.hidden = true;
    const query = new URLSearchParams({ kind, q: typed, page: next });
    const answer = await field.ask(`${field.urls.choices}?${query}`);
    if (asked !== call) return;
    if (answer.status !== 200) { note.replaceChildren(fault(answer, words), " ", button("btn", { onclick: () => load() }, words.p_again)); return; }
    list.append(...answer.body.items.map((item) => { field.remember(kind, item); return draw(item); }));
    input.hidden = !list.children.length && !typed;
    note.textContent = list.children.length ? "" : typed ? words.p_none_found : words[`p_none_${kind}`] || words.p_none_found;
    next = answer.body.next === true ? next + 1 : answer.body.next;
    more.hidden = !answer.body.next;
  }
  const begin = () => { list.replaceChildren(); next = 1; load(); };
  let timer = 0;
  const input = el("input.form-control", { type: "search", placeholder: words[`p_search_${kind}`] || words.p_search, "aria-label": words[`p_search_${kind}`] || words.p_search,
    autocomplete: "off", oninput: () => { clearTimeout(timer); timer = setTimeout(() => { typed = input.value.trim(); begin(); }, PAUSE_MS); } });
  begin();
  return { input, rest: [note, more], begin };
}

const face = (item) => [item.picture ? el("img.p-thumb", { src: item.picture, alt: "", loading: "lazy" }) : el("span.p-thumb"),
  el("span.p-name", {}, item.name, item.note ? el("small", {}, item.note) : null)];

/* One thing of a kind: {id, name, picture}, or null. */
export function pickOne(field, kind) {
  const window = ask(field.words[`p_pick_${kind}`], field.words);
  const list = el("ul.p-found");
  const found = searched(field, kind, list, (item) => el("li", {}, button("p-choice", { onclick: () => window.answer(item) }, face(item))));
  window.body.append(found.input, list, ...found.rest);
  found.input.focus();
  return window.given;
}

/* Several in the order they were ticked, those chosen before first: a list of ids, or null. */
export function pickMany(field, kind, chosen, most) {
  const { words } = field;
  const window = ask(words[`p_pick_${kind}s`], words);
  let ids = [...chosen];
  const list = el("ul.p-found"), count = el("span.p-quiet", { role: "status" });
  const said = () => {
    count.textContent = field.said("p_chosen_of", { n: ids.length, most });
    for (const box of list.querySelectorAll("input")) box.disabled = !box.checked && ids.length >= most;
  };
  const row = (item) => {
    const box = el("input.form-check-input", { type: "checkbox", checked: ids.includes(item.id), disabled: ids.length >= most && !ids.includes(item.id),
      onchange: () => { ids = box.checked ? [...ids, item.id] : ids.filter((one) => one !== item.id); said(); } });
    return el("li", {}, el("label.p-choice", {}, box, face(item)));
  };
  const found = searched(field, kind, list, row);
  window.body.append(found.input, list, ...found.rest);
  window.foot.append(count, button("btn.btn-primary", { onclick: () => window.answer(ids) }, words.p_ok));
  said();
  found.input.focus();
  return window.given;
}
