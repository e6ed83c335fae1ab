// The incident as a text for a ticket, or as one page that needs nothing else. Secrets are masked.

import { ClipboardCopy, Download } from "lucide-react";
import { reportAddress, reportText } from "../../api/incidents";
import { say } from "../../state/toast";

export function ReportTools({ id }: { id: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await reportText(id));
      say("Copied the report as Markdown.");
    } catch (error) {
      say(`The report could not be copied: ${error instanceof Error ? error.message : "the browser did not let the page"}`);
    }
  };
  return (
    <>
      <button type="button" className="icon-button" onClick={() => void copy()} aria-label="Copy the report" title="Copy the report (Markdown)"><ClipboardCopy aria-hidden /></button>
      <a className="icon-button" href={reportAddress(id, "html")} download aria-label="Download the report" title="Download the report (one HTML page)"><Download aria-hidden /></a>
    </>
  );
}
