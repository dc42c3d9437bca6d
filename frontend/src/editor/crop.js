/* The part of a picture that is wanted: drawn with mouse or finger, or moved with the arrow keys. */
import { ask } from "./dialogs.js";
import { button, el } from "./dom.js";

const LEAST = 16;
const CORNERS = [["nw", 0, 0], ["ne", 1, 0], ["sw", 0, 1], ["se", 1, 1]];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

/* The largest box of a shape in the middle of a picture; no shape: all of it. */
export function fitted(whole, shape) {
  if (!shape) return { x: 0, y: 0, width: whole.width, height: whole.height };
  const width = Math.min(whole.width, whole.height * shape), height = width / shape;
  return { x: (whole.width - width) / 2, y: (whole.height - height) / 2, width, height };
}

/* The box with one corner (0/1, 0/1) brought to a point; the opposite one stays, the shape too. */
export function stretched(box, [right, low], point, whole, shape) {
  const fixed = { x: right ? box.x : box.x + box.width, y: low ? box.y : box.y + box.height };
  const roomX = right ? whole.width - fixed.x : fixed.x, roomY = low ? whole.height - fixed.y : fixed.y;
  let width = clamp((right ? 1 : -1) * (point.x - fixed.x), LEAST, roomX);
  let height = clamp((low ? 1 : -1) * (point.y - fixed.y), LEAST, roomY);
  if (shape) {
    width = Math.min(Math.max(width, height * shape), roomX, roomY * shape);
    height = width / shape;
  }
  return { x: right ? fixed.x : fixed.x - width, y: low ? fixed.y : fixed.y - height, width, height };
}

export const shifted = (box, by, whole) => ({ ...box,
  x: clamp(box.x + by.x, 0, whole.width - box.width), y: clamp(box.y + by.y, 0, whole.height - box.height) });

const rounded = (box, whole) => {
  const x = Math.round(box.x), y = Math.round(box.y);
  return { x, y, width: Math.min(Math.round(box.width), whole.width - x), height: Math.min(Math.round(box.height), whole.height - y) };
};

/* `picture`: a canvas or img already loaded; `whole`: its true size; `hint`: the shape that fits best.
   `isSmaller`: it is a smaller copy, so its pixels say nothing. Answers the part in pixels, "whole", or null. */
export function chooseCrop(picture, whole, { words, said, hint, isSmaller = false }) {
  const window = ask(words.p_crop_title, words, { wide: true });
  let shape = hint?.shape || 0, box = fitted(whole, shape);
  const frame = el("div.p-crop-box", { tabindex: 0, role: "group", "aria-label": words.p_crop_box, "aria-describedby": "p-crop-help" });
  const handles = CORNERS.map(([name, right, low]) => button(`p-corner.is-${name}`, { "aria-label": words[`p_crop_${name}`], dataset: { right, low } }));
  frame.append(...handles);
  picture.classList.add("p-crop-picture");
  const stage = el("div.p-crop-stage", {}, el("div.p-crop-frame", {}, picture, frame));
  const size = el("p.p-quiet", { role: "status", id: "p-crop-size" });
  const draw = (next) => {
    box = next;
    Object.assign(frame.style, { left: `${(100 * box.x) / whole.width}%`, top: `${(100 * box.y) / whole.height}%`,
      width: `${(100 * box.width) / whole.width}%`, height: `${(100 * box.height) / whole.height}%` });
    const cut = rounded(box, whole);
    if (!isSmaller) size.textContent = said("p_crop_size", { w: cut.width, h: cut.height });
  };
  dragging(frame, picture, whole, () => box, () => shape, draw);
  keys(frame, whole, () => box, () => shape, draw);
  frame.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); window.answer(rounded(box, whole)); } });
  const shapes = shapeRow(words, said, hint, (next) => { shape = next; draw(fitted(whole, shape)); });
  window.body.append(shapes, stage, size, el("p.form-hint", { id: "p-crop-help" }, words.p_crop_help));
  window.foot.append(button("btn", { onclick: () => window.answer("whole") }, words.p_crop_whole),
    button("btn.btn-primary", { onclick: () => window.answer(rounded(box, whole)) }, words.p_crop_use));
  draw(box);
  frame.focus();
  return window.given;
}

function shapeRow(words, said, hint, take) {
  const known = [[0, words.p_crop_free], [1, "1:1"], [4 / 3, "4:3"], [16 / 9, "16:9"], [5 / 2, "5:2"]].filter(([shape]) => !hint || Math.abs(shape - hint.shape) > 0.01);
  if (hint) known.unshift([hint.shape, said("p_crop_hint", { w: hint.width, h: hint.height })]);
  const press = (event, shape) => {
    for (const one of row.children) one.setAttribute("aria-pressed", one === event.currentTarget);
    take(shape);
  };
  const row = el("div.p-shapes", { role: "group", "aria-label": words.p_crop_shape }, known.map(([shape, label], at) =>
    button("btn", { "aria-pressed": at === 0 ? "true" : "false", onclick: (event) => press(event, shape) }, label)));
  return row;
}

function dragging(frame, picture, whole, now, shape, draw) {
  let from = null;
  const place = (event) => {
    const seen = picture.getBoundingClientRect();
    return { x: clamp((event.clientX - seen.left) / seen.width, 0, 1) * whole.width, y: clamp((event.clientY - seen.top) / seen.height, 0, 1) * whole.height };
  };
  frame.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    (event.target.dataset.right ? event.target : frame).focus();
    const { right, low } = event.target.dataset;
    from = { at: place(event), box: now(), corner: right === undefined ? null : [Number(right), Number(low)] };
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = place(event);
    draw(from.corner ? stretched(from.box, from.corner, to, whole, shape()) : shifted(from.box, { x: to.x - from.at.x, y: to.y - from.at.y }, whole));
  });
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => { from = null; });
}

function keys(frame, whole, now, shape, draw) {
  frame.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    const step = Math.max(1, Math.round(whole.width / (event.shiftKey ? 10 : 100)));
    const by = { x: way[0] * step, y: way[1] * step }, box = now(), { right, low } = event.target.dataset;
    if (right === undefined) { draw(shifted(box, by, whole)); return; }
    const corner = [Number(right), Number(low)];
    const point = { x: box.x + corner[0] * box.width + by.x, y: box.y + corner[1] * box.height + by.y };
    draw(stretched(box, corner, shape() ? alongShape(point, by, shape(), corner) : point, whole, shape()));
  });
}

/* With a fixed shape one arrow moves both sides of the corner. */
function alongShape(point, by, shape, [right, low]) {
  const signX = right ? 1 : -1, signY = low ? 1 : -1;
  const grown = by.x ? by.x * signX : by.y * signY * shape;
  return { x: point.x - by.x + grown * signX, y: point.y - by.y + (grown / shape) * signY };
}
