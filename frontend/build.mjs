/* Copies the pinned libraries and our own sources to the folder the app serves, under hashed names.
   Run `npm ci && npm run build` after changing anything here; the output is committed. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

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

/* The shapes of named icons: "bell" or "card=credit-card" where it goes by another name here. */
function shapes(list) {
  const found = {};
  for (const word of read(list).split(/\s+/).filter(Boolean).sort()) {
    const [name, file = name] = word.split("=");
    const svg = read(`node_modules/@tabler/icons/icons/outline/${file}.svg`);
    found[name] = svg.replace(/[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "").replace(/\s+/g, " ").trim();
  }
  return found;
}

/* The editor's own sources as one number, written on top of its bundle: a test that has no node
   tells by it whether the bundle was built from them. */
function digest(folder) {
  const files = readdirSync(join(here, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(here, join(entry.parentPath, entry.name)))
    .sort();
  const whole = createHash("sha256");
  for (const file of files) whole.update(`${file}\n${read(file)}\n`);
  return whole.digest("hex").slice(0, 16);
}

const modules = { absWorkingDir: here, bundle: true, write: false, minify: true, legalComments: "none",
  charset: "utf8", logLevel: "warning" };

/* `icons.js` of the editor is no file: it is written here, from the names in icons.txt. */
const icons_js = {
  name: "icons",
  setup(building) {
    building.onResolve({ filter: /^\.\.?\/icons\.js$/ }, () => ({ path: "icons", namespace: "icons" }));
    building.onLoad({ filter: /.*/, namespace: "icons" }, () => {
      const drawn = Object.entries(shapes("src/editor/icons.txt"))
        .map(([name, body]) => [name, `<svg xmlns="http://www.w3.org/2000/svg">${body}</svg>`]);
      return { contents: `export const shapes = ${JSON.stringify(Object.fromEntries(drawn))};` };
    });
  },
};

async function editor() {
  const mark = `/* sources ${digest("src/editor")} */`;
  const [script, styles] = await Promise.all([
    build({ ...modules, entryPoints: ["src/editor/main.js"], format: "iife", target: "es2022",
      plugins: [icons_js], banner: { js: mark } }),
    build({ ...modules, entryPoints: ["src/editor/all.css"], banner: { css: mark } }),
  ]);
  const text = script.outputFiles[0].text;
  emit("editor.js", text);
  emit("editor.css", styles.outputFiles[0].text);
  const { version, license } = JSON.parse(read("node_modules/sortablejs/package.json"));
  const sha384 = createHash("sha384").update(text).digest("base64");
  vendored.push({ name: "sortablejs", version, licence: license, file: manifest["editor.js"], sha384 });
  writeFileSync(join(dist, "licences", "sortablejs.txt"), read("node_modules/sortablejs/LICENSE").replaceAll("\r", ""));
}

/* Only the icons that pages use, as one JSON of SVG bodies: icon('name') writes them inline. */
function icons() {
  const text = JSON.stringify(shapes("src/icons.txt"), null, 1) + "\n";
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
await editor();
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
writeFileSync(
  join(dist, "VENDOR.toml"),
  "# Libraries copied from npm by frontend/build.mjs; see licences/ for their texts.\n" +
    vendored
      .map((v) => "\n[[library]]\n" + Object.entries(v).map(([k, t]) => `${k} = ${JSON.stringify(t)}\n`).join(""))
      .join(""),
);
