// Where the steps of a story stand in the picture: time goes to the right, lanes are what kind
// of thing it was. One line says what came next, another one where the secret went.

import type { IncidentStep } from "../../api/types";
import { LANE_NAMES } from "../../parts/incident/words";

export const LANE_HEIGHT = 54;
export const BOX_HEIGHT = 42;
/** Room above the lanes, for the times. */
export const HEAD = 26;
/** Between two boxes there must be room for a curve and its arrow. */
export const GAP = 24;
const NARROWEST = 108;
/** Beside the first and the last box, so that no frame is cut. */
const EDGES = 3;
const WIDEST = 230;
/** Boxes that are drawn; a longer story is folded, and then begins later. */
export const MOST = 60;

/** One box: a step, or a run of like ones. */
export interface Box {
  step: IncidentStep;
  /** The place of its first step in the story, from 0. */
  place: number;
  /** How many steps it stands for. */
  times: number;
  /** All of their places in the record. */
  places: string[];
  x: number;
  y: number;
}

export interface Wire {
  path: string;
  /** The secret went along it. */
  secret: boolean;
}

export interface Picture {
  boxes: Box[];
  wires: Wire[];
  /** Steps before the first box. */
  before: number;
  box: number;
  width: number;
  height: number;
}

/** Runs of like steps become one box: what a loop did forty times is one thing. */
export function folded(steps: readonly IncidentStep[]): Pick<Box, "step" | "place" | "times" | "places">[] {
  const runs: Pick<Box, "step" | "place" | "times" | "places">[] = [];
  for (const [place, step] of steps.entries()) {
    const run = runs.at(-1);
    if (run && like(run.step, step)) {
      run.times += 1;
      run.places.push(step.place);
    } else runs.push({ step, place, times: 1, places: [step.place] });
  }
  return runs;
}

function like(one: IncidentStep, other: IncidentStep): boolean {
  return one.lane === other.lane && one.what === other.what && one.to === other.to && one.verdict === other.verdict && one.carries_secret === other.carries_secret;
}

/** Lays a story out; `room` is the width that there is. It takes more where that is too little. */
export function pictureOf(steps: readonly IncidentStep[], room: number): Picture {
  const runs = folded(steps);
  const drawn = runs.slice(-MOST);
  const pitch = Math.min(WIDEST + GAP, Math.max(NARROWEST + GAP, (room - EDGES + GAP) / Math.max(1, drawn.length)));
  const box = Math.floor(pitch - GAP);
  const boxes = drawn.map((run, column) => ({
    ...run,
    x: Math.round(1 + column * pitch),
    y: HEAD + LANE_NAMES.indexOf(run.step.lane) * LANE_HEIGHT + (LANE_HEIGHT - BOX_HEIGHT) / 2,
  }));
  const last = boxes.at(-1);
  return {
    boxes,
    wires: wiresOf(boxes, box),
    before: drawn[0]?.place ?? 0,
    box,
    width: Math.max(room, last ? last.x + box + EDGES - 1 : 0),
    height: HEAD + LANE_NAMES.length * LANE_HEIGHT + 4,
  };
}

/** From each box to the next; and from what had the secret to what had it next, where another came between. */
function wiresOf(boxes: readonly Box[], box: number): Wire[] {
  const wires: Wire[] = [];
  let holder: number | undefined;
  for (const [column, at] of boxes.entries()) {
    const carries = at.step.carries_secret;
    const from = boxes[column - 1];
    if (from) wires.push({ path: curve(from, at, box), secret: carries && holder === column - 1 });
    const source = holder === undefined ? undefined : boxes[holder];
    if (carries && source && holder !== undefined && holder < column - 1) wires.push({ path: detour(source, at, box), secret: true });
    if (carries) holder = column;
  }
  return wires;
}

/** Between neighbours: out at the right, in at the left. */
function curve(from: Box, to: Box, box: number): string {
  const [x1, y1, x2, y2] = [from.x + box, from.y + BOX_HEIGHT / 2, to.x - 2, to.y + BOX_HEIGHT / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle + 4} ${y1} ${middle - 4} ${y2} ${x2} ${y2}`;
}

/** Past other boxes: along the line between two lanes, where no box stands. */
function detour(from: Box, to: Box, box: number): string {
  const [x1, y1, x2, y2] = [from.x + box, from.y + BOX_HEIGHT / 2, to.x - 2, to.y + BOX_HEIGHT / 2];
  const side = (LANE_HEIGHT - BOX_HEIGHT) / 2;
  const along = y1 <= y2 ? to.y - side : to.y + BOX_HEIGHT + side;
  const out = x1 + GAP / 2 - 3;
  const back = x2 - GAP / 2 + 3;
  return `M${x1} ${y1}C${out} ${y1} ${out} ${y1} ${out} ${along}H${back}C${back} ${y2} ${back} ${y2} ${x2} ${y2}`;
}

/** The step that is shown first: the strictest answer, of those the worst, of those the last. */
export function telling(steps: readonly IncidentStep[]): IncidentStep | undefined {
  const rank = ({ verdict, severity }: IncidentStep) =>
    ["allow", "alert", "ask", "deny"].indexOf(verdict) * 10 + (severity === null ? -1 : ["informational", "low", "medium", "high", "critical"].indexOf(severity));
  return steps.reduce<IncidentStep | undefined>((best, step) => (best === undefined || rank(step) >= rank(best) ? step : best), undefined);
}
