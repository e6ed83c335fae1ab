// The values of filters that more than one page has, with their words.

import { AGENT_NAMES, KIND_NAMES, SEVERITY_NAMES, agentTitle, kindWord, severityWord } from "../format/words";
import { RANGES, RANGE_WORDS } from "../state/range";
import type { Strictness } from "../state/search";

export const AGENT_CHOICES = AGENT_NAMES.map((name) => [name, agentTitle(name)] as const);
export const KIND_CHOICES = KIND_NAMES.map((name) => [name, kindWord(name)] as const);
export const RANGE_CHOICES = RANGES.filter((name) => name !== "all").map((name) => [name, RANGE_WORDS[name]] as const);
export const SEVERITY_CHOICES = SEVERITY_NAMES.filter((name) => name !== "informational")
  .map((name) => [name, name === "critical" ? severityWord(name) : `${severityWord(name)} or worse`] as const)
  .toReversed();
export const STRICTNESS_CHOICES: readonly (readonly [Strictness, string])[] = [
  ["deny", "Denied"],
  ["ask", "Asked or denied"],
  ["alert", "Alerted or stricter"],
];
