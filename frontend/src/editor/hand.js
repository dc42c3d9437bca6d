/* What a hand holds is not drawn anew under it: an answer of the server, or anything else that redraws,
   waits until it lets go. A dragged row would slip out of it, a press would hit nothing. */
const GRIPS = ".e-grip, .p-grip";
const TAP_MS = 80;
const waiting = new Set();
let held = false, isGrip = false, timer = 0;

function free() {
  clearTimeout(timer);
  held = false;
  for (const draw of [...waiting]) { waiting.delete(draw); draw(); }
}

addEventListener("pointerdown", (event) => {
  free();
  held = true;
  isGrip = Boolean(event.target.closest?.(GRIPS));
}, true);
/* After those who end the drag have heard of it; of a finger's tap the click comes a little later. */
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, () => { clearTimeout(timer); timer = setTimeout(free, isGrip ? 0 : TAP_MS); }, true);
}
addEventListener("click", free, true);

export function whenFree(draw) {
  if (held) waiting.add(draw);
  else draw();
}
