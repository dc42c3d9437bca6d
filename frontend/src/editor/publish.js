/* From the draft to the shop: what is still missing, then one press; and the ways back. */
import { ask, dialog } from "./modal.js";
import { button, el, fill, icon, replace } from "./dom.js";

const SIGNS = { stop: "alert-triangle", warn: "info-circle", ok: "circle-check" };

export function makePublishing(store, data, saving, { toSettings, toFault }) {
  const w = store.words;

  const finding = (one, close) => el(`li.e-finding.e-${one.kind}`, {}, icon(SIGNS[one.kind] || "info-circle"),
    el("div", {}, el("span.visually-hidden", {}, `${w[`kind_${one.kind}`] || ""} `), el("span", {}, one.text),
      one.where?.page && button("e-link", { onclick: () => {
        close("");
        if (one.where.page !== store.page) store.open(one.where.page);
        store.select(one.where.section || null, { scroll: true });
        toSettings({ keys: true });
      } }, w.show_it),
      !one.where?.page && one.url && el("a.e-link", { href: one.url, target: "_blank", rel: "noopener" }, w.fix_it)));

  async function publish() {
    if (!(await saved())) return;
    const { status, body } = data.urls.checklist ? await store.request(data.urls.checklist) : { status: 0 };
    const found = status === 200 ? body.findings || [] : [];
    const stops = found.some((one) => one.kind === "stop");
    const order = { stop: 0, warn: 1, ok: 2 };
    const sorted = [...found].sort((a, b) => order[a.kind] - order[b.kind]);
    const out = el("p.e-wrong", { role: "alert" });
    await dialog({ title: w.publish_title, words: w, kind: "middle", body: (close) => [
      el("p.text-secondary", {}, stops ? w.publish_stopped : w.publish_text),
      el("ul.e-findings", {}, sorted.map((one) => finding(one, close))), out,
    ], actions: [{ label: w.keep_editing, value: "" }, { label: w.publish, kind: "primary", icon: "rocket", disabled: stops, focus: !stops,
      run: (close) => go(close, out) }] });
  }

  async function saved() {
    const done = await saving.save();
    const isFault = saving.state === "refused" && store.problems.length > 0;
    if (!done) store.toast(saving.detail || w.state_unsaved_long, { kind: "bad", ...(isFault && { action: w.show_it, run: toFault }) });
    return done;
  }

  async function go(close, out) {
    const buttons = [...document.querySelectorAll(".e-dialog-foot button")];
    buttons.forEach((one) => { one.disabled = true; });
    const { status, body } = await store.request(data.urls.publication, { method: "POST", body: { step: saving.step, live: saving.live } });
    buttons.forEach((one) => { one.disabled = false; });
    buttons.at(-1)?.focus();
    if (status === 200) {
      saving.moved(body);
      saving.settled();
      close("");
      store.tell("published", {});
      done(body.url);
    } else if (status === 409) {
      close("");
      await saving.conflict(body);
    } else out.textContent = body.message || (body.problems || []).map((one) => one.message).join(" · ") || (status ? w.state_refused : w.state_offline);
  }

  const done = (url) => dialog({ title: w.published, words: w, kind: "small", body: [
    el("div.e-done", {}, icon("circle-check"), el("p", {}, w.published_text)),
  ], actions: [{ label: w.keep_editing, value: "" },
    { label: w.see_shop, kind: "primary", icon: "external-link", run: (close) => { close(""); window.open(url || data.site?.home_url || "/", "_blank", "noopener"); } }] });

  async function restore(page) {
    const text = page ? fill(w.default_page_text, { page: store.titleOf(page) }) : w.default_all_text;
    if (!(await ask(w, { title: w.default, text, yes: w.default_yes })) || !(await saved())) return;
    const { status, body } = await store.request(data.urls.default, { method: "POST", body: { step: saving.step, editor: data.editor, ...(page ? { page } : {}) } });
    if (status !== 200) { trouble(status, body); return; }
    saving.moved(body);
    store.change(w.default, (draft) => { Object.assign(draft, body.document); });
    saving.settled();
    store.tell("saved", {});
    store.tell("did", { text: w.default_done, undo: true });
  }

  async function discard() {
    if (!(await ask(w, { title: w.discard, text: w.discard_text, yes: w.discard_yes, kind: "danger" }))) return;
    const { status, body } = await store.request(data.urls.deletion, { method: "POST", body: { step: saving.step, editor: data.editor } });
    if (status !== 200) { trouble(status, body); return; }
    saving.moved(body);
    store.restart(body.document);
    store.toast(w.discarded, { seconds: 3 });
  }

  function trouble(status, body) {
    if (status === 409) saving.conflict(body);
    else store.toast(body.message || (status ? w.state_refused : w.state_offline), { kind: "bad" });
  }

  /* The page on a real phone: a code made here, the link beside it. */
  async function code() {
    await saved();
    const page = store.page.startsWith("group:") ? "home" : store.page;
    const phone = data.preview.phone || {};
    const link = phone[page] || phone.home || "";
    const copied = el("span.e-copied", { role: "status" });
    await dialog({ title: w.qr, words: w, kind: "small", body: [
      el("img.e-qr", { src: `${data.urls.qr}?page=${encodeURIComponent(page)}`, width: 220, height: 220, alt: w.qr_alt }),
      el("p.text-secondary.text-center", {}, w.qr_text),
      link && el("div.input-group", {}, el("input.form-control", { readonly: true, value: link, "aria-label": w.qr_link, onfocus: (event) => event.target.select() }),
        button("btn", { onclick: async () => { await navigator.clipboard?.writeText(link); replace(copied, w.copied); } }, icon("copy"), w.copy)),
      copied,
    ] });
  }

  return { publish, restore, discard, code };
}
