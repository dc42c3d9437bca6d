/* Every type of setting of themes/engine/fields.py and what edits it. */
import { audience, checkbox, font, icon, menu, scheme, segmented, select, visible_on } from "./choice.js";
import { colour } from "./colour.js";
import { image } from "./image.js";
import { link } from "./link.js";
import { number, range } from "./number.js";
import { inline_richtext, richtext } from "./rich.js";
import { text, textarea } from "./text.js";
import { article, category, category_list, later, page, product, product_list } from "./things.js";
import { video } from "./video.js";
import { datetime, schedule } from "./when.js";

export const FIELDS = {
  text, textarea, richtext, inline_richtext, number, range, checkbox, select, segmented, icon, link, image, video,
  product, product_list, category, category_list, article, page, menu, datetime, schedule, audience, visible_on, font,
  color_scheme: scheme, token_color: colour, coupon: later, activity: later,
};

export const LABELS_ONLY = ["header", "note"];

/* Types whose parts have names of their own, so that a label of the whole is no <label for>. */
export const GROUPED = ["segmented", "icon", "color_scheme", "richtext", "inline_richtext", "schedule", "image", "video",
  "product", "product_list", "category", "category_list", "article", "coupon", "activity"];

const EMPTY = { checkbox: false, number: 0, range: 0, product_list: [], category_list: [], datetime: null,
  color_scheme: "plain", font: "system", visible_on: "all", audience: "all" };

/* What a field of a new block holds, as the engine would write it in. */
export function fresh(spec) {
  if (spec.default !== undefined) return structuredClone(spec.default);
  if (spec.type === "link") return { kind: "", ref: "" };
  if (spec.type === "schedule") return { start: null, end: null };
  return structuredClone(EMPTY[spec.type] ?? "");
}
