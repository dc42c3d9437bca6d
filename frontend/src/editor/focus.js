/* Where the focus goes when what held it is gone: never to nowhere, or a keyboard starts from the top. */
const PLACES = [".e-list .e-current .e-pick", ".e-list-body > .e-rows .e-pick", ".e-panel .p-title", ".e-chooser"];

export const isLost = () => !document.activeElement || document.activeElement === document.body;

/* Focuses the first of these that can be: selectors or elements; answers whether one could. */
export function land(...places) {
  for (const place of places) {
    const found = typeof place === "string" ? document.querySelector(place) : place;
    if (!found?.isConnected || !found.checkVisibility({ visibilityProperty: true })) continue;
    found.focus({ preventScroll: true });
    if (document.activeElement === found) { found.scrollIntoView({ block: "nearest" }); return true; }
  }
  return false;
}

export const landSomewhere = (...first) => land(...first, ...PLACES);
