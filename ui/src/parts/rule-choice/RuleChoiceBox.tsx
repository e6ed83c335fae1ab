// What a rule does on this machine, to be chosen; each choice can be taken back.

import { useQueryClient } from "@tanstack/react-query";
import { chooseForRule } from "../../api/rules";
import type { RuleChoice, RuleRow } from "../../api/types";
import { verdictWord } from "../../format/words";
import { say } from "../../state/toast";
import { CHOICE_WORDS, CHOICES } from "./words";

export function RuleChoiceBox({ rule }: { rule: RuleRow }) {
  const queries = useQueryClient();
  const choose = async (mode: RuleChoice) => {
    try {
      const { before } = await chooseForRule(rule.id, mode);
      say(`${rule.id}: ${CHOICE_WORDS[mode]}`, before === mode ? undefined : () => void choose(before));
    } catch (error) {
      say(`It could not be chosen: ${error instanceof Error ? error.message : "the daemon did not say why"}`);
    }
    await queries.invalidateQueries({ predicate: ({ queryKey: [name] }) => name === "rules" || name === "rule" });
  };
  return (
    <section>
      <h3>What it does here</h3>
      <p className="rule-choice">
        <select className={rule.choice === null ? "choice" : "choice set"} aria-label={`What ${rule.id} does here`} value={rule.choice ?? "default"} onChange={(event) => void choose(CHOICES.find((one) => one === event.target.value) ?? "default")}>
          {CHOICES.map((one) => <option key={one} value={one}>{CHOICE_WORDS[one]}</option>)}
        </select>
        <span className="dim">{rule.here === "off" ? "It is off." : `Now: ${verdictWord(rule.here).toLowerCase()}.`}</span>
      </p>
    </section>
  );
}
