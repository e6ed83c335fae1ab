// The filters from cells that stand in the URL.

import { useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useSetSearch } from "../../state/open";
import { type Term, parseWhere, withTerm, withoutTerm, writeWhere } from "../../state/where";

export interface Where {
  terms: Term[];
  add: (term: Term) => void;
  remove: (term: Term) => void;
  clear: () => void;
}

export function useWhere(): Where {
  const text = useSearch({ strict: false, select: (search) => search.where });
  const set = useSetSearch();
  const terms = useMemo(() => parseWhere(text), [text]);
  const add = useCallback((term: Term) => set({ where: writeWhere(withTerm(parseWhere(text), term)) }), [set, text]);
  const remove = useCallback((term: Term) => set({ where: writeWhere(withoutTerm(parseWhere(text), term)) }), [set, text]);
  const clear = useCallback(() => set({ where: undefined }), [set]);
  return { terms, add, remove, clear };
}
