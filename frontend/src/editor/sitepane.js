/* Nothing is selected: what this page is called, and what the whole site says and looks like. */
import { contrast } from "./contrast.js";
import { el, icon } from "./dom.js";
import { form } from "./form.js";
import { elsewhere } from "./elsewhere.js";

const text = (words, id, more) => ({ id, type: "text", label: words[`p_site_${id}`], help: words[`p_site_${id}_help`], ...more });

export function sitePane({ store, data, tools, keepAll, redrawn }) {
  const parts = [page(store, data, tools, keepAll), colours(store, tools, keepAll, redrawn), site(store, tools, keepAll)];
  const problems = el("div", { role: "status" });
  const node = el("div", {}, problems, parts.map((one) => one.node), links(tools));
  return { node, faults() {
    parts.reduce((left, part) => part.faults(left), store.problems);
    problems.replaceChildren(...elsewhere(store, data, tools));
  }, judged: parts[1].judged };
}

const titled = (title, ...inside) => el("section.p-part", {}, el("h2.p-title", { tabindex: -1 }, title), ...inside);

function page(store, data, tools, keepAll) {
  const { words } = tools, known = (data.pages || []).find((one) => one.key === store.page);
  const slug = store.page.startsWith("page:") ? store.page.slice(5) : "";
  const own = slug && store.document.pages?.[slug];
  const hint = el("p.form-hint", {}, words.p_pick_hint);
  if (!own) return { node: titled(known?.title || store.page, hint), faults: (list) => list };
  const specs = [
    { id: "title", type: "text", label: words.p_page_title, max_length: 60 },
    { id: "description", type: "textarea", rows: 2, label: words.p_page_description, help: words.p_page_description_help, max_length: 160 },
    { id: "listed", type: "checkbox", label: words.p_page_listed, help: words.p_page_listed_help }];
  const made = form(specs, { at: `pages.${slug}`, read: () => store.document.pages?.[slug] || own, tools,
    write: (spec, value, how) => keepAll(spec.label, (draft) => { draft.pages[slug][spec.id] = value; }, how?.typing && `page:${slug}:${spec.id}`) });
  return { node: titled(own.title, hint, made.node, el("p.form-hint", {}, words.page_slug, " ", el("span.mono", {}, `/pages/${slug}`))), faults: made.faults };
}

function colours(store, tools, keepAll, redrawn) {
  const { words } = tools, tokens = () => store.document.tokens || {};
  const set = (id, value) => (draft) => {
    draft.tokens = { ...draft.tokens, [id]: value };
    if (!value) delete draft.tokens[id];
  };
  const specs = ["primary", "accent"].map((id) => ({ id, type: "token_color", label: words[`p_colour_${id}`], help: words[`p_colour_${id}_help`], own: tools.facts.palette[id] }));
  const made = form(specs, { at: "tokens", read: tokens, tools, 
    write: (spec, value, how) => keepAll(spec.label, set(spec.id, value), how?.typing && `tokens:${spec.id}`) });
  const verdicts = contrast(store, tools, (id, shade) => redrawn(`tokens.${id}`, words.p_contrast_use, set(id, shade)));
  return { node: titled(words.p_colours, made.node, verdicts.node), faults: made.faults, judged: verdicts.draw };
}

function site(store, tools, keepAll) {
  const { words } = tools;
  const specs = [text(words, "name", { max_length: 20 }), text(words, "logo_text", { max_length: 20 }),
    text(words, "notice", { type: "textarea", rows: 2, max_length: 300 }), text(words, "service_contact", { max_length: 120 }), text(words, "service_url", { max_length: 300 }),
    ...["logo", "favicon", "social"].map((id) => text(words, id, { type: "image" }))];
  const made = form(specs, { at: "site", read: () => store.document.site || {}, tools,
    write: (spec, value, how) => keepAll(spec.label, (draft) => { draft.site = { ...draft.site, [spec.id]: value }; }, how?.typing && `site:${spec.id}`) });
  return { node: titled(words.p_site, made.node), faults: made.faults };
}

function links({ facts, words }) {
  if (!facts.links.length) return null;
  return titled(words.p_more_pages, el("ul.p-links", {}, facts.links.map((one) => el("li", {},
    el("a", { href: one.url, target: "_blank", rel: "noopener" }, el("span", {}, el("strong", {}, one.label), el("small", {}, one.help)), icon("external-link"))))));
}
