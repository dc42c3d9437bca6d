/* A film: a still of the one it shows, another of the site's own, one from a file, none. */
import { ask } from "../dialogs.js";
import { button, el, icon } from "../dom.js";
import { fault, searched } from "../pickers.js";

const KINDS = "video/mp4,video/webm,video/quicktime,.mp4,.m4v,.mov,.webm";
const notes = new Map();

/* What is shown of a value: {src, name, note}, or null for one that is gone. */
function filmOf(field, value) {
  const own = field.pictures[value], known = field.known("film", value);
  if (!value || (!own?.film && !known)) return null;
  return { name: own?.name || known.name, src: own?.src || known.picture, note: own?.note || notes.get(value) || "" };
}

/* Send it with its progress; {status, body} as `request` answers, status 0 for nobody answering. */
function sent(url, file, moved, signal) {
  return new Promise((done) => {
    const call = new XMLHttpRequest(), body = new FormData();
    body.append("file", file);
    call.open("POST", url);
    call.responseType = "json";
    call.setRequestHeader("Accept", "application/json");
    call.setRequestHeader("X-CSRFToken", document.querySelector("meta[name=csrf-token]")?.content || "");
    call.upload.onprogress = (event) => event.lengthComputable && moved(event.loaded / event.total);
    call.upload.onload = () => moved(1);
    call.onload = () => done({ status: call.status, body: call.response || {} });
    call.onerror = call.onabort = () => done({ status: 0, body: {} });
    signal.addEventListener("abort", () => call.abort());
    call.send(body);
  });
}

/* A window that stays over the page while a film is on its way: what was made of it, or null. */
function upload(field, file) {
  const { words } = field, stop = new AbortController();
  const window = ask(words.p_film_uploading, words);
  const bar = el("progress.p-progress", { max: 100, value: 0, "aria-label": words.p_film_uploading });
  const status = el("p.p-quiet", { role: "status" }), close = button("btn", { onclick: () => window.node.close() }, words.p_film_stop);
  const told = (text, bad) => { status.textContent = text; status.classList.toggle("is-bad", Boolean(bad)); };
  const failed = (text) => { bar.hidden = true; close.textContent = words.p_close; told(text, true); };
  const moved = (share) => {
    bar.value = 100 * share;
    if (share < 1) return told(field.said("p_film_sent", { n: Math.floor(100 * share) }));
    bar.removeAttribute("value");
    told(words.p_film_working);
  };
  window.node.addEventListener("close", () => stop.abort());
  window.body.append(el("p.p-film-name", {}, file.name), bar, status);
  window.foot.append(close);
  close.focus();
  if (file.size > field.facts.largest_film) failed(field.said("p_too_big", { most: Math.round(field.facts.largest_film / 1048576) }));
  else {
    told(field.said("p_film_sent", { n: 0 }));
    sent(field.urls.films, file, moved, stop.signal).then((answer) => {
      if (answer.status !== 200) { if (!stop.signal.aborted) failed(fault(answer, words)); return; }
      field.pictures[answer.body.id] = answer.body;
      window.answer(answer.body);
    });
  }
  return window.given;
}

/* One of the films the site has: its id, or null. */
function pick(field, value) {
  const { words } = field;
  const window = ask(words.p_pick_film, words, { wide: true });
  const list = el("ul.p-pictures");
  const found = searched(field, "film", list, (item) => {
    notes.set(item.id, item.note);
    return el("li", {}, button("p-tile", { "aria-pressed": item.id === value ? "true" : "false", onclick: () => window.answer(item.id) },
      el("img", { src: item.picture, alt: "", loading: "lazy" }), el("span", {}, item.name), el("small", {}, item.note)));
  });
  window.body.append(found.input, list, ...found.rest);
  found.input.focus();
  return window.given;
}

function fileButton(field, take) {
  const input = el("input", { type: "file", accept: KINDS, hidden: true, "aria-label": field.words.p_film_upload,
    onchange: () => { const [file] = input.files; if (file) take(file); input.value = ""; } });
  return [input, button("btn", { onclick: () => input.click() }, field.words.p_film_upload)];
}

export function video(spec, value, field) {
  const { words } = field;
  let now = value || "";
  const box = el("div.p-image");
  const put = (next) => { now = next; field.put(next); draw(); box.querySelector("button").focus(); };
  const choose = async () => { const found = await pick(field, now); if (found) put(found); };
  const take = async (file) => { const made = await upload(field, file); if (made) put(made.id); };
  function draw() {
    const known = filmOf(field, now), none = now ? words.p_film_gone : words.p_no_film;
    const face = known ? [el("img", { src: known.src, alt: "" }), el("span.p-play", {}, icon("player-play"))] : el("span", {}, none);
    box.replaceChildren(...[
      button("p-shown.is-film", { ...field.attributes, "aria-label": `${spec.label}: ${known ? `${known.name} ${known.note}` : none}. ${words.p_film_choose}`, onclick: choose }, face),
      known ? el("p.p-film-name", {}, known.name, known.note ? el("small", {}, known.note) : null) : null,
      el("div.p-row", {}, button("btn", { onclick: choose }, words.p_film_choose), fileButton(field, take),
        now ? button("btn", { onclick: () => put("") }, words.p_film_off) : null),
      el("p.form-hint", {}, field.said("p_film_help", { most: Math.round(field.facts.largest_film / 1048576), seconds: field.facts.longest_film })),
    ].filter(Boolean));
  }
  draw();
  return box;
}
