// A text field for rules: with colours, numbers, mistakes where they stand, and words to choose
// from. Under the colours it is a plain text field: what it holds is what is sent.

import { type KeyboardEvent, useId, useRef, useState } from "react";
import type { RuleProblem } from "../../api/types";
import { type Completion, complete } from "./complete";
import { tokens } from "./highlight";
import { byLine, indentAfter, placeOf } from "./problems";
import "./rule-editor.css";

interface RuleEditorProps {
  label: string;
  text: string;
  problems: readonly RuleProblem[];
  onChange: (text: string) => void;
  /** Ctrl or ⌘ with Enter. */
  onRun: () => void;
}

/** As the style says: the height of a line and the room around the text, in pixels. */
const LINE = 18;
const PAD = 8;

interface Offered extends Completion {
  at: number;
  line: number;
  column: number;
}

export function RuleEditor({ label, text, problems, onChange, onRun }: RuleEditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const [offered, setOffered] = useState<Offered>();
  const lines = text.split("\n");
  const wrong = byLine(problems);
  const offer = (value: string, at: number, asked: boolean) => {
    const found = complete(value, at, asked);
    setOffered(found && { ...found, at: 0, ...placeOf(value, found.from) });
  };
  const put = (from: number, to: number, word: string) => {
    field.current?.setSelectionRange(from, to);
    // As if it was typed: so it can be undone as everything else.
    if (!document.execCommand("insertText", false, word)) onChange(text.slice(0, from) + word + text.slice(to));
    setOffered(undefined);
  };
  const choose = (option: string) => put(offered?.from ?? 0, field.current?.selectionEnd ?? 0, option);
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { selectionStart: from, selectionEnd: to } = event.currentTarget;
    const does = keyOf(event, offered);
    if (does === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (does === "run") onRun();
    else if (does === "ask") offer(text, to, true);
    else if (does === "close") setOffered(undefined);
    else if (does === "choose") choose(offered?.options[offered.at] ?? "");
    else if (does === "line") put(from, to, `\n${indentAfter(text.slice(text.lastIndexOf("\n", from - 1) + 1, from))}`);
    else if (offered) setOffered({ ...offered, at: (offered.at + does + offered.options.length) % offered.options.length });
  };
  return (
    <div className="rule-editor">
      <ol className="editor-numbers" aria-hidden>
        {lines.map((_line, place) => <li key={place} className={wrong.has(place + 1) ? "wrong" : undefined}>{place + 1}</li>)}
      </ol>
      <div className="editor-text">
        <pre aria-hidden>
          {lines.map((line, place) => <Line key={place} line={line} wrong={wrong.get(place + 1)} />)}
        </pre>
        <textarea
          ref={field}
          aria-label={label}
          aria-describedby={`${list}-help`}
          aria-autocomplete="list"
          aria-controls={offered ? list : undefined}
          aria-activedescendant={offered ? `${list}-${offered.at}` : undefined}
          value={text}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          wrap="off"
          onChange={(event) => {
            onChange(event.target.value);
            offer(event.target.value, event.target.selectionEnd, false);
          }}
          onKeyDown={press}
          onBlur={() => setOffered(undefined)}
          onPointerDown={() => setOffered(undefined)}
        />
        {offered && (
          <ul id={list} role="listbox" aria-label="Words that fit" className="editor-options" style={{ top: PAD + (offered.line + 1) * LINE, left: `calc(${PAD}px + ${offered.column}ch)` }}>
            {offered.options.map((option, place) => (
              <li
                key={option}
                id={`${list}-${place}`}
                role="option"
                aria-selected={place === offered.at}
                onPointerDown={(event) => {
                  event.preventDefault();
                  choose(option);
                }}
              >
                {option}
              </li>
            ))}
          </ul>
        )}
      </div>
      <span id={`${list}-help`} className="hidden">Ctrl with space offers words that fit; Ctrl with Enter tries the rules.</span>
    </div>
  );
}

function Line({ line, wrong }: { line: string; wrong: RuleProblem[] | undefined }) {
  return (
    <span className={wrong ? "editor-line wrong" : "editor-line"}>
      {tokens(line).map(({ sort, text }, place) => <span key={place} className={sort}>{text}</span>)}
      {wrong && <span className="editor-note">{wrong.map((one) => one.message).join("; ")}</span>}
      {"\n"}
    </span>
  );
}

type Does = "run" | "ask" | "close" | "choose" | "line" | 1 | -1;

/** What a key does here; nothing where the field itself knows. Tab leaves the field, unless there is a word to choose. */
function keyOf(event: KeyboardEvent, offered: Offered | undefined): Does | undefined {
  const command = event.ctrlKey || event.metaKey;
  if (event.nativeEvent.isComposing) return undefined;
  if (event.key === "Enter" && command) return "run";
  if (event.key === " " && command) return "ask";
  if (event.key === "Enter" && !event.shiftKey && !offered) return "line";
  if (!offered || command) return undefined;
  return ({ Enter: "choose", Tab: "choose", Escape: "close", ArrowDown: 1, ArrowUp: -1 } as const)[event.key];
}
