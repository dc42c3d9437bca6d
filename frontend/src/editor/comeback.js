/* Menus, articles, filing numbers are changed on pages of their own, each one press away in a tab
   beside this one: whoever comes back finds what she left, and in the preview what she changed. */
async function newest() {
  const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return JSON.parse(page.getElementById("editor-data").textContent);
}

export function comeBack(store, { saving, preview }) {
  let away = false;
  document.addEventListener("click", (event) => { if (event.target.closest("a[target=_blank]")) away = true; }, true);

  addEventListener("focus", async () => {
    if (!away || !(await saving.save())) return;
    away = false;
    const fresh = await newest().catch(() => null);
    if (!fresh || saving.isDirty()) return;
    if (fresh.live !== saving.live || fresh.step !== saving.step) {
      saving.moved(fresh);
      store.restart(fresh.document);
      if (fresh.behind) saving.behind();
      if (fresh.notes?.length) store.toast(fresh.notes.map((note) => note.text), { kind: "note" });
    }
    preview.load();
  });
}
