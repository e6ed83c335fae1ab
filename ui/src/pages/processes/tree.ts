// Processes as trees: roots first, each with all below it, and how many that are.

import type { Process } from "../../api/types";
import { agentTitle } from "../../format/words";
import { processId } from "../../state/entity";
import { type Cells, type Term, fits } from "../../state/where";

export interface Node {
  process: Process;
  /** The pid with the start time: pids are used again. */
  id: string;
  depth: number;
  children: Node[];
  /** All below it. */
  below: number;
  /** How many of those outlive the call that started them, itself included. */
  outliving: number;
}

export function treesOf(processes: readonly Process[]): Node[] {
  const nodes = new Map<number, Node>();
  for (const process of processes) nodes.set(process.pid, { process, id: processId(process), depth: 0, children: [], below: 0, outliving: 0 });
  const roots: Node[] = [];
  for (const node of nodes.values()) {
    const { parent, pid } = node.process;
    const above = parent === null || parent === pid ? undefined : nodes.get(parent);
    // A process is never below one that it started itself: pids are used again.
    if (above && !isBelow(above, node, nodes)) above.children.push(node);
    else roots.push(node);
  }
  for (const root of roots) sum(root, 0);
  return roots;
}

function isBelow(node: Node, other: Node, nodes: Map<number, Node>): boolean {
  const seen = new Set<Node>();
  for (let at: Node | undefined = node; at && !seen.has(at); at = at.process.parent === null ? undefined : nodes.get(at.process.parent)) {
    if (at === other) return true;
    seen.add(at);
  }
  return false;
}

function sum(node: Node, depth: number): void {
  node.depth = depth;
  node.below = 0;
  node.outliving = node.process.outlives ? 1 : 0;
  for (const child of node.children) {
    sum(child, depth + 1);
    node.below += 1 + child.below;
    node.outliving += child.outliving;
  }
}

/** The lines that are shown: what is below a folded one is not. */
export function linesOf(roots: readonly Node[], folded: ReadonlySet<string>): Node[] {
  return roots.flatMap((node) => [node, ...(folded.has(node.id) ? [] : linesOf(node.children, folded))]);
}

/** What a line says for filters. */
export function cellsOf({ process }: Node): Cells {
  return {
    agent: process.agent ?? undefined,
    session: process.session ?? undefined,
    call: process.call?.id ?? undefined,
    program: programOf(process),
  };
}

/** The name of the program; of the root of a tree, of which only the agent may be known, the agent's. */
export function programOf({ executable, line, pid, root, agent }: Process): string {
  const name = (executable ?? line.split(" ")[0] ?? "").split("/").pop() ?? "";
  if (name !== "") return name;
  return pid === root && agent !== null ? agentTitle(agent) : "not known";
}

/** The trees through filters: a line stays if it fits, or if one below it does. */
export function narrowed(roots: readonly Node[], terms: readonly Term[], text: string | undefined): Node[] {
  const wanted = text?.toLowerCase();
  const keep = (node: Node): Node | undefined => {
    const children = node.children.map(keep).filter((child) => child !== undefined);
    const { line, executable, said } = node.process;
    const has = wanted === undefined || [line, executable, said, String(node.process.pid)].some((one) => one?.toLowerCase().includes(wanted));
    return (has && fits(cellsOf(node), terms)) || children.length > 0 ? { ...node, children } : undefined;
  };
  return roots.map(keep).filter((node) => node !== undefined);
}
