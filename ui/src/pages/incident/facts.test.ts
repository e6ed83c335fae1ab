import { expect, test } from "vitest";
import { evidenceOf, exposedOf, leftOf, strictest } from "./facts";

const secret = { kind: "aws-access-key-id", masked: "AKIA…4XQ2", fingerprint: "f" };

test.each([
  [[], [], "Nothing found"],
  [[secret], [], "1 secret"],
  [[secret, secret], ["/home/ada/.aws/credentials"], "2 secrets, credentials"],
  [[], ["/a", "/b"], "2 files with secrets"],
] as const)("%j %j", (exposed, read, expected) => {
  expect(exposedOf({ exposed: [...exposed], read: [...read] })).toBe(expected);
});

test("whether something left is never told better than it was seen", () => {
  expect([leftOf({ left: "nothing", stopped: 0 }), leftOf({ left: "stopped", stopped: 2 }), leftOf({ left: "perhaps", stopped: 1 }), leftOf({ left: "seen", stopped: 0 })]).toEqual([
    { word: "Nothing tried to", hue: "" },
    { word: "Nothing seen, 2 attempts stopped", hue: "" },
    { word: "Perhaps: it was let run, 1 attempt stopped", hue: "high" },
    { word: "Yes: a connection was made", hue: "critical" },
  ]);
});

test("one witness agrees with nobody", () => {
  expect(evidenceOf({ sources: ["hook"], unsaid: [] })).toBe("Hook only");
  expect(evidenceOf({ sources: ["hook", "kernel", "transcript"], unsaid: [] })).toBe("Hook, kernel and transcript agree");
  expect(evidenceOf({ sources: ["hook", "kernel"], unsaid: [{ kind: "file_write", said: "", done: "x" } as never] })).toBe("Hook and kernel; 1 deed that nobody spoke of");
  expect(evidenceOf({ sources: [], unsaid: [] })).toBe("Nobody only");
});

test("what decided stands first", () => {
  const found = (verdict: "allow" | "alert" | "ask" | "deny", severity: "low" | "high" | "critical") => ({ verdict, severity });
  expect(strictest([found("alert", "critical"), found("deny", "high"), found("ask", "low"), found("deny", "critical")])).toEqual([
    found("deny", "critical"), found("deny", "high"), found("ask", "low"), found("alert", "critical"),
  ]);
});
