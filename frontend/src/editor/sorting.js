/* Lists whose order a mouse or a finger changes; whoever uses it offers buttons for the same. */
import Sortable from "sortablejs";

/* `list` with what stood at `from` at place `to`. */
export function moved(list, from, to) {
  const next = [...list];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/* Told (from, to) after a drag; the elements are put back first, because who owns them draws them. */
export function sortable(list, told) {
  return Sortable.create(list, {
    handle: ".p-grip", draggable: "li", animation: 120, delay: 120, delayOnTouchOnly: true, forceFallback: true, fallbackTolerance: 4,
    onEnd({ item, oldDraggableIndex: from, newDraggableIndex: to }) {
      if (from === to) return;
      list.insertBefore(item, [...list.children].filter((one) => one !== item)[from] || null);
      told(from, to);
    },
  });
}
