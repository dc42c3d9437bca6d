/* The draft keeps itself: a moment after the last change, again when the network is back, and never
   over somebody else's work without asking. */
import { dialog } from "./modal.js";
import { el, fill } from "./dom.js";

const PAUSE = 800;
const LONGEST = 30000;

export function makeSaving(store, data) {
  const w = store.words;
  let step = data.step, live = data.live, saved = store.document;
  let timer = 0, running = null, tries = 0, asking = false;
  /* What is under way just now, and whether the server may have kept something nobody answered for:
     who takes a step back to what was saved last is not done before that was said again. */
  let sent = null, isSure = true;
  let state = "saved", detail = "";

  const say = (next, more = "") => {
    state = next;
    detail = more;
    store.tell("state", {});
  };
  const isDirty = () => (sent ? sent !== store.document : !isSure || saved !== store.document);

  const later = (ms) => { clearTimeout(timer); timer = setTimeout(save, ms); };

  async function save() {
    clearTimeout(timer);
    while (running) await running;
    if (!isDirty() || asking || !store.mayEdit) return !isDirty();
    running = attempt();
    const done = await running;
    running = null;
    if (done && isDirty()) later(PAUSE);
    return done;
  }

  async function attempt() {
    const document = sent = store.document;
    say("saving");
    const { status, body } = await store.request(data.urls.draft, { method: "POST", body: { step, live, editor: data.editor, document } });
    sent = null;
    isSure = status === 200 || (isSure && status >= 400 && status < 500);
    if (status === 200) return kept(document, body);
    if (status === 409) return conflict(body);
    if (status === 422) {
      store.judged({ problems: body.problems || [] });
      say("refused", fill(w.state_problems, { n: (body.problems || []).length || 1 }));
      return false;
    }
    if (status === 507) { tries += 1; say("offline", body.message); later(LONGEST); return false; }
    if (status === 401 || status === 403) { say("signed_out"); return false; }
    if (status === 413 || status === 400 || status === 404) { say("refused", body.message || w.state_refused); return false; }
    tries += 1;
    say("offline");
    later(Math.min(LONGEST, 1000 * 2 ** tries));
    return false;
  }

  function kept(document, body) {
    step = body.step;
    tries = 0;
    for (const kind of ["links", "phone"]) data.preview[kind] = { ...body[kind], ...data.preview[kind] };
    Object.assign(data.panel.shades, body.shades);
    saved = document;
    store.judged({ problems: body.problems || [], contrast: body.contrast });
    if (body.document && store.document === document) {
      store.settle(body.document);
      saved = store.document;
    }
    say(isDirty() ? "unsaved" : "saved");
    store.tell("saved", {});
    return true;
  }

  async function conflict(body) {
    asking = true;
    say("unsaved");
    const chosen = await dialog({
      title: w.conflict, words: w, closable: false, kind: "small",
      body: [el("p", {}, fill(w.conflict_text, { who: body.who || "—", when: when(body.when) })), el("p.m-0.text-secondary", {}, w.conflict_hint)],
      actions: [{ label: w.conflict_theirs, value: "theirs" }, { label: w.conflict_mine, value: "mine", kind: "primary" }],
    });
    asking = false;
    step = body.step ?? step;
    live = body.live ?? live;
    if (chosen === "theirs") {
      settled();
      location.reload();
      return false;
    }
    return attempt();
  }
  const when = (text) => {
    const at = new Date(text || "");
    return Number.isNaN(at.getTime()) ? text || "" : at.toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  };

  function settled() {
    saved = store.document;
    isSure = true;
    say("saved");
  }

  store.on("change", ({ quiet, anew }) => {
    if (quiet) return;
    if (anew) { settled(); return; }
    say(isDirty() ? (state === "offline" ? "offline" : "unsaved") : sent ? "saving" : "saved");
    if (state === "saved") store.judged({ problems: [] });
    tries = 0;
    later(PAUSE);
  });
  addEventListener("online", () => { if (isDirty()) { tries = 0; save(); } });
  // Back from signing in again in another tab.
  addEventListener("focus", () => { if (state === "signed_out" && isDirty()) save(); });
  addEventListener("offline", () => { if (isDirty()) say("offline"); });
  addEventListener("beforeunload", (event) => { if ((isDirty() || sent) && store.mayEdit) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && isDirty()) save(); });

  return {
    save,
    isDirty,
    conflict,
    savedDocument: () => saved,
    get state() { return state; },
    get detail() { return detail; },
    get step() { return step; },
    get live() { return live; },
    /* What another act of the server's left us with. */
    moved(body) {
      step = body.step ?? step;
      live = body.live ?? live;
      if (body.contrast) store.judged({ problems: [], contrast: body.contrast });
    },
    settled,
    /* What is edited is not what was stored: the draft was brought up to the theme or to what went
       live. Whoever draws it from there, the frame beside it first of all, has to find the same. */
    behind() {
      if (!store.mayEdit) return;
      saved = {};
      save();
    },
  };
}
