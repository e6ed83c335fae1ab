// The one WebSocket of a tab: opens, resumes where it stopped, and tries again when cut.

import { client, unwrap } from "../api/client";
import type { ClientMessage } from "../api/types";
import { backoff } from "./backoff";
import { forget, setComplaint, setLine, setSkipped, take } from "./feed";
import { START, type StreamState, parse, reduce } from "./reduce";

/** Rows that a fresh page begins with. */
const HISTORY = 500;
/** A line that says nothing for so long is asked whether it is still there. */
const SILENCE = 20_000;
/** How long it may take to answer that. */
const PATIENCE = 10_000;

let state: StreamState = START;
let failures = 0;
let running = false;
let socket: WebSocket | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let watchdog: ReturnType<typeof setTimeout> | undefined;

/** Starts the stream, once; more calls do nothing. */
export function startStream(): void {
  if (running) return;
  running = true;
  void open();
}

/** Ends the stream: nobody is signed in any more. */
export function stopStream(): void {
  running = false;
  clearTimeout(timer);
  clearTimeout(watchdog);
  socket?.close();
  socket = undefined;
}

async function open(): Promise<void> {
  setLine("connecting");
  try {
    if (state.seq === null) await begin();
  } catch (error) {
    setComplaint(error instanceof Error ? error.message : String(error));
    again();
    return;
  }
  if (!running) return;
  const line = new WebSocket(`ws://${location.host}/api/v1/stream`);
  socket = line;
  line.addEventListener("open", () => say(line, { type: "subscribe", topics: ["events", "findings"], since: state.seq }));
  line.addEventListener("message", (event) => hear(line, event.data));
  line.addEventListener("close", () => {
    if (socket === line) again();
  });
}

/** The latest rows that are stored, so that a fresh page is not empty. */
async function begin(): Promise<void> {
  const list = await unwrap(client.GET("/api/v1/events", { params: { query: { limit: HISTORY, order: "newest" } } }));
  const events = list.items.toReversed();
  forget();
  take(events, []);
  state = { ...state, seq: events.at(-1)?.seq ?? 0 };
}

function hear(line: WebSocket, data: unknown): void {
  if (socket !== line) return;
  watch(line);
  const message = parse(data);
  if (!message) return;
  const step = reduce(state, message);
  state = step.state;
  if (step.restarted) {
    // Reading the beginning again needs a new subscription as well.
    line.close();
    return;
  }
  if (message.type === "hello") {
    failures = 0;
    setComplaint(undefined);
    setLine("open");
  }
  if (step.complaint !== undefined) setComplaint(step.complaint);
  setSkipped(state.skipped);
  if (step.events.length > 0 || step.findings.length > 0) take(step.events, step.findings);
}

/** A cut line may look open for minutes: ask, and give up on silence. */
function watch(line: WebSocket): void {
  clearTimeout(watchdog);
  watchdog = setTimeout(() => {
    say(line, { type: "ping", n: 1 });
    watchdog = setTimeout(() => line.close(), PATIENCE);
  }, SILENCE);
}

function say(line: WebSocket, message: ClientMessage): void {
  if (line.readyState === WebSocket.OPEN) line.send(JSON.stringify(message));
}

function again(): void {
  clearTimeout(watchdog);
  socket = undefined;
  if (!running) return;
  setLine("waiting");
  timer = setTimeout(() => void open(), backoff(failures, Math.random()));
  failures += 1;
}
