// The size budget, in bytes as they go over the wire (brotli). Needs `npm run build` before.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const KB = 1000;
const BUDGET = { initial: 150 * KB, route: 60 * KB, total: 320 * KB };

const dist = new URL("../dist", import.meta.url).pathname;
const assets = join(dist, "assets");
if (!existsSync(assets)) {
  console.error("error: there is no dist/\nhint: npm run build");
  process.exit(1);
}
const page = readFileSync(join(dist, "index.html"), "utf8");
const wire = (file) => {
  const path = join(assets, file);
  return statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size;
};

let initial = 0;
let total = statSync(join(dist, "index.html.br")).size;
const failures = [];
for (const name of readdirSync(assets).filter((entry) => !entry.endsWith(".br")).toSorted()) {
  // Licence texts are only loaded by who wants to read them.
  if (name.endsWith(".txt")) continue;
  const size = wire(name);
  total += size;
  const first = page.includes(`/assets/${name}`);
  if (name.endsWith(".js")) {
    if (first) initial += size;
    else if (size > BUDGET.route) failures.push(`${name} has ${size} bytes, a route may have ${BUDGET.route}`);
  }
  console.log(`${String(size).padStart(8)}  ${first ? "first " : "later "} ${name}`);
}
if (initial > BUDGET.initial) failures.push(`the first JavaScript has ${initial} bytes, ${BUDGET.initial} are allowed`);
if (total > BUDGET.total) failures.push(`all together has ${total} bytes, ${BUDGET.total} are allowed`);
console.log(`first JavaScript ${initial} of ${BUDGET.initial}, total ${total} of ${BUDGET.total} bytes`);
for (const failure of failures) console.error(`error: ${failure}`);
process.exit(failures.length > 0 ? 1 : 0);
