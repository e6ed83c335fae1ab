// What can be chosen for a rule, in words.

import type { RuleChoice } from "../../api/types";

export const CHOICE_WORDS: Record<RuleChoice, string> = {
  default: "As it comes",
  off: "Off",
  alert: "Only note it",
  ask: "Ask first",
  deny: "Deny",
  monitor: "As in mode monitor",
  guard: "As in mode guard",
  enforce: "As in mode enforce",
};

export const CHOICES = Object.keys(CHOICE_WORDS) as RuleChoice[];
