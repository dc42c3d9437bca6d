/* Copies the pinned libraries and our own sources to the folder the app serves, under hashed names.
   Run `npm ci && npm run build` after changing anything here; the output is committed. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../platform/kameng/faces/frame/dist");
const manifest = {};
const vendored = [];

const read = (path) => readFileSync(join(here, path), "utf8");
const withoutMap = (text) => text.replace(/\n?\/[/*]# sourceMappingURL=[^\n]*/g, "");

function emit(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const hashed = name.replace(extname(name), `.${hash}${extname(name)}`);
  writeFileSync(join(dist, hashed), text);
  manifest[name] = hashed;
  return hashed;
}

function vendor(pkg, file, licence) {
  const root = `node_modules/${pkg}`;
  const { version, license } = JSON.parse(read(`${root}/package.json`));
  const text = withoutMap(read(`${root}/${file}`));
  const hashed = emit(basename(file), text);
  const sha384 = createHash("sha384").update(text).digest("base64");
  vendored.push({ name: pkg, version, licence: license, file: hashed, sha384 });
  writeFileSync(join(dist, "licences", `${pkg.replace("@", "").replace("/", "-")}.txt`), licence);
}

/* Only the icons that pages use, as one JSON of SVG bodies: icon('name') writes them inline. */
function icons() {
  const wanted = read("src/icons.txt").split(/\s+/).filter(Boolean).sort();
  const bodies = {};
  for (const name of wanted) {
    const svg = read(`node_modules/@tabler/icons/icons/outline/${name}.svg`);
    bodies[name] = svg.replace(/[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "").replace(/\s+/g, " ").trim();
  }
  const text = JSON.stringify(bodies, null, 1) + "\n";
  writeFileSync(join(dist, "icons.json"), text);
  const { version, license } = JSON.parse(read("node_modules/@tabler/icons/package.json"));
  const sha384 = createHash("sha384").update(text).digest("base64");
  vendored.push({ name: "@tabler/icons", version, licence: license, file: "icons.json", sha384 });
  writeFileSync(join(dist, "licences", "tabler-icons.txt"), read("node_modules/@tabler/icons/LICENSE"));
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "licences"), { recursive: true });
vendor("@tabler/core", "dist/css/tabler.min.css", read("licences/tabler-core.txt"));
vendor("@tabler/core", "dist/js/tabler.min.js", read("licences/tabler-core.txt"));
vendor("htmx.org", "dist/htmx.min.js", read("node_modules/htmx.org/LICENSE"));
icons();
for (const file of readdirSync(join(here, "src")).sort()) {
  if (/\.(css|js|svg)$/.test(file)) emit(file, read(`src/${file}`));
}
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
writeFileSync(
  join(dist, "VENDOR.toml"),
  "# Libraries copied from npm by frontend/build.mjs; see licences/ for their texts.\n" +
    vendored
      .map((v) => "\n[[library]]\n" + Object.entries(v).map(([k, t]) => `${k} = ${JSON.stringify(t)}\n`).join(""))
      .join(""),
);
