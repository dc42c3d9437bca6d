/* A drawing of ours given as SVG text: parsed, and only shapes are taken over. */
export function drawing(svg) {
  const parsed = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
  return parsed ? document.importNode(parsed, true) : document.createTextNode("");
}

let counter = 0;

export const unique = (stem) => `${stem}-${(counter += 1)}`;
