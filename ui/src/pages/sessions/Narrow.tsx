// Narrows sessions by what they cost, used and touched: one thing at a time, each to be taken away.

import { type FormEvent, useState } from "react";
import { Chip } from "../../parts/cells/WhereChips";
import { NARROWERS, type Narrower, type SessionsSearch } from "../../state/search";
import { NARROWER_WORDS, narrowed, wordOf } from "./narrow";

interface NarrowProps {
  search: SessionsSearch;
  onSearch: (part: Partial<SessionsSearch>) => void;
}

export function Narrow({ search, onSearch }: NarrowProps) {
  const [by, setBy] = useState<Narrower>("file");
  const [text, setText] = useState("");
  const value = narrowed(by, text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value === undefined) return;
    onSearch({ [by]: value });
    setText("");
  };
  return (
    <>
      <form className="narrow" onSubmit={submit}>
        <select className="choice" aria-label="Narrow by" value={by} onChange={(event) => setBy(NARROWERS.find((one) => one === event.target.value) ?? "file")}>
          {NARROWERS.map((one) => <option key={one} value={one}>{NARROWER_WORDS[one].choice}</option>)}
        </select>
        <input type="text" aria-label={NARROWER_WORDS[by].choice} placeholder={NARROWER_WORDS[by].example} value={text} spellCheck={false} autoComplete="off" onChange={(event) => setText(event.target.value)} />
        <button type="submit" className="button" disabled={value === undefined}>Narrow</button>
      </form>
      {NARROWERS.map((one) => search[one] !== undefined && <Chip key={one} word={wordOf(one, search[one])} onRemove={() => onSearch({ [one]: undefined })} />)}
    </>
  );
}
