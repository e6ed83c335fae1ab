// Which files agents touched: by tools, and by what their programs did.

import { RecordPage } from "./RecordPage";

export function FilesPage() {
  return (
    <RecordPage
      title="Files"
      address="/files"
      tabs={[
        { id: "changed", word: "Changed by tools", asks: { does: "write" }, by: "hook", none: "No tool has changed a file.", about: "File" },
        { id: "read", word: "Read by tools", asks: { does: "read" }, by: "hook", none: "No tool has read a file.", about: "File" },
        { id: "kernel", word: "Touched by programs", asks: { kind: "file" }, by: "kernel", none: "No file that programs touched was seen.", about: "File" },
      ]}
    />
  );
}
