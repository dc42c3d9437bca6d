/* Problems in sections that are not open just now, each with the way to it. */
import { button, el } from "./dom.js";

const WHERE = /^(pages\.)?([^.]+)\.sections\.(\d+)/;
const OF_A_PAGE = /^pages\.([^.]+)\./;

function found(store, data, path) {
  const [, own, name, at] = WHERE.exec(path) || [];
  if (!name) return null;
  const part = own ? "pages" : store.document.groups?.[name] ? "groups" : "templates";
  const section = store.document[part]?.[name]?.sections?.[Number(at)];
  return section && { section, key: { pages: `page:${name}`, groups: `group:${name}`, templates: name }[part], name: data.library[section.type]?.name || section.type };
}

export function elsewhere(store, data, tools) {
  const seen = new Map();
  for (const one of store.problems) {
    const place = found(store, data, one.path);
    if (place && !seen.has(`${place.key}/${place.section.id}`)) seen.set(`${place.key}/${place.section.id}`, { ...place, message: one.message });
  }
  return [...seen.values()].map(({ section, key, name, message }) => el("div.p-note.is-bad", {}, el("p", {}, `${name}: ${message}`),
    button("btn", { onclick: () => go(store, { section, key }) }, tools.words.p_go_there)));
}

function go(store, { section, key }) {
  if (!store.home(section.id)) store.open(key);
  store.select(section.id, { scroll: true });
}

/* To what the first problem is about: a module, an own page, or what the whole site says. */
export function goToFirst(store, data) {
  const { path } = store.problems[0], place = found(store, data, path);
  if (place) { go(store, place); return; }
  const [, slug] = OF_A_PAGE.exec(path) || [];
  if (slug && store.page !== `page:${slug}`) store.open(`page:${slug}`);
  else store.select(null, { again: true });
}

