/* Where the editor begins: the data of the page, one store, and the parts that look at it. */
import { makeActs } from "./acts.js";
import { request } from "./api.js";
import { comeBack } from "./comeback.js";
import { button, el, icon } from "./dom.js";
import { goToFirst } from "./elsewhere.js";
import { mountEscape, mountGoing } from "./going.js";
import { makeLibrary } from "./library.js";
import { mountList } from "./list.js";
import { mountNotes } from "./notes.js";
import { makePages } from "./pages.js";
import { mount as mountPanel } from "./panel.js";
import { mountPreview } from "./preview.js";
import { makePublishing } from "./publish.js";
import { makeSaving } from "./saving.js";
import { createStore } from "./state.js";
import { mountTopbar } from "./topbar.js";

const root = document.getElementById("editor");
const data = JSON.parse(document.getElementById("editor-data").textContent);
const store = createStore(data);
store.request = request;
const w = store.words;

/* On a phone one of three is seen at a time. */
const TABS = [["list", "layout-list", w.tab_list], ["view", "eye", w.tab_view], ["panel", "adjustments", w.tab_panel]];
function show(name) {
  root.dataset.tab = name;
  tabs.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.tab === name)));
}
const tabs = el("nav.e-tabs", { "aria-label": w.tabs }, TABS.map(([name, sign, label]) =>
  button("e-tab", { dataset: { tab: name }, onclick: () => show(name) }, icon(sign), el("span", {}, label))));
const bar = el("header.e-bar");
const list = el("aside.e-side.e-list", { "aria-label": w.modules });
const view = el("main.e-view", { id: "content", tabindex: "-1", "aria-label": w.preview });
const panel = el("aside.e-side.e-panel", { "aria-label": w.settings });
const narrow = matchMedia("(max-width: 900px)");
/* With keys one goes along, with `into` to where one types next; on a phone nothing else is in sight. */
const toSettings = ({ keys = false, into = "" } = {}) => {
  show("panel");
  if (keys || into || narrow.matches) settings.enter(into);
};
const toModules = () => show("list");

root.replaceChildren(bar, el("div.e-body", {}, list, view, panel), tabs);
mountNotes(root, store);
const acts = makeActs(store);
const pages = makePages(store, acts, { afterAdd: () => toSettings({ into: "words" }) });
const saving = makeSaving(store, data);
const openLibrary = makeLibrary(store, acts, { afterAdd: () => toSettings({ into: "field" }) });
const preview = mountPreview(view, store, acts, { openLibrary, toSettings, saving });
const toFault = () => {
  if (!store.problems.length) return;
  goToFirst(store, data);
  show("panel");
  settings.mend();
};
const publishing = makePublishing(store, data, saving, { toSettings, toFault });
mountTopbar(bar, store, { data, saving, pages, preview, publishing, toFault });
mountList(list, store, acts, { openLibrary, copyTo: pages.copyTo, toSettings });
const settings = mountPanel(panel, store, data, { acts, toModules });
comeBack(store, { saving, preview });
show("list");
if (data.behind) saving.behind();
preview.load();
if (data.notes?.length) store.toast(data.notes.map((note) => note.text), { seconds: 20, kind: "note" });
mountEscape(panel, toModules);
mountGoing(store, saving, { isDeep: () => narrow.matches && root.dataset.tab !== "list", shallow: toModules });
