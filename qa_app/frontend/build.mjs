// Bundles the sources beside this file into hashed files and a manifest.
// Called by tools/frontend.py: node build.mjs OUTPUT_DIRECTORY ICON_NAME...
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import * as esbuild from "esbuild";

const here = import.meta.dirname;
const root = path.resolve(here, "../..");
const [output, ...iconNames] = process.argv.slice(2);
const manifest = {};

/** Files of a source folder; names that begin with "_" are parts, not pages. */
async function entries(folder, endings) {
  const names = await readdir(path.join(here, folder)).catch(() => []);
  return names
    .filter((name) => !name.startsWith("_") && !name.endsWith(".d.ts"))
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => path.join(here, folder, name));
}

async function bundle(files, options) {
  if (files.length === 0) return;
  const result = await esbuild.build({
    entryPoints: files,
    outdir: output,
    bundle: true,
    minify: true,
    metafile: true,
    charset: "utf8",
    sourcemap: "linked",
    target: ["es2022", "chrome109", "firefox115", "safari16.4"],
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file", ".woff": "empty", ".svg": "file", ".png": "file" },
    absWorkingDir: root,
    logLevel: "warning",
    ...options,
  });
  for (const [file, made] of Object.entries(result.metafile.outputs)) {
    if (!made.entryPoint) continue;
    const name = path.basename(made.entryPoint).replace(/\.ts$/, ".js");
    manifest[name] = path.basename(file);
  }
}

async function emit(name, content) {
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}-${digest}${ext}`;
  await writeFile(path.join(output, manifest[name]), content);
}

/** One symbol for each icon that a page names: <use href="icons.svg#name">. */
async function writeIconSprite(names) {
  const symbols = [];
  for (const name of names) {
    const file = path.join(root, "node_modules/bootstrap-icons/icons", `${name}.svg`);
    const svg = await readFile(file, "utf8");
    const drawing = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>")).trim();
    const box = /viewBox="([^"]+)"/.exec(svg)[1];
    symbols.push(`<symbol id="${name}" viewBox="${box}" fill="currentColor">${drawing}</symbol>`);
  }
  await emit("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`);
}

async function copyImages() {
  for (const file of await entries("images", [".svg", ".png", ".ico", ".webp"])) {
    await emit(path.basename(file), await readFile(file));
  }
}

/** Compressed siblings, so that the server never compresses a static file. */
async function compress() {
  const texts = (await readdir(output)).filter((name) => /\.(js|css|svg)$/.test(name));
  for (const name of texts) {
    const file = path.join(output, name);
    const content = await readFile(file);
    await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    await writeFile(`${file}.br`, await promisify(brotliCompress)(content, quality));
  }
}

async function build() {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  await bundle(await entries("src", [".ts"]), { format: "esm", splitting: true });
  await bundle(await entries("css", [".css"]), {});
  await writeIconSprite(iconNames);
  await copyImages();
  await compress();
  const sorted = Object.fromEntries(Object.entries(manifest).sort());
  await writeFile(path.join(output, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
}

await build().catch((problem) => {
  if (!problem.errors) console.error(problem); // esbuild has printed its own
  process.exit(1);
});
