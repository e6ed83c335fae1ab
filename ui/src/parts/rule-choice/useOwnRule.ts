// Writes rules of the user's own and takes them away, each with a way back.

import { useQueryClient } from "@tanstack/react-query";
import { dropRule, saveRule } from "../../api/rules";
import type { RuleProblem, SavedRule } from "../../api/types";
import { say } from "../../state/toast";

export interface OwnRule {
  /** What is wrong with the text, if anything is: then it is not written. */
  save: (id: string, text: string) => Promise<RuleProblem[]>;
  drop: (id: string) => Promise<void>;
}

export function useOwnRule(): OwnRule {
  const queries = useQueryClient();
  const afresh = () => queries.invalidateQueries({ predicate: ({ queryKey: [name] }) => name === "rules" || name === "rule" || name === "status" });
  const back = (id: string, { before }: SavedRule) => () => void (before === null ? drop(id) : save(id, before));
  const save = async (id: string, text: string): Promise<RuleProblem[]> => {
    try {
      const saved = await saveRule(id, text);
      if (saved.saved) say(`${id} is in force: ${saved.file}`, back(id, saved));
      else say(`${id} was not written: the text has mistakes.`);
      return saved.problems;
    } catch (error) {
      say(`It could not be written: ${messageOf(error)}`);
      return [];
    } finally {
      await afresh();
    }
  };
  const drop = async (id: string): Promise<void> => {
    try {
      say(`${id} is taken away.`, back(id, await dropRule(id)));
    } catch (error) {
      say(`It could not be taken away: ${messageOf(error)}`);
    } finally {
      await afresh();
    }
  };
  return { save, drop };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "the daemon did not say why";
}
