// A titled box of a page.

import { type ReactNode, useId } from "react";

interface PanelProps {
  title: string;
  /** Small, at the right end of the title. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Panel({ title, aside, className, children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${className ?? ""}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {aside !== undefined && <div className="label">{aside}</div>}
      </header>
      {children}
    </section>
  );
}
