// A Vite plugin: writes the licences of every package that is really in the bundle to a
// text file, and puts its name where index.html says %LICENCES%. Fails on one that is
// not permissive.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const PERMISSIVE = new Set(["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Zlib", "OFL-1.1"]);

// Style sheets take these in; they are no modules of a chunk.
const FONTS = ["@fontsource-variable/ibm-plex-sans", "@fontsource/ibm-plex-mono"];

const root = new URL("..", import.meta.url).pathname;

export function licences() {
  return {
    name: "licences",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const folders = new Set(FONTS.map((name) => join(root, "node_modules", name)));
        for (const chunk of Object.values(bundle)) {
          for (const module of Object.keys(chunk.modules ?? {})) {
            const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module.replace(/^\0/, ""));
            if (folder) folders.add(folder[0]);
          }
        }
        const text = `The dashboard contains these packages.\n\n${[...folders].toSorted().map(licence).join("")}`;
        const fileName = `assets/licences-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.txt`;
        this.emitFile({ type: "asset", fileName, source: text });
        const page = bundle["index.html"];
        page.source = page.source.replace("%LICENCES%", `/${fileName}`);
      },
    },
  };
}

function licence(folder) {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (!PERMISSIVE.has(about.license)) {
    throw new Error(`${about.name} is under ${about.license}, which tools/licences.mjs does not list as permissive`);
  }
  const file = existsSync(folder) && readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `Licence: ${about.license}`;
  return `${"-".repeat(80)}\n${about.name} ${about.version} (${about.license})\n\n${text}\n\n`;
}
