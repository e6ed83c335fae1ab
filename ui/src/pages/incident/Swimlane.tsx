// The story as a picture. The boxes are buttons, so that keyboards and screen readers have the
// same; the lines behind them are a drawing only.

import { useEffect, useRef, useState } from "react";
import type { Incident } from "../../api/types";
import { between, clock, span } from "../../format/time";
import { severityWord, verdictWord } from "../../format/words";
import { LaneIcon } from "../../parts/incident/LaneIcon";
import { LANES, LANE_NAMES, shortWhat } from "../../parts/incident/words";
import { Panel } from "../../parts/Panel";
import { useKeys } from "../../state/keys";
import { BOX_HEIGHT, type Box, HEAD, LANE_HEIGHT, type Picture, pictureOf } from "./lanes";

interface SwimlaneProps {
  incident: Incident;
  /** The place of the step that is looked at. */
  at: string | undefined;
  onStep: (place: string) => void;
}

export function Swimlane({ incident, at, onStep }: SwimlaneProps) {
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(1000);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => entry && setRoom(Math.floor(entry.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const picture = pictureOf(incident.steps, room);
  const here = picture.boxes.findIndex((one) => at !== undefined && one.places.includes(at));
  useEffect(() => {
    // Only the picture moves: the page stays where it is.
    const current = box.current?.querySelector<HTMLElement>("[aria-current]");
    if (box.current && current) box.current.scrollTo({ left: current.offsetLeft - (box.current.clientWidth - current.offsetWidth) / 2 });
  }, [at, room]);
  const move = (by: number) => {
    const other = picture.boxes[Math.min(picture.boxes.length - 1, Math.max(0, here + by))];
    if (other) onStep(other.step.place);
  };
  useKeys({ ArrowLeft: () => move(-1), ArrowRight: () => move(1) });
  return (
    <Panel
      title={incident.steps.length === 1 ? "What happened" : `What happened, in ${between(incident.first, incident.last)}`}
      className="lanes"
      aside={<span className="lanes-legend"><span className="then" />came next <span className="went" />carried the secret <span className="key-hints" aria-hidden><kbd>←</kbd> <kbd>→</kbd> step</span></span>}
    >
      {picture.before > 0 && <p className="padded faint">{picture.before} earlier steps are not drawn.</p>}
      <div className="lanes-frame">
        <div className="lanes-names" style={{ paddingTop: HEAD }} aria-hidden>{LANE_NAMES.map((lane) => <span key={lane} style={{ height: LANE_HEIGHT }}>{LANES[lane]}</span>)}</div>
        <div ref={box} className="lanes-scroll" tabIndex={-1}>
          <div className="lanes-canvas" style={{ width: picture.width, height: picture.height }}>
            <Lines picture={picture} />
            <ol>
              {picture.boxes.map((one, column) => (
                <li key={one.step.place}>
                  <BoxView one={one} width={picture.box} first={incident.first} current={column === here} onStep={onStep} />
                </li>
              ))}
            </ol>
          </div>
        </div>
      </div>
    </Panel>
  );
}

function Lines({ picture }: { picture: Picture }) {
  return (
    <svg width={picture.width} height={picture.height} aria-hidden>
      <defs>
        <marker id="lane-then" markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" refX="6" refY="4" orient="auto"><path className="then" d="M0 .5 7 4 0 7.5Z" /></marker>
        <marker id="lane-went" markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" refX="6" refY="4" orient="auto"><path className="went" d="M0 .5 7 4 0 7.5Z" /></marker>
      </defs>
      {LANE_NAMES.map((lane, row) => (
        <line key={lane} x1="0" x2={picture.width} y1={HEAD + row * LANE_HEIGHT} y2={HEAD + row * LANE_HEIGHT} />
      ))}
      {picture.wires.map(({ path, secret }) => <path key={path + String(secret)} className={secret ? "went" : "then"} d={path} markerEnd={`url(#lane-${secret ? "went" : "then"})`} />)}
    </svg>
  );
}

interface BoxProps {
  one: Box;
  width: number;
  first: string;
  current: boolean;
  onStep: (place: string) => void;
}

function BoxView({ one, width, first, current, onStep }: BoxProps) {
  const { step, place, times, x, y } = one;
  const since = Date.parse(step.at) - Date.parse(first);
  return (
    <>
      <span className="lane-time mono" style={{ left: x, width }}>{place + 1}&ensp;{since === 0 ? clock(step.at) : `+${span(since)}`}</span>
      <button
        type="button"
        className={`lane-box ${step.severity ?? ""} ${step.carries_secret ? "carries" : ""}`}
        style={{ left: x, top: y, width, height: BOX_HEIGHT }}
        aria-current={current ? "step" : undefined}
        title={step.to}
        onClick={() => onStep(step.place)}
      >
        <LaneIcon step={step} />
        <span className="hidden">{LANES[step.lane]}: </span>
        <b className="cut">{shortWhat(step.what)}{times > 1 && <span className="faint"> ×{times}</span>}</b>
        <span className="cut lane-to">
          {step.verdict !== "allow" && <span className={`lane-verdict ${step.verdict}`}>{verdictWord(step.verdict)} </span>}
          <code>{step.to}</code>
        </span>
        <span className="hidden">{step.severity !== null && `${severityWord(step.severity)}. `}{step.carries_secret && "It carried a secret."}</span>
      </button>
    </>
  );
}
