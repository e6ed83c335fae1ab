// Makes src/api/schema.ts from openapi.json; with --check only says whether it is current.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import openapi, { astToString } from "openapi-typescript";

const document = new URL("../openapi.json", import.meta.url);
const target = new URL("../src/api/schema.ts", import.meta.url);

const nodes = await openapi(document, { alphabetize: true });
const text = `// Made by \`npm run types\` from openapi.json. Do not edit.\n\n${astToString(nodes)}`;
if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
} else if (!existsSync(target) || readFileSync(target, "utf8") !== text) {
  console.error("error: src/api/schema.ts does not fit openapi.json\nhint: npm run types");
  process.exit(1);
}
