// What can be opened beside a list, and how it stands in the URL: an event by its id
// (`1-42`), anything else as its kind and its name (`session.8a4b6f0e`).

export const ENTITY_KINDS = ["event", "alert", "incident", "session", "process", "agent", "rule", "file", "host", "package", "tool"] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

export interface Entity {
  kind: EntityKind;
  id: string;
}

/** Paths can be long. */
const MAX_ID = 1000;

export function readEntity(text: string): Entity | undefined {
  if (/^\d+-\d+$/.test(text)) return { kind: "event", id: text };
  const dot = text.indexOf(".");
  const kind = ENTITY_KINDS.find((one) => one === text.slice(0, dot));
  const id = text.slice(dot + 1);
  if (kind === undefined || id === "" || id.length > MAX_ID) return undefined;
  // Those that become part of a path of the API hold nothing but what ids are made of.
  if ((kind === "event" || kind === "alert" || kind === "incident" || kind === "process") && !/^[\w-]+$/.test(id)) return undefined;
  return { kind, id };
}

export function writeEntity({ kind, id }: Entity): string {
  return kind === "event" ? id : `${kind}.${id}`;
}

/** A pid is used again; with its start time it is one process. */
export function processId({ pid, started }: { pid: number; started: number }): string {
  return `${pid}-${started}`;
}
