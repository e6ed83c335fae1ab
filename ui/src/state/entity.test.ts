import { expect, test } from "vitest";
import { type Entity, readEntity, writeEntity } from "./entity";

test.each<[string, Entity]>([
  ["1-42", { kind: "event", id: "1-42" }],
  ["alert.k7m2qx4t", { kind: "alert", id: "k7m2qx4t" }],
  ["session.8a4b6f0e-52d1", { kind: "session", id: "8a4b6f0e-52d1" }],
  ["session.odd/id.with dots", { kind: "session", id: "odd/id.with dots" }],
  ["process.123-456", { kind: "process", id: "123-456" }],
  ["incident.2s67assh", { kind: "incident", id: "2s67assh" }],
  ["file./home/ada/my notes.md", { kind: "file", id: "/home/ada/my notes.md" }],
  ["host.paste.rs", { kind: "host", id: "paste.rs" }],
  ["package.npm:left-pad@1.3.0", { kind: "package", id: "npm:left-pad@1.3.0" }],
  ["tool.postgres/query", { kind: "tool", id: "postgres/query" }],
  ["rule.exfil-to-paste", { kind: "rule", id: "exfil-to-paste" }],
])("%s", (text, entity) => {
  expect(readEntity(text)).toEqual(entity);
  expect(writeEntity(entity)).toBe(text);
});

test.each(["", "1-", "42", "moon.1", "alert.", "alert.../../etc", "incident.a/b", "process.<script>", `session.${"x".repeat(1001)}`])("%j is nothing", (text) => {
  expect(readEntity(text)).toBeUndefined();
});
