/* Text with emphasis, headings, lists and links, typed as people see it. What is put into the document
   is written anew from a short list of elements, the same the server keeps: pasted code ends here. */
import { button, el, icon } from "./dom.js";

const INLINE = { strong: "strong", b: "strong", em: "em", i: "em", u: "u", s: "s", strike: "s", del: "s" };
const BLOCKS = { p: "p", div: "p", h1: "h3", h2: "h3", h3: "h3", h4: "h4", h5: "h4", h6: "h4", pre: "p", blockquote: "blockquote",
  ul: "ul", ol: "ol", li: "li", section: "p", article: "p", td: "p", th: "p" };
const DROPPED = new Set(["script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "textarea", "select", "button"]);
const REL = "nofollow noopener ugc";
const LINK = /^(https?:\/\/|mailto:|tel:)[^\s"'<>\\`]+$/i;

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\u00a0/g, "&nbsp;");
const tagOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.localName : "");
const holdsBlocks = (node) => [...node.children].some((one) => tagOf(one) in BLOCKS || holdsBlocks(one));

function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) return escaped(node.data.replace(/[\u200b\r]/g, ""));
  const tag = tagOf(node);
  if (!tag || DROPPED.has(tag)) return "";
  if (tag === "br") return "<br>";
  const inside = [...node.childNodes].map(inline).join("");
  const href = tag === "a" ? (node.getAttribute("href") || "").trim() : "";
  if (tag === "a" && LINK.test(href)) return inside && `<a href="${escaped(href).replace(/"/g, "&quot;")}" rel="${REL}">${inside}</a>`;
  return INLINE[tag] && inside ? `<${INLINE[tag]}>${inside}</${INLINE[tag]}>` : inside;
}

const blank = (html) => !html.replace(/<br>|&nbsp;|\s/g, "");

/* The children of a node as paragraphs, headings, quotes and lists. */
function flow(node) {
  let html = "", run = "";
  const flush = () => { if (!blank(run)) html += `<p>${run.replace(/<br>$/, "")}</p>`; run = ""; };
  for (const one of node.childNodes) {
    const tag = tagOf(one);
    if (DROPPED.has(tag)) continue;
    if (!(tag in BLOCKS) && !(tag && holdsBlocks(one))) { run += inline(one); continue; }
    flush();
    html += block(one, BLOCKS[tag]);
  }
  flush();
  return html;
}

function block(node, as) {
  if (as === "ul" || as === "ol") return list(node, as);
  if (!as || (holdsBlocks(node) && as !== "blockquote")) return flow(node);
  const inside = holdsBlocks(node) ? flow(node) : [...node.childNodes].map(inline).join("").replace(/<br>$/, "");
  return blank(inside) ? "" : `<${as === "li" ? "p" : as}>${inside}</${as === "li" ? "p" : as}>`;
}

function list(node, as) {
  const items = [...node.childNodes].map((one) => {
    if (["ul", "ol"].includes(tagOf(one))) return list(one, tagOf(one));
    const inside = holdsBlocks(one) ? [...one.childNodes].map((c) => (["ul", "ol"].includes(tagOf(c)) ? list(c, tagOf(c)) : inline(c))).join("") : inline(one);
    return blank(inside) ? "" : `<li>${inside.replace(/<br>$/, "")}</li>`;
  }).join("");
  return items && `<${as}>${items}</${as}>`;
}

/* Any markup as what may be kept of it; `onlyInline` for one run of text without paragraphs. What is
   taken out before only keeps the browser from complaining: what decides is what is written anew. */
export function cleaned(html, onlyInline) {
  const { body } = new DOMParser().parseFromString(`<body>${html.replace(LOUD, "")}`, "text/html");
  return onlyInline ? written(body, true) : flow(body);
}

function written(node, onlyInline) {
  if (!onlyInline) return flow(node);
  return [...node.childNodes].map((one, at) => {
    const starts = at && tagOf(one) in BLOCKS;
    return (starts ? "<br>" : "") + (holdsBlocks(one.nodeType === 1 ? one : document.createElement("p")) ? written(one, true) : inline(one));
  }).join("").replace(/<br>$/, "");
}

const MARKS = [["bold", "bold", "p_rich_bold"], ["underline", "underline", "p_rich_underline"], ["strikeThrough", "strikethrough", "p_rich_strike"]];
const FORMS = [["h3", "h-1", "p_rich_heading"], ["h4", "h-2", "p_rich_small_heading"], ["blockquote", "blockquote", "p_rich_quote"]];
const LISTS = [["insertUnorderedList", "list", "p_rich_bullets"], ["insertOrderedList", "list-numbers", "p_rich_numbers"]];
const LOUD = /<(style|script)[\s\S]*?(?:<\/\1\s*>|$)|\s(?:on\w+|style|src|srcset)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi;

