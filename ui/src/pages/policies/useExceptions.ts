// Allows beyond the rules and withdraws, each with a way back.

import { useQueryClient } from "@tanstack/react-query";
import { allow, withdraw } from "../../api/rules";
import type { Allow, Exception } from "../../api/types";
import { say } from "../../state/toast";
import { againOf } from "./exceptions";

export interface Exceptions {
  /** Whether it was done. */
  make: (what: Allow) => Promise<boolean>;
  drop: (exception: Exception) => Promise<boolean>;
}

export function useExceptions(): Exceptions {
  const queries = useQueryClient();
  const afresh = () => queries.invalidateQueries({ predicate: ({ queryKey: [name] }) => name === "exceptions" || name === "finding" });
  const make = async (what: Allow): Promise<boolean> => {
    try {
      const made = await allow(what);
      say(`Allowed: ${made.rule}`, () => void drop(made));
      return true;
    } catch (error) {
      say(`It could not be allowed: ${messageOf(error)}`);
      return false;
    } finally {
      await afresh();
    }
  };
  const drop = async (exception: Exception): Promise<boolean> => {
    try {
      await withdraw(exception.id);
      const again = againOf(exception);
      say(`Withdrawn: ${exception.rule}`, () => void make(again));
      return true;
    } catch (error) {
      say(`It could not be withdrawn: ${messageOf(error)}`);
      return false;
    } finally {
      await afresh();
    }
  };
  return { make, drop };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "the daemon did not say why";
}
