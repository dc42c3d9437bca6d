/* Pictures: from a file with the part that is wanted, from the site's own, from what the theme drew. */
import { chooseCrop } from "./crop.js";
import { ask } from "./dialogs.js";
import { button, el } from "./dom.js";
import { pixelsOf } from "./measure.js";
import { fault, searched } from "./pickers.js";

const KINDS = "image/png,image/jpeg,image/webp";
const SEEN = 1400;

/* What is shown of a picture setting: {src, name}, or null. */
export function pictureOf(field, value) {
  if (!value) return null;
  if (value.startsWith("art:")) return field.facts.art.find((one) => one.value === value) || null;
  const own = field.pictures[value], known = field.known("media", value);
  return own || known ? { name: known?.name || own?.name, src: own?.src || known.picture } : null;
}

/* "1200×480" in a help text: the shape a picture of this setting looks best in. */
export function hinted(spec) {
  const found = /(\d{2,4})\s?[×x]\s?(\d{2,4})/.exec(spec.help || "");
  return found ? { width: Number(found[1]), height: Number(found[2]), shape: found[1] / found[2] } : null;
}

async function drawn(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SEEN / Math.max(bitmap.width, bitmap.height));
  const canvas = el("canvas", { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const whole = { width: bitmap.width, height: bitmap.height };
  bitmap.close();
  return { canvas, whole };
}

async function loaded(src) {
  const image = el("img", { src, alt: "" });
  await image.decode();
  return image;
}

async function send(field, filling, told) {
  const body = new FormData();
  for (const [name, value] of Object.entries(filling)) body.append(name, value);
  told(field.words.p_uploading);
  const answer = await field.ask(field.urls.pictures, { method: "POST", body });
  if (answer.status !== 200 && answer.status !== 201) { told(fault(answer, field.words), true); return null; }
  told("");
  field.keepPicture(answer.body);
  return answer.body;
}

/* A file as a picture of the site; `told(text, isFault)` says how far it is. */
export async function uploaded(field, file, hint, told) {
  if (file.size > field.facts.largest) { told(field.said("p_too_big", { most: Math.round(field.facts.largest / 1048576) }), true); return null; }
  told(field.words.p_reading);
  const { most_pixels: most } = field.facts;
  if ((await pixelsOf(file)) > most) { told(field.said("p_too_many_pixels", { most: most / 1e6 }), true); return null; }
  const seen = await drawn(file).catch(() => null);
  told("");
  const part = seen ? await chooseCrop(seen.canvas, seen.whole, { words: field.words, said: field.said, hint }) : "whole";
  if (!part) return null;
  return send(field, { file, ...(part === "whole" ? {} : part) }, told);
}

/* A part of a picture of the site as a new one, told in pixels of the width it was seen in. */
export async function recropped(field, id, hint, told) {
  const image = await loaded(pictureOf(field, id).src).catch(() => null);
  if (!image) { told(field.words.p_failed, true); return null; }
  const whole = { width: image.naturalWidth, height: image.naturalHeight };
  const part = await chooseCrop(image, whole, { words: field.words, said: field.said, hint, isSmaller: true });
  return part && part !== "whole" ? send(field, { media: id, seen: whole.width, ...part }, told) : null;
}

/* A button that asks for a file. */
export function fileButton(label, take) {
  const input = el("input", { type: "file", accept: KINDS, hidden: true,
    onchange: () => { const [file] = input.files; input.value = ""; if (file) take(file); } });
  return [input, button("btn", { onclick: () => input.click() }, label)];
}

/* Choose a picture: a value of a setting ("" is never given), or null. */
export function pickPicture(field, spec, { value, onlyOwn = false } = {}) {
  const { words } = field;
  const window = ask(words.p_pick_media, words, { wide: true });
  const status = el("p.p-quiet", { role: "status" });
  const told = (text, bad) => { status.textContent = text; status.classList.toggle("is-bad", Boolean(bad)); };
  const shelf = el("div");
  const tabs = el("div.p-tabs", { role: "group", "aria-label": words.p_pick_media });
  const show = (draw, tab) => { for (const one of tabs.children) one.setAttribute("aria-pressed", one === tab); shelf.replaceChildren(...draw()); };
  const tab = (label, draw) => { const made = button("btn", { "aria-pressed": "false", onclick: () => show(draw, made) }, label); return made; };
  const own = tab(words.p_own_pictures, () => ownPictures(field, value, window.answer));
  const art = tab(words.p_theme_pictures, () => [grid(field.facts.art, value, (one) => window.answer(one.value))]);
  tabs.append(own, onlyOwn ? "" : art);
  const file = fileButton(words.p_upload, async (chosen) => { const made = await uploaded(field, chosen, hinted(spec), told); if (made) window.answer(made.id); });
  window.body.append(el("div.p-row", {}, tabs, file), status, shelf);
  show(own.isConnected ? () => ownPictures(field, value, window.answer) : () => [], own);
  own.focus();
  return window.given;
}

function ownPictures(field, value, answer) {
  const list = el("ul.p-pictures");
  const found = searched(field, "media", list, (item) => el("li", {}, tile({ ...item, src: item.picture }, item.id === value, () => answer(item.id))));
  return [found.input, list, ...found.rest];
}

const grid = (items, value, take) => el("ul.p-pictures", {}, items.map((one) => el("li", {}, tile(one, one.value === value, () => take(one)))));

const tile = (one, on, press) => button("p-tile", { "aria-pressed": on ? "true" : "false", onclick: press },
  el("img", { src: one.src, alt: "", loading: "lazy" }), el("span", {}, one.name));
