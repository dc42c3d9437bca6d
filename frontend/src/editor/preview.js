/* The shop in a frame that can touch nothing here: it is told what changed and says what was picked.
   Everything goes by messages, each checked to come from this frame. */
import { nameOf } from "./acts.js";
import { button, el, fill, icon, replace } from "./dom.js";
import { land } from "./focus.js";
import { pageOf } from "./pages.js";
import { GROUPS } from "./state.js";

const WIDTHS = { phone: 390, tablet: 768, desktop: 1280 };
const HEIGHTS = { phone: 844, tablet: 1024, desktop: 0 };
const EDGE = 48;
const PATIENCE = 12000;
const A_MINUTE = 61000;

export function mountPreview(element, store, acts, { openLibrary, toSettings, saving }) {
  const w = store.words;
  const narrow = matchMedia("(max-width: 900px)");
  let device = "phone", frame = null, framed = "", ready = false, stale = false, unknown = false, timer = 0, pause = 0, loaded = null;
  const stage = el("div.e-stage");
  const glass = el("div.e-glass");
  const cover = el("div.e-cover", { role: "status" });
  const pickedBar = el("div.e-picked");
  stage.append(glass, cover);
  element.append(stage, pickedBar);

  const main = () => (store.page.startsWith("group:") ? "home" : store.page);
  const send = (kameng, more = {}) => { if (ready) frame.contentWindow.postMessage({ kameng, ...more }, "*"); };
  const names = () => Object.fromEntries(Object.values(store.shown()).flat().map((one) => [one.id, nameOf(store, one)]));
  const ids = (sections) => sections.map((one) => one.id);
  const keyOf = (group) => (group === "main" ? main() : `group:${group}`);

  /* A signed link is good for any page of the shop: only the address in it changes. */
  function link() {
    const { path } = pageOf(store, main());
    const known = store.data.preview.links[main()];
    if (known) return known;
    if (!path) return "";
    const made = new URL(store.data.preview.links.home);
    made.pathname = path;
    return made.href;
  }

  function covered(kind) {
    const says = {
      loading: [el("span.e-spin"), el("p", {}, w.loading)],
      none: [icon("eye-off"), el("p", {}, w.no_preview)],
      late: [icon("cloud-off"), el("p", {}, w.preview_late), button("btn", { onclick: load }, icon("refresh"), w.try_again)],
    }[kind];
    cover.hidden = !kind;
    replace(cover, says || []);
  }

  function load() {
    clearTimeout(timer);
    ready = stale = false;
    const src = link();
    framed = main();
    glass.hidden = !src;
    if (!src) { frame?.remove(); frame = null; covered("none"); return; }
    unknown = !store.part(main(), saving.savedDocument());
    covered("loading");
    if (unknown) { saving.save(); return; }
    const fresh = el("iframe.e-frame", { sandbox: "allow-scripts", title: fill(w.preview_of, { page: store.titleOf(main()) }),
      referrerpolicy: "no-referrer", src });
    if (frame) frame.replaceWith(fresh); else glass.append(fresh);
    frame = fresh;
    loaded = saving.savedDocument();
    timer = setTimeout(() => { if (!ready) covered("late"); }, PATIENCE);
    size();
  }

  /* The frame shows what was saved when it was loaded; everything since is told to it. */
  function greet(there) {
    ready = true;
    clearTimeout(timer);
    covered("");
    const shown = store.shown();
    const groups = Object.fromEntries(GROUPS.map((group) => [group, ids(shown[group])]));
    const here = new Set(Object.values(groups).flat());
    there.filter((one) => !here.has(one.id)).forEach((one) => send("remove", { id: one.id }));
    send("hello", { groups, names: names(), page: main(), may: store.mayEdit,
      words: { empty: w.empty_module, up: w.up_short, down: w.down_short, above: w.add_above, below: w.add_below } });
    if (loaded !== store.document) differing(loaded, store.document);
    send("select", { id: store.selected, scroll: Boolean(store.selected) });
  }

  function differing(before, after) {
    for (const group of GROUPS) {
      const key = keyOf(group);
      const old = store.part(key, before)?.sections || [], now = store.part(key, after)?.sections || [];
      if (old === now) continue;
      const known = new Map(old.map((one) => [one.id, one]));
      const there = new Set(ids(now));
      old.filter((one) => !there.has(one.id)).forEach((one) => send("remove", { id: one.id }));
      if (ids(old).join() !== ids(now).join()) {
        send("names", { names: names() });
        send("order", { group, ids: ids(now) });
      }
      now.filter((one) => known.get(one.id) !== one)
        .forEach((one) => send("draw", { id: one.id, section: one, group, ids: ids(now), page: key }));
    }
    if (JSON.stringify(before.tokens) !== JSON.stringify(after.tokens)) send("tokens", { tokens: after.tokens, page: main() });
    if (before.site !== after.site || before.menus !== after.menus || before.theme !== after.theme ||
      JSON.stringify(head(before)) !== JSON.stringify(head(after))) stale = true;
  }
  const head = (document) => {
    const page = store.part(main(), document) || {};
    return [page.title, page.description];
  };

  const heard = {
    ready: ({ sections }) => greet(sections),
    pick: ({ id }) => {
      store.select(id, { from: "frame", again: true });
      /* Out of the frame, whose keys nobody here hears. */
      land(".e-list .e-current .e-pick");
      store.say(store.section(id) ? fill(w.picked, { name: nameOf(store, store.section(id)) }) : "");
    },
    insert: ({ group, after }) => openLibrary(keyOf(group), after || ""),
    move: ({ id, by }) => acts.moveBy(id, by > 0 ? 1 : -1),
    drawn: ({ id, stale: old }) => { if (old) stale = true; store.tell("drawn", { id }); },
    failed: ({ status, problems }) => {
      if (status === 403) store.toast(w.preview_over, { kind: "bad", action: w.reload, run: () => location.reload(), seconds: 30 });
      /* What could not be drawn though nothing is wrong with it is seen once it is kept. */
      else if (status !== 422) stale = true;
      if (status === 429) wait(problems);
    },
  };
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow) return;
    const told = event.data;
    if (told && Object.hasOwn(heard, told.kameng)) heard[told.kameng](told);
  });

  /* Asked too often: said once, and drawn again when that is over. */
  function wait(problems) {
    if (pause) return;
    pause = setTimeout(() => { pause = 0; load(); }, A_MINUTE);
    store.toast(problems?.[0]?.message || w.preview_late, { kind: "note" });
  }

  function size() {
    if (!frame) return;
    const wide = stage.clientWidth, high = stage.clientHeight;
    if (!wide || !high) return;
    const full = narrow.matches;
    const width = full && device === "phone" ? wide : WIDTHS[device];
    const scale = full ? Math.min(1, wide / width) : Math.min(1, (wide - EDGE) / width);
    const room = (high - (full ? 0 : EDGE)) / scale;
    const height = full || !HEIGHTS[device] ? room : Math.min(room, HEIGHTS[device]);
    glass.dataset.device = device;
    Object.assign(glass.style, { width: `${width * scale}px`, height: `${height * scale}px` });
    Object.assign(frame.style, { width: `${width}px`, height: `${height}px`, transform: scale < 1 ? `scale(${scale})` : "none" });
  }

  function bar() {
    const section = store.section();
    pickedBar.hidden = !section;
    if (!section) return;
    const name = nameOf(store, section);
    const off = { phone: "mobile", desktop: "desktop" }[device];
    const hidden = section.hide?.includes(off) && el("small", {}, w[`off_${off}`]);
    replace(pickedBar, el("span", {}, el("b", {}, name), hidden), button("btn.btn-primary", { onclick: toSettings }, icon("adjustments"), w.settings));
  }

  store.on("change", ({ before, anew }) => {
    if (anew) { load(); return; }
    if (ready) differing(before, store.document);
    bar();
  });
  store.on("saved", () => { if (!pause && (stale || unknown)) load(); });
  store.on("page", () => { if (framed !== main()) load(); });
  store.on("select", (detail) => { send("select", { id: store.selected, scroll: detail.from !== "frame" }); bar(); });
  new ResizeObserver(size).observe(stage);
  narrow.addEventListener("change", size);

  return {
    load,
    get device() { return device; },
    show(next) { device = next; size(); bar(); store.tell("device", {}); },
  };
}
