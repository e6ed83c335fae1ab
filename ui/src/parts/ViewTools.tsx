// What can be done with a view as a whole: take it to a terminal, keep it under a name.

import { useRouter } from "@tanstack/react-router";
import { Bookmark, SquareTerminal, Trash2 } from "lucide-react";
import { type FormEvent, useRef } from "react";
import { useKeys } from "../state/keys";
import { pageOf } from "../state/pages";
import { LONGEST_NAME, dropView, saveView, useViews } from "../state/views";
import { copyCommand } from "./copyCommand";

const ID = "saved-views";

export function ViewTools() {
  const router = useRouter();
  const box = useRef<HTMLDivElement>(null);
  const copy = () => copyCommand(router.state.location);
  useKeys({ c: copy, w: () => box.current?.togglePopover() });
  return (
    <span className="view-tools">
      <button type="button" className="icon-button" onClick={copy} aria-label="Copy as a ringfence command" title="Copy as a ringfence command (c)"><SquareTerminal aria-hidden /></button>
      <button type="button" className="icon-button" popoverTarget={ID} aria-label="Saved views" title="Saved views (w)"><Bookmark aria-hidden /></button>
      <div ref={box} id={ID} popover="auto" className="views" role="group" aria-label="Saved views">
        <SavedViews onDone={() => box.current?.hidePopover()} />
      </div>
    </span>
  );
}

function SavedViews({ onDone }: { onDone: () => void }) {
  const router = useRouter();
  const views = useViews();
  const input = useRef<HTMLInputElement>(null);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const { pathname, searchStr } = router.state.location;
    const name = input.current?.value.trim() || (pageOf(pathname)?.word ?? pathname);
    saveView({ name, path: pathname + searchStr });
    if (input.current) input.current.value = "";
  };
  return (
    <>
      <h2>Saved views</h2>
      <ul>
        {views.map((view) => (
          <li key={view.name}>
            <a
              href={view.path}
              className="cut"
              title={view.path}
              onClick={(event) => {
                event.preventDefault();
                onDone();
                router.history.push(view.path);
              }}
            >
              {view.name}
            </a>
            <button type="button" className="icon-button" onClick={() => dropView(view.name)} aria-label={`Forget ${view.name}`} title="Forget"><Trash2 aria-hidden /></button>
          </li>
        ))}
      </ul>
      {views.length === 0 && <p className="dim">None yet. A view is this page with its filters; it is kept in this browser only.</p>}
      <form onSubmit={save}>
        <input ref={input} type="text" aria-label="Name of the view" placeholder="Name of the view" maxLength={LONGEST_NAME} autoComplete="off" />
        <button type="submit" className="button">Save this view</button>
      </form>
    </>
  );
}
