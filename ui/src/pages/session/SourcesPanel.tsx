// Who tells of this session, and how far they tell the same.

import { Check, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import type { EventRow, Source } from "../../api/types";
import { count, counted } from "../../format/number";
import { sourceWord } from "../../format/words";
import { Panel } from "../../parts/Panel";
import { type Sources, sourcesOf } from "./deeds";
import type { Turn } from "./timeline";

export function SourcesPanel({ rows, turns }: { rows: readonly EventRow[]; turns: readonly Turn[] }) {
  const sum = useMemo(() => sourcesOf(rows, turns), [rows, turns]);
  const told = Object.entries(sum.told) as [Source, number][];
  return (
    <Panel title="Sources agree?">
      <ul className="touched">
        {sentences(sum).map(({ text, bad }) => (
          <li key={text} className={bad ? "medium" : ""}>{bad ? <TriangleAlert aria-hidden /> : <Check aria-hidden />}{text}</li>
        ))}
      </ul>
      <p className="panel-end">{told.map(([source, events]) => `${count(events)} by ${sourceWord(source)}`).join(", ")}</p>
    </Panel>
  );
}

function sentences({ told, hooked, confirmed, unhooked, alone, suspicious }: Sources): { text: string; bad: boolean }[] {
  const lines: { text: string; bad: boolean }[] = [];
  const written = (told.transcript ?? 0) + (told.telemetry ?? 0) > 0;
  if (unhooked > 0) lines.push({ text: `${counted(unhooked, "call")} that no hook told`, bad: true });
  else if (written && confirmed === 0) lines.push({ text: "What is read of its transcript tells of no call", bad: false });
  else if (written) lines.push({ text: confirmed === hooked ? "Transcript and hooks" : `${count(confirmed)} of ${counted(hooked, "call")} in the transcript too`, bad: confirmed !== hooked });
  else lines.push({ text: "Hooks only: no transcript was read", bad: false });
  if (told.kernel === undefined) lines.push({ text: "The kernel told nothing: what programs did is not known", bad: true });
  else if (suspicious > 0) lines.push({ text: `The kernel saw ${counted(suspicious, "thing")} that rules object to`, bad: true });
  else lines.push({ text: "Nothing bad in what the kernel saw", bad: false });
  if (alone > 0) lines.push({ text: `${counted(alone, "deed")} that no call explains`, bad: true });
  return lines;
}
