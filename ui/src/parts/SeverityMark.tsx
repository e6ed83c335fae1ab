// A severity: its shape, its hue and its word, so that no one of them carries it alone.

import type { Severity } from "../api/types";
import { severityWord } from "../format/words";

const SHAPES: Record<Severity, React.ReactNode> = {
  critical: <path d="M6 .6 11.4 6 6 11.4 .6 6Z" fill="currentColor" />,
  high: <path d="M6 1 11.3 10.6H.7Z" fill="currentColor" />,
  medium: (
    <>
      <rect x="1.4" y="1.4" width="9.2" height="9.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M1.4 6H10.6V10.6H1.4Z" fill="currentColor" />
    </>
  ),
  low: <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.7" />,
  informational: <circle cx="6" cy="6" r="2" fill="currentColor" />,
};

export function SeverityMark({ severity, word = true }: { severity: Severity; word?: boolean }) {
  const name = severityWord(severity);
  return (
    <span className={`severity ${severity}`}>
      <svg viewBox="0 0 12 12" {...(word ? { "aria-hidden": true } : { role: "img", "aria-label": name })}>
        {SHAPES[severity]}
      </svg>
      {word && name}
    </span>
  );
}
