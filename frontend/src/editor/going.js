/* The browser's Back in the editor: it shuts what lies on top, leads from a phone's settings to its
   modules, and leaves with what was changed kept. Escape in the settings goes the way back, too. */
import { land } from "./focus.js";

const OPEN = { kameng: "editor" };

/* One entry of the history to step back from, made by the first press: what no press made, Back skips. */
export function mountGoing(store, saving, { isDeep, shallow }) {
  let ahead = history.state?.kameng === OPEN.kameng;
  const place = () => `?page=${encodeURIComponent(store.page)}`;
  const arm = () => {
    if (ahead) return;
    ahead = true;
    history.pushState(OPEN, "", place());
  };
  const top = () => [...document.querySelectorAll("dialog[open]")].at(-1);

  async function leave() {
    await saving.save();
    history.back();
  }
  for (const press of ["pointerdown", "keydown"]) addEventListener(press, arm, true);
  addEventListener("popstate", () => {
    if (history.state?.kameng === OPEN.kameng) { ahead = true; return; }
    if (!ahead) return;
    ahead = false;
    history.replaceState(null, "", place());
    const open = top(), menu = document.querySelector(".e-menu");
    if (open) open.dispatchEvent(new Event("cancel", { cancelable: true })) && open.close();
    else if (menu) menu.dispatchEvent(new Event("back"));
    else if (isDeep()) shallow();
    else leave();
  });
  store.on("page", () => history.replaceState(history.state, "", place()));
}

/* Escape from the settings to the module they belong to; lists and clocks of the browser keep theirs. */
export function mountEscape(panel, shallow) {
  const OWN = "select, [type=datetime-local], [type=color]";
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || event.target.matches(OWN)) return;
    event.preventDefault();
    shallow();
    land(".e-list .e-current .e-pick", ".e-whole", ".e-list-body .e-pick");
  });
}
