// The controls that narrow a list. What they say stands in the URL.

import { Search, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useKeys } from "../state/keys";

export function Filters({ children }: { children: ReactNode }) {
  return <search className="filters">{children}</search>;
}

interface ChoiceProps<Value extends string> {
  label: string;
  /** What is said when nothing is chosen. */
  any: string;
  value: Value | undefined;
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value | undefined) => void;
}

export function Choice<Value extends string>({ label, any, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <select
      className={value === undefined ? "choice" : "choice set"}
      aria-label={label}
      value={value ?? ""}
      onChange={(event) => onChange(options.find(([name]) => name === event.target.value)?.[0])}
    >
      <option value="">{any}</option>
      {options.map(([name, word]) => (
        <option key={name} value={name}>{word}</option>
      ))}
    </select>
  );
}

interface TextFilterProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** How long typing must rest before the list is narrowed, in milliseconds. */
const REST = 200;

export function TextFilter({ label, value, onChange }: TextFilterProps) {
  const [text, setText] = useState(value ?? "");
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(value ?? "");
  // The address may change under us (back, forward, "clear filters").
  useEffect(() => {
    if ((value ?? "") === sent.current) return;
    sent.current = value ?? "";
    setText(value ?? "");
  }, [value]);
  useEffect(() => {
    if (text.trim() === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text.trim();
      onChange(text.trim() || undefined);
    }, REST);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  useKeys({ "/": () => input.current?.select() });
  return (
    <span className="text-filter">
      <Search aria-hidden />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          event.currentTarget.blur();
        }}
      />
      {text === "" ? (
        <kbd aria-hidden>/</kbd>
      ) : (
        <button type="button" aria-label="Clear the text" onClick={() => setText("")}><X aria-hidden /></button>
      )}
    </span>
  );
}
