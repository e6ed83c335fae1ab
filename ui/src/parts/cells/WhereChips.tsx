// The filters that came from cells; each can be taken away.

import { X } from "lucide-react";
import { termWord } from "./cell";
import { useWhere } from "./useWhere";

export function WhereChips() {
  const { terms, remove } = useWhere();
  return terms.map((term) => <Chip key={`${term.not} ${term.field} ${term.value}`} word={termWord(term)} onRemove={() => remove(term)} />);
}

/** A filter that something else has set: here it can only be taken away. */
export function Chip({ word, onRemove }: { word: string; onRemove: () => void }) {
  return (
    <button type="button" className="button filter-chip" onClick={onRemove} aria-label={`Remove the filter ${word}`}>
      <span className="cut">{word}</span>
      <X aria-hidden />
    </button>
  );
}
