// What happened, by its kind, with the evidence of findings marked inside of it.

import type { Event, Tool } from "../../api/types";
import { type Piece, markAny } from "../../format/evidence";
import { doesWord } from "../../format/words";
import { Code, PlainCode } from "../Code";
import { ExchangeView } from "./ExchangeView";
import { Words, shown } from "./Words";

/** Longer outputs are cut for the page; the record has them whole. */
const LONGEST = 20_000;

export function ActionView({ event, evidence }: { event: Event; evidence: string[] }) {
  const { action } = event;
  const marked = (text: string) => markAny(text, evidence);
  switch (action.kind) {
    case "prompt":
    case "notification":
      return <Spoken text={action.text} />;
    case "turn_end":
      return action.text === null ? <p className="dim">The agent ended its turn; the hook does not tell what it said.</p> : <Spoken text={action.text} />;
    case "tool_call":
    case "permission_request":
      return <ToolView tool={action.tool} marked={marked} />;
    case "tool_result":
      return (
        <>
          <ToolView tool={action.tool} marked={marked} />
          <section>
            <h3>What came back{action.outcome === "failure" && ": a failure"}</h3>
            <PlainCode label="What came back" text={outputText(action.output)} />
          </section>
        </>
      );
    case "session_start":
      return <Words pairs={[["Reason", action.reason], ["Model", action.model]]} />;
    case "session_end":
      return <Words pairs={[["Reason", action.reason]]} />;
    case "subagent_start":
    case "subagent_end":
      return <Words pairs={[["Name", action.name]]} />;
    case "compaction":
      return <Words pairs={[["Trigger", action.trigger]]} />;
    case "config_change":
      return (
        <>
          <Words pairs={[["File", action.path], ["Layer", action.layer]]} />
          {action.changes !== undefined && action.changes.length > 0 && (
            <ul className="changes">
              {action.changes.map((change) => (
                <li key={`${change.kind} ${change.text}`}>{change.text}</li>
              ))}
            </ul>
          )}
        </>
      );
    case "exec":
      return <Code label="Program" pieces={marked(action.argv.join(" "))} />;
    case "exit":
      return <Words pairs={[["Exit code", shown(action.code)], ["Signal", shown(action.signal)]]} />;
    case "file":
      return <Words pairs={[["File", action.path], ["What was done", ACTIVITIES[action.activity]], ["New name", action.to ?? null], ["Failed with", shown(action.error)]]} />;
    case "connect":
      return <Words pairs={[["Address", action.address], ["Port", shown(action.port)], ["By", action.transport.toUpperCase()], ["Failed with", shown(action.error)]]} />;
    case "dns_query":
      return <Words pairs={[["Name", action.name], ["Record", action.record], ["Failed with", shown(action.error)]]} />;
    case "listen":
      return <Words pairs={[["Address", action.address], ["Port", shown(action.port)], ["By", action.transport.toUpperCase()]]} />;
    case "accept":
      return <Words pairs={[["From", action.address], ["To port", shown(action.port)], ["By", action.transport.toUpperCase()]]} />;
    case "system":
      return <Words pairs={[["What was done", SYSTEM[action.activity]], ["To", action.target], ["Failed with", shown(action.error)]]} />;
    case "lost":
      return <Words pairs={Object.entries(action.counts).map(([cause, count]) => [LOST[cause] ?? cause, shown(count)])} />;
    case "message":
    case "thinking":
      return <Code label={action.kind === "message" ? "Message" : "Thoughts"} pieces={marked(action.text)} />;
    case "usage":
      return (
        <Words
          pairs={[
            ["Model", action.usage.model ?? null],
            ["Input tokens", shown(action.usage.input)],
            ["Output tokens", shown(action.usage.output)],
            ["Read from cache", shown(action.usage.cache_read)],
            ["Written to cache", shown(action.usage.cache_write + action.usage.cache_write_hour)],
          ]}
        />
      );
    case "permission_mode":
      return <Words pairs={[["Mode", action.mode], ["Asks its user", action.unguarded ? "about nothing" : "yes"]]} />;
    case "decision":
      return <Words pairs={[["Tool", action.tool], ["Decision", action.accepted ? "accepted" : "refused"], ["By", action.by]]} />;
    case "hook_registered":
      return <Words pairs={[["Moment", action.moment], ["For", action.matcher], ["Layer", action.layer]]} />;
    case "hook_run":
      return (
        <Words
          pairs={[
            ["Moment", action.name ?? action.moment],
            ["Succeeded", shown(action.counts.succeeded)],
            ["Blocked", shown(action.counts.blocked)],
            ["Failed", shown(action.counts.failed)],
            ["Cancelled", shown(action.counts.cancelled)],
          ]}
        />
      );
    case "http_exchange":
      return <ExchangeView exchange={action.exchange} />;
    case "other":
      return <p className="dim">This version has no word for it. What the agent sent is below.</p>;
  }
}

