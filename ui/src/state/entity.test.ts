import { expect, test } from "vitest";
import { type Entity, readEntity, writeEntity } from "./entity";

test.each<[string, Entity]>([
  ["1-42", { kind: "event", id: "1-42" }],
  ["alert.k7m2qx4t", { kind: "alert", id: "k7m2qx4t" }],
  ["session.8a4b6f0e-52d1", { kind: "session", id: "8a4b6f0e-52d1" }],
  ["session.odd/id.with dots", { kind: "session", id: "odd/id.with dots" }],
  ["process.123-456", { kind: "process", id: "123-456" }],
  ["rule.exfil-to-paste", { kind: "rule", id: "exfil-to-paste" }],
])("%s", (text, entity) => {
  expect(readEntity(text)).toEqual(entity);
  expect(writeEntity(entity)).toBe(text);
});

test.each(["", "1-", "42", "moon.1", "alert.", "alert.../../etc", "process.<script>", `session.${"x".repeat(201)}`])("%j is nothing", (text) => {
  expect(readEntity(text)).toBeUndefined();
});
