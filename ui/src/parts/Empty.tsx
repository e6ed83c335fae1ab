// Nothing to show: why, and the one thing that changes it.

import type { ReactNode } from "react";
import { CommandLine } from "./CommandLine";

interface EmptyProps {
  title: string;
  children?: ReactNode;
  command?: string;
  action?: ReactNode;
}

export function Empty({ title, children, command, action }: EmptyProps) {
  return (
    <div className="note empty">
      <p><b>{title}</b></p>
      {children !== undefined && <p className="dim">{children}</p>}
      {(command !== undefined || action !== undefined) && (
        <p className="actions">
          {command !== undefined && <CommandLine command={command} />}
          {action}
        </p>
      )}
    </div>
  );
}