/* The writing desk: {node, focus}. `put(html)` is told of every change. */
export function desk(value, { onlyInline, attributes, label, words, put }) {
  const paper = el("div.form-control.p-paper", { ...attributes, contenteditable: "true", role: "textbox", "aria-multiline": "true",
    "aria-label": label, spellcheck: "false" });
  paper.innerHTML = cleaned(value || "", onlyInline);
  const said = () => put(written(paper, onlyInline));
  const run = (command, argument = null) => {
    paper.focus();
    document.execCommand("styleWithCSS", false, false);
    document.execCommand("defaultParagraphSeparator", false, "p");
    document.execCommand(command, false, argument);
    said();
  };
  paper.addEventListener("input", said);
  paper.addEventListener("paste", (event) => pasted(event, onlyInline, run));
  paper.addEventListener("drop", (event) => event.preventDefault());
  paper.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !(onlyInline || event.shiftKey)) return;
    event.preventDefault();
    run("insertLineBreak");
  });
  paper.addEventListener("focus", () => document.execCommand("defaultParagraphSeparator", false, "p"));
  const bar = toolbar(paper, { onlyInline, words, run, label });
  return el("div.p-rich", {}, bar, paper);
}

function pasted(event, onlyInline, run) {
  event.preventDefault();
  const html = event.clipboardData.getData("text/html"), plain = event.clipboardData.getData("text/plain");
  const lines = plain.split(/\r?\n/).map((line) => escaped(line));
  const typed = onlyInline ? lines.join("<br>") : lines.length > 1 ? lines.map((line) => `<p>${line}</p>`).join("") : lines[0];
  run("insertHTML", html ? cleaned(html, onlyInline) : typed);
}

function toolbar(paper, { onlyInline, words, run, label }) {
  const tool = (face, name, press, more = {}) => button("p-tool", { "aria-label": name, title: name,
    onmousedown: (event) => event.preventDefault(), onclick: press, ...more }, face);
  const command = ([name, face, key]) => tool(icon(face), words[key], () => run(name), { dataset: { command: name } });
  const marks = MARKS.map(command);
  const forms = onlyInline ? [] : [
    ...FORMS.map(([tag, face, key]) => tool(icon(face), words[key], () => run("formatBlock", formOf(paper) === tag ? "p" : tag), { dataset: { form: tag } })),
    ...LISTS.map(command)];
  const address = linkRow(paper, words, run);
  const plain = tool(icon("clear-formatting"), words.p_rich_plain, () => { run("removeFormat"); run("unlink"); });
  const bar = el("div.p-tools", { role: "toolbar", "aria-label": `${label} · ${words.p_rich_tools}` }, marks, forms,
    tool(icon("link"), words.p_rich_link, () => address.ask()), plain);
  watch(paper, bar);
  return el("div", {}, bar, address.node);
}

const formOf = (paper) => {
  const at = document.getSelection()?.anchorNode;
  const near = (at?.nodeType === 1 ? at : at?.parentElement)?.closest("h3, h4, blockquote");
  return near && paper.contains(near) ? near.localName : "";
};

/* Which tools are on where the cursor stands. */
function watch(paper, bar) {
  const told = () => {
    if (!paper.isConnected) { document.removeEventListener("selectionchange", told); return; }
    if (!paper.contains(document.getSelection()?.anchorNode)) return;
    for (const one of bar.querySelectorAll("[data-command]")) one.setAttribute("aria-pressed", document.queryCommandState(one.dataset.command));
    for (const one of bar.querySelectorAll("[data-form]")) one.setAttribute("aria-pressed", formOf(paper) === one.dataset.form);
  };
  document.addEventListener("selectionchange", told);
}

/* The address of a link, asked for in a row of its own: no dialog takes the selection away for good. */
function linkRow(paper, words, run) {
  let kept = null;
  const input = el("input.form-control", { type: "url", placeholder: "https://", "aria-label": words.p_rich_address, autocomplete: "off" });
  const fault = el("p.invalid-feedback.d-block", { role: "status" });
  const row = el("div.p-address", { hidden: true }, el("div.p-row", {}, input,
    button("btn.btn-primary", { onclick: () => done() }, words.p_ok), button("btn", { onclick: () => shut() }, words.p_cancel)), fault);
  const shut = () => { row.hidden = true; fault.textContent = ""; paper.focus(); restore(); };
  const restore = () => { if (kept) { const now = document.getSelection(); now.removeAllRanges(); now.addRange(kept); } };
  const done = () => {
    const href = input.value.trim();
    if (href && !LINK.test(href)) { fault.textContent = words.p_rich_bad_link; return; }
    row.hidden = true;
    paper.focus();
    restore();
    if (!href) run("unlink");
    else if (kept?.collapsed) run("insertHTML", `<a href="${escaped(href).replace(/"/g, "&quot;")}">${escaped(href)}</a>`);
    else run("createLink", href);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); done(); }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); shut(); }
  });
  const ask = () => {
    const chosen = document.getSelection();
    kept = chosen.rangeCount && paper.contains(chosen.anchorNode) ? chosen.getRangeAt(0).cloneRange() : null;
    const over = kept && (kept.startContainer.parentElement?.closest("a") || kept.startContainer.closest?.("a"));
    input.value = over?.getAttribute("href") || "";
    row.hidden = false;
    input.focus();
  };
  return { node: row, ask };
}
