// Text that must be read letter by letter: a command, a file, JSON. It is always text,
// never markup, whatever an agent or a web page put into it.

import type { Piece } from "../format/evidence";

interface CodeProps {
  /** What it is, for those who do not see it. */
  label: string;
  pieces: Piece[];
  prompt?: boolean;
}

export function Code({ label, pieces, prompt }: CodeProps) {
  return (
    // A box that scrolls must be reachable by keyboard.
    <pre className="code" tabIndex={0} role="group" aria-label={label}>
      {prompt && <span className="faint" aria-hidden>$ </span>}
      {pieces.map((piece, place) =>
        // Pieces are never moved about.
        piece.marked ? <mark key={place}>{piece.text}</mark> : <span key={place}>{piece.text}</span>,
      )}
    </pre>
  );
}

export function PlainCode({ label, text }: { label: string; text: string }) {
  return <Code label={label} pieces={[{ text, marked: false }]} />;
}
