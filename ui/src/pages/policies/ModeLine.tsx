// How far Ringfence goes on this machine, and the switch for it.

import { useQueryClient } from "@tanstack/react-query";
import { chooseMode } from "../../api/rules";
import type { RuleList } from "../../api/types";
import { counted } from "../../format/number";
import { modeWord } from "../../format/words";
import { say } from "../../state/toast";

const MODES = ["monitor", "guard", "enforce"] as const;

export function ModeLine({ rules }: { rules: RuleList }) {
  const queries = useQueryClient();
  const choose = async (mode: RuleList["mode"]) => {
    try {
      const { before } = await chooseMode(mode);
      say(`Mode: ${modeWord(mode).word}`, before === mode ? undefined : () => void choose(before));
    } catch (error) {
      say(`The mode could not be changed: ${error instanceof Error ? error.message : "the daemon did not say why"}`);
    }
    await queries.invalidateQueries({ predicate: ({ queryKey: [name] }) => name === "rules" || name === "rule" || name === "status" });
  };
  const mode = modeWord(rules.mode);
  const inForce = rules.items.filter((rule) => rule.here !== "off").length;
  return (
    <div className="mode-line">
      <p className="sentence">{mode.word}: {counted(inForce, "rule")} in force. <span>{mode.means}</span></p>
      <div className="tabs" role="group" aria-label="Mode">
        {MODES.map((one) => (
          <button key={one} type="button" className="button" aria-pressed={one === rules.mode} title={modeWord(one).means} onClick={() => one !== rules.mode && void choose(one)}>{modeWord(one).word}</button>
        ))}
      </div>
    </div>
  );
}
