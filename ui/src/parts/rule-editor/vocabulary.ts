// The words of a rule, for completion: keys, fields by category, and what a field may say. A test
// holds them against the parser's own tables, so that nothing is offered that is not understood.

export const KEYS: Record<string, readonly string[]> = {
  "": ["title", "id", "status", "description", "references", "author", "date", "modified", "tags", "logsource", "detection", "correlation", "falsepositives", "level", "ringfence"],
  logsource: ["product", "category", "definition"],
  ringfence: ["name", "action", "reason", "allow", "alone", "counts", "examples", "negative_examples"],
  correlation: ["type", "rules", "group-by", "timespan", "condition", "aliases", "generate"],
  example: ["command", "read", "write", "delete", "fetch", "tool", "prompt", "said", "result", "text", "server", "input", "cwd"],
};

const COMMON = [
  "agent", "tool", "does", "kind", "cwd", "moment", "unclear", "command", "at", "session", "source", "call", "secrets", "secret_kinds", "leaks",
  "injection_level", "injection_origin", "injection_rule", "hidden", "personal", "same", "ancestors", "unsaid", "said", "done",
];
const COMMAND = [
  "program", "Image", "CommandLine", "ParentImage", "args", "through", "fed_by", "carries", "changes", "hosts", "host_classes", "source_hosts",
  "source_classes", "computed", "runs_written_by",
];
const FILE = ["path", "full", "file_name", "access", "class", "by", "text", "layer", "change"];
const NETWORK = ["host", "DestinationIp", "DestinationPort", "class", "by"];
const TOOL = ["server", "server_tool", "input", "repository"];
const RESULT = [...TOOL, "output", "outcome"];
const KERNEL = ["program", "Image", "CommandLine", "args", "ParentImage", "activity", "path", "full", "file_name", "to", "class", "host", "host_class", "DestinationIp", "DestinationPort", "transport", "target", "error"];
const EXCHANGE = ["host", "host_class", "DestinationPort", "path", "method", "status", "peer", "format", "provider", "model", "sign", "found", "pattern", "carried", "handling", "ending", "not_read"];

const OWN: Record<string, readonly string[]> = {
  command: COMMAND, process_creation: COMMAND, file: FILE, file_event: FILE, file_access: FILE, file_delete: FILE, file_rename: FILE, memory_change: FILE, config_change: FILE,
  network: NETWORK, network_connection: NETWORK, dns_query: NETWORK, tool: TOOL, mcp_call: TOOL, event: RESULT, tool_result: RESULT, prompt: ["text"],
  package_install: ["manager", "package", "Image", "CommandLine", "args", "through"], kernel: KERNEL, http_exchange: EXCHANGE, llm_request: EXCHANGE,
};

export const CATEGORIES: readonly string[] = Object.keys(OWN);

/** The fields of a category, its own first; of one that is not known those that all have. */
export function fieldsOf(category: string | undefined): readonly string[] {
  return [...new Set([...(OWN[category ?? ""] ?? []), ...COMMON])];
}

export const MODIFIERS: readonly string[] = ["contains", "startswith", "endswith", "all", "cased", "re", "exists", "neq", "gt", "gte", "lt", "lte", "cidr", "expand"];

const FILE_CLASSES = [
  "canary", "credential", "project_secret", "system_secret", "private_store", "autostart", "access_grant", "git_hook", "agent_config",
  "agent_instructions", "guard", "disk", "tree", "system", "project", "temporary", "other",
];
const HOST_CLASSES = ["loopback", "private", "metadata", "known", "drop", "address", "unknown"];

/** What a key or a field may say, where that is a closed set. */
export const VALUES: Record<string, readonly string[]> = {
  status: ["experimental", "test", "stable", "deprecated"],
  level: ["informational", "low", "medium", "high", "critical"],
  product: ["agent"],
  category: CATEGORIES,
  action: ["deny", "ask", "alert"],
  allow: ["project", "once"],
  alone: ["true", "false"],
  counts: ["happened", "denied"],
  type: ["temporal_ordered", "temporal", "event_count", "value_count"],
  agent: ["claude-code", "codex", "gemini", "cursor", "copilot", "opencode", "cline", "roo", "qwen", "swe-agent"],
  does: ["shell", "read", "write", "search", "fetch", "web_search", "mcp", "subagent", "other"],
  access: ["read", "write", "delete"],
  class: FILE_CLASSES,
  carries: FILE_CLASSES,
  changes: FILE_CLASSES,
  source_classes: HOST_CLASSES,
  host_class: HOST_CLASSES,
  host_classes: HOST_CLASSES,
  source: ["hook", "kernel", "watcher", "transcript", "telemetry", "proxy"],
  injection_level: ["taint", "alert"],
  injection_origin: ["tool_result", "fetched_page", "tool_description", "package_readme", "code_comment", "instructions", "skill", "user_prompt", "model_output"],
  leaks: ["plain", "base64", "hex", "reversed", "split"],
  activity: ["create", "read", "update", "delete", "rename", "link", "set_attributes"],
  peer: ["provider", "trusted", "local", "flagged", "unknown"],
  handling: ["forwarded", "redacted", "blocked", "tunnelled"],
};

/** In rules of hosts a class is another thing. */
export function valuesOf(key: string, category: string | undefined): readonly string[] {
  if (key === "class" && OWN[category ?? ""] === NETWORK) return HOST_CLASSES;
  return VALUES[key] ?? [];
}
