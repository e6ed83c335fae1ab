// The vocabulary of crates/event, as it is said to people. A word that a newer daemon
// sends and this page does not know is shown as it came.

import type { AgentKind, Does, IncidentStatus, Kind, Severity, Verdict } from "../api/types";

const AGENTS: Record<AgentKind, string> = {
  "claude-code": "Claude Code",
  codex: "Codex CLI",
  gemini: "Gemini CLI",
  cursor: "Cursor",
  copilot: "Copilot CLI",
  opencode: "opencode",
  cline: "Cline",
  roo: "Roo Code",
  qwen: "Qwen Code",
  "swe-agent": "SWE-agent",
};

const KINDS: Record<Kind, string> = {
  session_start: "Session started",
  session_end: "Session ended",
  prompt: "Prompt",
  turn_end: "Answer",
  tool_call: "Tool call",
  permission_request: "Asked for permission",
  tool_result: "Tool result",
  subagent_start: "Subagent started",
  subagent_end: "Subagent ended",
  compaction: "Context shortened",
  notification: "Notification",
  config_change: "Configuration changed",
  exec: "Program started",
  exit: "Program ended",
  file: "File touched",
  connect: "Connection",
  dns_query: "DNS query",
  listen: "Waits for connections",
  accept: "Connection from outside",
  system: "Reached for the system",
  lost: "Events lost",
  message: "Message",
  thinking: "Thoughts",
  usage: "Model used",
  permission_mode: "Permission mode",
  decision: "Decision",
  hook_registered: "Hook registered",
  hook_run: "Hooks ran",
  http_exchange: "HTTP exchange",
  other: "Other",
};

const VERDICTS: Record<Verdict, string> = { allow: "Allowed", alert: "Alerted", ask: "Asked", deny: "Denied" };

const SEVERITIES: Record<Severity, string> = {
  informational: "Info",
  low: "Low",
  medium: "Medium",
  high: "High",
  critical: "Critical",
};

const STATUSES: Record<IncidentStatus, string> = {
  new: "New",
  investigating: "Investigating",
  contained: "Contained",
  resolved: "Resolved",
  false_positive: "Not a threat",
  snoozed: "Snoozed",
};

const DOES: Record<Does, string> = {
  shell: "Runs a command",
  read: "Reads files",
  write: "Changes files",
  search: "Searches files",
  fetch: "Gets a web page",
  web_search: "Searches the web",
  mcp: "Calls an MCP tool",
  subagent: "Starts a subagent",
  other: "Other tool",
};

const FILE_CLASSES: Record<string, string> = {
  credential: "Private key or stored login",
  canary: "Decoy",
  project_secret: "Secret of the project",
  system_secret: "Secret of the system",
  private_store: "Browser profile, password manager or wallet",
  autostart: "Runs by itself later",
  access_grant: "Lets others in",
  git_hook: "Git hook or configuration",
  agent_config: "Configuration of an agent",
  agent_instructions: "Instructions that an agent obeys",
  guard: "Ringfence's own",
  disk: "Whole disk",
  tree: "Whole directory tree",
  system: "File of the system",
  project: "In the project",
  temporary: "Temporary",
  other: "Elsewhere",
};

const HOST_CLASSES: Record<string, string> = {
  loopback: "This machine",
  private: "Private network",
  metadata: "Gives out cloud credentials",
  known: "Registry, code host or model provider",
  drop: "Takes in anything from anybody",
  address: "Public address without a name",
  unknown: "Not known",
};

const MODES: Record<string, { word: string; means: string }> = {
  monitor: { word: "Monitor", means: "Nothing is denied; everything is recorded." },
  guard: { word: "Guard", means: "What rules mark as certain is denied before it runs." },
  enforce: { word: "Enforce", means: "Like guard, and what would be asked is denied." },
};

const STATES: Record<string, string> = { live: "Live", quiet: "Quiet", never: "Nothing heard yet", not_hooked: "Not hooked" };

const HOOKED: Record<string, string> = { whole: "all installed", partly: "only some installed", no: "not installed", unknown: "cannot be told" };

const SOURCES: Record<string, string> = {
  hook: "a hook",
  host: "Ringfence itself",
  kernel: "the kernel",
  watcher: "the watcher of trusted files",
  transcript: "the agent's transcript",
  telemetry: "the agent's telemetry",
  proxy: "the proxy",
};

const say = (words: Record<string, string>) => (name: string) => words[name] ?? name.replaceAll("_", " ");

export const agentTitle = say(AGENTS);
export const kindWord = say(KINDS);
export const verdictWord = say(VERDICTS);
export const severityWord = say(SEVERITIES);
export const statusWord = say(STATUSES);
export const doesWord = say(DOES);
export const fileClassWord = say(FILE_CLASSES);
export const hostClassWord = say(HOST_CLASSES);
export const stateWord = say(STATES);
export const hookedWord = say(HOOKED);
export const sourceWord = say(SOURCES);

export function modeWord(mode: string): { word: string; means: string } {
  return MODES[mode] ?? { word: mode, means: "" };
}

export const AGENT_NAMES = Object.keys(AGENTS) as AgentKind[];
export const KIND_NAMES = Object.keys(KINDS) as Kind[];
export const VERDICT_NAMES = Object.keys(VERDICTS) as Verdict[];
export const STATUS_NAMES = Object.keys(STATUSES) as IncidentStatus[];
export const SEVERITY_NAMES = Object.keys(SEVERITIES) as Severity[];

/** File classes of which nothing needs to be said. */
export const PLAIN_FILE_CLASSES = new Set(["project", "temporary", "other", "system"]);
/** Host classes of which nothing needs to be said. */
export const PLAIN_HOST_CLASSES = new Set(["loopback", "private", "known"]);
