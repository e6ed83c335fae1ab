// Trees of processes as a picture: who started whom goes to the right, one leaf on each line.
//
// **Invariant:** no more than a given number of processes is drawn, the nearest to an agent
// first; whoever is not drawn is counted where it would stand.

import type { Node } from "./tree";

export const MOST = 300;
export const BOX = { width: 190, height: 34 };
const STEP = { across: BOX.width + 46, down: BOX.height + 10 };

export interface Place {
  node: Node;
  x: number;
  y: number;
  /** How many below it are not drawn. */
  hidden: number;
}

export interface Graph {
  places: Place[];
  /** Lines from a process to those that it started. */
  lines: { key: string; path: string; outlives: boolean }[];
  width: number;
  height: number;
  /** How many are not drawn at all. */
  hidden: number;
}

export function graphOf(roots: readonly Node[], most = MOST): Graph {
  const drawn = nearest(roots, most);
  const places = new Map<Node, Place>();
  let line = 0;
  const put = (node: Node): number => {
    const children = node.children.filter((child) => drawn.has(child));
    const below = children.map(put);
    const y = below.length === 0 ? line++ : ((below[0] ?? 0) + (below.at(-1) ?? 0)) / 2;
    const hidden = node.below - children.reduce((sum, child) => sum + 1 + child.below, 0);
    places.set(node, { node, x: node.depth * STEP.across, y: y * STEP.down, hidden });
    return y;
  };
  for (const root of roots) if (drawn.has(root)) put(root);
  const all = [...places.values()];
  return {
    places: all,
    lines: all.flatMap((from) => from.node.children.flatMap((child) => {
      const to = places.get(child);
      return to ? [{ key: child.id, path: curve(from, to), outlives: child.process.outlives }] : [];
    })),
    width: Math.max(0, ...all.map((place) => place.x)) + BOX.width,
    height: Math.max(1, line) * STEP.down,
    hidden: roots.reduce((sum, root) => sum + 1 + root.below, 0) - all.length,
  };
}

/** As many as may be drawn, level by level: what an agent started itself comes before what that started. */
function nearest(roots: readonly Node[], most: number): ReadonlySet<Node> {
  const drawn = new Set<Node>();
  let level = [...roots];
  while (level.length > 0 && drawn.size < most) {
    for (const node of level.slice(0, most - drawn.size)) drawn.add(node);
    level = level.filter((node) => drawn.has(node)).flatMap((node) => node.children);
  }
  return drawn;
}

function curve(from: Place, to: Place): string {
  const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x, to.y + BOX.height / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}
