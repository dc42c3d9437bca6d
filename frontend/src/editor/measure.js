/* How wide and high a picture says it is, read from the first of its bytes: a browser that opened
   one of four hundred million pixels to show which part to cut would take the page down with it. */
const HEAD = 262144;

function png(head) {
  return head.getUint32(0) === 0x89504e47 && { width: head.getUint32(16), height: head.getUint32(20) };
}

function webp(head) {
  if (head.getUint32(0) !== 0x52494646 || head.getUint32(8) !== 0x57454250) return null;
  const kind = head.getUint32(12), short = (at) => head.getUint16(at, true);
  if (kind === 0x56503858) return { width: 1 + short(24) + head.getUint8(26) * 65536, height: 1 + short(27) + head.getUint8(29) * 65536 };
  if (kind === 0x56503820) return { width: short(26) & 0x3fff, height: short(28) & 0x3fff };
  const both = head.getUint32(21, true);
  return { width: 1 + (both & 0x3fff), height: 1 + ((both >> 14) & 0x3fff) };
}

/* The frame stands behind whatever the camera wrote in front of it. */
function jpeg(head) {
  if (head.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; ; at += 2 + head.getUint16(at + 2)) {
    while (head.getUint16(at) === 0xffff) at += 1;
    const mark = head.getUint16(at);
    if (mark >= 0xffc0 && mark <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(mark)) return { width: head.getUint16(at + 7), height: head.getUint16(at + 5) };
  }
}

/* Its pixels; 0 where the file does not say, which is for the server to judge. */
export async function pixelsOf(file) {
  try {
    const head = new DataView(await file.slice(0, HEAD).arrayBuffer());
    const size = png(head) || webp(head) || jpeg(head);
    return size ? size.width * size.height : 0;
  } catch {
    return 0;
  }
}