const SYSTEM = {
  trace: "read or steered another process",
  signal: "sent a signal to Ringfence",
  mount: "mounted a file system",
  load_module: "loaded a kernel module",
  load_program: "loaded a program into the kernel",
  queue: "made an io_uring queue",
};

const LOST: Record<string, string> = {
  ring_full: "Too many at once",
  map_full: "Too many processes",
  fault: "Could not be read",
};

const ACTIVITIES = {
  create: "created",
  read: "opened for reading",
  update: "opened for writing",
  delete: "deleted",
  rename: "renamed",
  link: "linked",
  set_attributes: "permissions or owner changed",
};

function Spoken({ text }: { text: string }) {
  return <p className="spoken">{text}</p>;
}

interface ToolProps {
  tool: Tool;
  /** Marks the evidence where it stands. */
  marked: (text: string) => Piece[];
}

function ToolView({ tool, marked }: ToolProps) {
  return (
    <section>
      <h3>{doesWord(tool.operation.does)} <span className="faint">with {tool.name}</span></h3>
      <Operation tool={tool} marked={marked} />
    </section>
  );
}

function Operation({ tool, marked }: ToolProps) {
  const { operation } = tool;
  switch (operation.does) {
    case "shell":
      return (
        <>
          <Code label="Command" pieces={marked(operation.command)} prompt />
          {operation.cwd !== undefined && <p className="faint">in <code>{operation.cwd}</code></p>}
        </>
      );
    case "read":
      return <Code label="Files" pieces={marked(operation.paths.join("\n"))} />;
    case "write":
      return operation.changes.map((change) => (
        <div key={`${change.change} ${change.path}`} className="change">
          <Code label="File" pieces={[{ text: `${CHANGES[change.change]} `, marked: false }, ...marked(change.path)]} />
          {change.text !== undefined && change.text !== "" && (
            <details open={change.text.length < 600}>
              <summary>The text that is put there</summary>
              <Code label="Text" pieces={marked(cut(change.text))} />
            </details>
          )}
        </div>
      ));
    case "search":
      return <Code label="Search" pieces={marked([operation.pattern, operation.path === null ? null : `in ${operation.path}`].filter((part) => part !== null).join(" "))} />;
    case "fetch":
      return <Code label="Addresses" pieces={marked(operation.urls.join("\n"))} />;
    case "web_search":
      return <Code label="Query" pieces={marked(operation.query)} />;
    case "mcp":
      return (
        <>
          <Code label="MCP tool" pieces={marked(`${operation.server}/${operation.tool}`)} />
          <Input tool={tool} />
        </>
      );
    case "subagent":
      return <Code label="What it is told" pieces={marked(operation.prompt)} />;
    case "other":
      return <Input tool={tool} />;
  }
}

const CHANGES = { create: "write", update: "change", delete: "delete" };

function Input({ tool }: { tool: Tool }) {
  if (tool.input === undefined || tool.input === null) return null;
  return (
    <details open>
      <summary>Arguments</summary>
      <PlainCode label="Arguments" text={cut(JSON.stringify(tool.input, null, 2))} />
    </details>
  );
}

/** A tool's output as one reads it: the agents wrap plain text into objects. */
function outputText(output: unknown): string {
  if (typeof output === "string") return cut(output) || "(nothing)";
  if (output === null || output === undefined) return "(nothing)";
  if (typeof output === "object" && "stdout" in output && typeof output.stdout === "string") {
    const errors = "stderr" in output && typeof output.stderr === "string" ? output.stderr : "";
    return cut([output.stdout, errors].filter((part) => part !== "").join("\n")) || "(nothing)";
  }
  return cut(JSON.stringify(output, null, 2));
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} more characters are in the record` : text;
}
