import { afterEach, expect, test, vi } from "vitest";
import { kept } from "./kept";

afterEach(() => vi.unstubAllGlobals());

function storage(start: Record<string, string> = {}) {
  const held = new Map(Object.entries(start));
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => held.get(name) ?? null,
    setItem: (name: string, text: string) => void held.set(name, text),
    removeItem: (name: string) => void held.delete(name),
  });
  return held;
}

test("what was chosen is there again, and the plain choice leaves nothing behind", () => {
  const held = storage({ "ringfence.theme": "dark" });
  const applied: string[] = [];
  const theme = kept("theme", ["auto", "dark", "light"], (value) => applied.push(value));
  expect(theme.get()).toBe("dark");
  theme.next();
  expect(held.get("ringfence.theme")).toBe("light");
  theme.next();
  expect([theme.get(), held.size]).toEqual(["auto", 0]);
  expect(applied).toEqual(["dark", "light", "auto"]);
});

test("what is not known counts as nothing", () => {
  storage({ "ringfence.theme": "<script>" });
  expect(kept("theme", ["auto", "dark"]).get()).toBe("auto");
});

test("without storage a choice still counts", () => {
  vi.stubGlobal("localStorage", {
    getItem: () => { throw new Error("switched off"); },
    setItem: () => { throw new Error("switched off"); },
    removeItem: () => { throw new Error("switched off"); },
  });
  const theme = kept("theme", ["auto", "dark"]);
  theme.set("dark");
  expect(theme.get()).toBe("dark");
});
