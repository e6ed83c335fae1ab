// What a question's answer is shown through: waiting, failed, or there.

import type { ReactNode } from "react";
import { ApiFailure } from "../api/client";
import { commandsIn, Prose } from "./Prose";
import { CommandLine } from "./CommandLine";

interface Query<Data> {
  data: Data | undefined;
  error: Error | null;
  refetch: () => unknown;
}

interface LoadedProps<Data> {
  query: Query<Data>;
  /** Lines of the grey drawing that holds the place. */
  lines?: number;
  /** What to say where nothing is found (404); else it is an error as any other. */
  missing?: ReactNode;
  /** One line for a failure: where other panels of the page will say the same at length. */
  brief?: boolean;
  children: (data: Data) => ReactNode;
}

export function Loaded<Data>({ query, lines = 4, missing, brief, children }: LoadedProps<Data>) {
  if (query.data !== undefined) {
    return (
      <>
        {query.error && <Stale error={query.error} retry={query.refetch} />}
        {children(query.data)}
      </>
    );
  }
  if (!query.error) return <Waiting lines={lines} />;
  if (missing !== undefined && query.error instanceof ApiFailure && query.error.status === 404) return missing;
  return brief ? <Brief error={query.error} /> : <Failed error={query.error} retry={query.refetch} />;
}

function Brief({ error }: { error: Error }) {
  return <p className="brief">Could not be read: <Prose text={error.message} /></p>;
}

export function Waiting({ lines }: { lines: number }) {
  return (
    <div className="waiting" role="status">
      <span className="hidden">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="waiting-line" />
      ))}
    </div>
  );
}

function Failed({ error, retry }: { error: Error; retry: () => unknown }) {
  const hint = error instanceof ApiFailure ? error.hint : null;
  const [command] = hint === null ? [] : commandsIn(hint);
  return (
    <div className="note failed" role="alert">
      <p>
        <b>This could not be read.</b> <Prose text={error.message} />
      </p>
      {hint !== null && command === undefined && <p className="dim"><Prose text={hint} /></p>}
      <p className="actions">
        {command !== undefined && <CommandLine command={command} />}
        <button type="button" className="button" onClick={() => void retry()}>Try again</button>
      </p>
    </div>
  );
}

function Stale({ error, retry }: { error: Error; retry: () => unknown }) {
  return (
    <p className="stale" role="status">
      <span>What is shown is from before: <Prose text={error.message} /></span>
      <button type="button" className="button small" onClick={() => void retry()}>Try again</button>
    </p>
  );
}
