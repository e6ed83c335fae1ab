import { expect, test } from "vitest";
import { accesses, packageId, toolId } from "./touched";

test("what was done with a file", () => {
  expect([accesses({ read: 2, written: 1, deleted: 0 }), accesses({ read: 0, written: 0, deleted: 3 }), accesses({ read: 0, written: 0, deleted: 0 })]).toEqual(["2 read, 1 changed", "3 deleted", ""]);
});

test("names of packages and tools in addresses", () => {
  expect(packageId({ ecosystem: "npm", name: "@scope/name", version: "1.2.3" })).toBe("npm:@scope/name@1.2.3");
  expect(packageId({ ecosystem: "pypi", name: "requests", version: null })).toBe("pypi:requests@");
  expect(toolId({ server: "postgres", tool: "query" })).toBe("postgres/query");
});
