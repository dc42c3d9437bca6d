/* What every field may ask for: words, what is known of chosen things, the server, the live region. */
import { fill } from "./dom.js";

export function toolsOf(store, data) {
  const words = data.words, facts = { art: [], tiers: [], places: [], missing: {}, links: [], palette: {}, shades: {}, known: {}, largest: 12 * 1024 * 1024, ...data.panel };
  const pictures = (data.media ||= {}), known = structuredClone(facts.known);
  const said = (key, values) => fill(words[key] ?? key, values);
  return {
    words, facts, pictures, said, urls: data.urls, mayEdit: store.mayEdit !== false,
    ask: (url, given) => store.request(url, given),
    speak: (key, values) => store.say?.(said(key, values)),
    document: () => store.document,
    known: (kind, id) => known[kind]?.[id] || null,
    remember(kind, item) {
      (known[kind] ||= {})[item.id] = { name: item.name, picture: item.picture };
      if (kind === "media" && item.picture) pictures[item.id] ||= { src: item.picture, name: item.name };
    },
    keepPicture(made) {
      pictures[made.id] = { src: made.src, name: made.name };
      (known.media ||= {})[made.id] = { name: made.name, picture: made.src };
    },
  };
}
