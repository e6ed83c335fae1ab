// A command to run in a terminal, with a button that copies it.

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

const SHOWN_FOR = 1600;

export function CommandLine({ command }: { command: string }) {
  const [copied, setCopied] = useState<"no" | "yes" | "failed">("no");
  useEffect(() => {
    if (copied === "no") return;
    const timer = setTimeout(() => setCopied("no"), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      setCopied("yes");
    } catch {
      setCopied("failed");
    }
  };
  return (
    <span className="command-line">
      <code>{command}</code>
      <button type="button" onClick={() => void copy()} aria-label={`Copy ${command}`} title="Copy">
        {copied === "yes" ? <Check aria-hidden /> : <Copy aria-hidden />}
      </button>
      <span className="hidden" role="status">
        {copied === "yes" && "Copied"}
        {copied === "failed" && "The browser did not let the page copy"}
      </span>
      {copied === "failed" && <span className="faint">select and copy it by hand</span>}
    </span>
  );
}
