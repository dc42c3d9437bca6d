/* A picture: what it shows now, another one, a part of it, none. */
import { button, el } from "../dom.js";
import { fileButton, hinted, pickPicture, pictureOf, recropped, uploaded } from "../pictures.js";

export function image(spec, value, field) {
  const { words } = field;
  let now = value || "";
  const box = el("div.p-image"), status = el("p.p-quiet", { role: "status" });
  const told = (text, bad) => { status.textContent = text; status.classList.toggle("is-bad", Boolean(bad)); if (bad) status.scrollIntoView({ block: "nearest" }); };
  const put = (next) => { now = next; field.put(next); draw(); box.querySelector("button").focus(); };
  const choose = async () => { const found = await pickPicture(field, spec, { value: now }); if (found) put(found); };
  const upload = async (file) => { const made = await uploaded(field, file, hinted(spec), told); if (made) put(made.id); };
  const cut = async () => { const made = await recropped(field, now, hinted(spec), told); if (made) put(made.id); };
  function draw() {
    const known = pictureOf(field, now), own = now && !now.startsWith("art:");
    const face = known ? el("img", { src: known.src, alt: "" }) : el("span", {}, now ? words.p_picture_gone : words.p_no_picture);
    box.replaceChildren(
      button("p-shown", { ...field.attributes, "aria-label": `${spec.label}: ${known?.name || (now ? words.p_picture_gone : words.p_no_picture)}. ${words.p_choose}`, onclick: choose }, face),
      el("div.p-row", {}, button("btn", { onclick: choose }, words.p_choose), fileButton(words.p_upload, upload),
        known && own ? button("btn", { onclick: cut }, words.p_crop) : null,
        now ? button("btn", { onclick: () => put("") }, words.p_take_off) : null));
  }
  draw();
  return el("div", {}, box, status);
}
