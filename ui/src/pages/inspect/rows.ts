// What rows of the pages under Inspect say, and in which order they stand.

import type { Touched } from "../../api/types";
import { VERDICT_NAMES } from "../../format/words";
import type { Cells } from "../../state/where";

/** What was stopped first, then the latest. */
export function ordered<Row extends Pick<Touched, "verdict" | "last">>(rows: readonly Row[]): Row[] {
  return rows.toSorted((one, other) => VERDICT_NAMES.indexOf(other.verdict) - VERDICT_NAMES.indexOf(one.verdict) || Date.parse(other.last) - Date.parse(one.last));
}

/** The cells that every row has. */
export function touchedCells({ agents, verdict, session, seen }: Touched): Cells {
  return { agent: agents[0], verdict, session: session ?? undefined, seen };
}

export interface Leaf<Row> {
  row: Row;
  key: string;
}

export interface Domain<Row> {
  name: string;
  leaves: Leaf<Row>[];
}

export interface Branch<Row> {
  program: string;
  events: number;
  stopped: number;
  domains: Domain<Row>[];
}

/** Hosts below the program that reached them, and below their domain: the busiest program first. */
export function byProgram<Row extends { host: string; by: string[]; events: number; denied: number; asked: number }>(rows: readonly Row[]): Branch<Row>[] {
  const branches = new Map<string, Branch<Row>>();
  for (const row of rows) {
    for (const program of row.by.length > 0 ? row.by : ["not known"]) {
      const branch = branches.get(program) ?? { program, events: 0, stopped: 0, domains: [] };
      branches.set(program, branch);
      branch.events += row.events;
      branch.stopped += row.denied + row.asked;
      const name = domainOf(row.host);
      let domain = branch.domains.find((one) => one.name === name);
      if (!domain) branch.domains.push((domain = { name, leaves: [] }));
      domain.leaves.push({ row, key: `${program} ${row.host}` });
    }
  }
  return [...branches.values()].toSorted((one, other) => other.stopped - one.stopped || other.events - one.events || one.program.localeCompare(other.program));
}

/** The last two names of a host, three where the last but one is short (`co.uk`); an address is itself. */
export function domainOf(host: string): string {
  if (/^[\d.]+$/.test(host) || host.includes(":")) return host;
  const names = host.split(".");
  const short = names.length > 2 && (names.at(-2)?.length ?? 9) <= 3 && (names.at(-1)?.length ?? 9) <= 2;
  return names.slice(short ? -3 : -2).join(".");
}
