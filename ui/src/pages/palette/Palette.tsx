// Search or jump: one box, and what fits below it. It is a dialog; Esc closes it.

import { Search } from "lucide-react";
import { Fragment, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { type PaletteItem, usePaletteItems } from "./usePaletteItems";
import "./palette.css";

/** How long typing must rest before the record is asked, in milliseconds. */
const REST = 160;

export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const asked = useRested(text.trim());
  const items = usePaletteItems(text, asked);
  const [place, setPlace] = useState(0);
  const at = Math.min(place, items.length - 1);
  const list = useId();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = box.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  const run = (item: PaletteItem | undefined) => {
    if (!item) return;
    // Closed first: what comes next may open a dialog of its own.
    box.current?.close();
    item.run();
  };
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && items.length > 0) {
      event.preventDefault();
      setPlace((at + step + items.length) % items.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(items[at]);
    }
  };
  return (
    <dialog ref={box} className="palette" aria-label="Search or jump" closedby="any" onClose={onClose}>
      <div className="palette-box">
        <Search aria-hidden />
        <input
          type="text"
          role="combobox"
          aria-label="Search or jump"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={items.length > 0 ? `${list}-${at}` : undefined}
          placeholder="Page, session, alert, command or id"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setPlace(0);
          }}
          onKeyDown={move}
        />
      </div>
      <ul id={list} role="listbox" aria-label="What fits" className="palette-list">
        {items.map((item, index) => (
          <Fragment key={item.id}>
            {items[index - 1]?.group !== item.group && <li role="presentation" className="label palette-group">{item.group}</li>}
            <Option id={`${list}-${index}`} item={item} on={index === at} onPoint={() => setPlace(index)} onRun={() => run(item)} />
          </Fragment>
        ))}
      </ul>
      {items.length === 0 && <p className="palette-none dim" role="status">Nothing fits. Events are searched on the Live page.</p>}
    </dialog>
  );
}

interface OptionProps {
  id: string;
  item: PaletteItem;
  on: boolean;
  onPoint: () => void;
  onRun: () => void;
}

function Option({ id, item, on, onPoint, onRun }: OptionProps) {
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (on) line.current?.scrollIntoView({ block: "nearest" });
  }, [on]);
  return (
    // The keyboard works through the box above, as a combobox does.
    <li ref={line} id={id} role="option" aria-selected={on} className="palette-item" onPointerMove={onPoint} onClick={onRun}>
      <span className="cut">{item.word}</span>
      <span className="cut faint palette-more">{item.more}</span>
      <span className="palette-keys" aria-hidden>{item.keys?.map((key) => <kbd key={key}>{key}</kbd>)}</span>
    </li>
  );
}

function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
