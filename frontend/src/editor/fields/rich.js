/* Rich text, whole or one run of it. */
import { desk } from "../richtext.js";

const rich = (onlyInline) => (spec, value, field) => desk(value, {
  onlyInline, label: spec.label, words: field.words,
  attributes: { id: field.attributes.id, "data-key": field.attributes["data-key"], "aria-describedby": field.attributes["aria-describedby"] },
  put: (html) => field.put(html, { typing: true }),
});

export const richtext = rich(false);
export const inline_richtext = rich(true);
