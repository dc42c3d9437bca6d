/* Moments with their zone: shown as the shop's clock shows them, kept with an offset. */
const PARTS = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };

function parts(moment, zone) {
  const found = new Intl.DateTimeFormat("en-CA", { ...PARTS, timeZone: zone }).formatToParts(moment);
  return Object.fromEntries(found.map((one) => [one.type, one.value]));
}

/* Minutes the zone is ahead of UTC at a moment. */
export function ahead(moment, zone) {
  const p = parts(moment, zone);
  const there = Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second);
  return Math.round((there - Math.floor(moment.getTime() / 1000) * 1000) / 60_000);
}

function offset(minutes) {
  const sign = minutes < 0 ? "-" : "+", far = Math.abs(minutes);
  return `${sign}${String(Math.floor(far / 60)).padStart(2, "0")}:${String(far % 60).padStart(2, "0")}`;
}

/* What an <input type="datetime-local"> shows of a stored moment. */
export function shown(stored, zone) {
  const moment = new Date(stored || NaN);
  if (Number.isNaN(moment.getTime())) return "";
  const p = parts(moment, zone);
  return `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}`;
}

/* What is stored of what was typed there; null for nothing. */
export function stored(typed, zone) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(typed)) return null;
  const first = new Date(`${typed.slice(0, 16)}:00Z`);
  const guess = new Date(first.getTime() - ahead(first, zone) * 60_000);
  return `${typed.slice(0, 16)}:00${offset(ahead(guess, zone))}`;
}
