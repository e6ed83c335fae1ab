// The icon of what happened; always beside its word.

import {
  Bot, Bell, Cable, CircleAlert, Cpu, FilePenLine, FileSearch, FileText, Globe, type LucideIcon, LogIn, LogOut, MessagesSquare, Play, Plug,
  Scissors, Search, Settings2, ShieldQuestion, Square, SquareTerminal, Users, Wrench, CircleDot,
} from "lucide-react";
import type { Does, Kind } from "../api/types";

const TOOLS: Record<Does, LucideIcon> = {
  shell: SquareTerminal,
  read: FileText,
  write: FilePenLine,
  search: FileSearch,
  fetch: Globe,
  web_search: Search,
  mcp: Plug,
  subagent: Users,
  other: Wrench,
};

const KINDS: Partial<Record<Kind, LucideIcon>> = {
  session_start: LogIn,
  session_end: LogOut,
  prompt: MessagesSquare,
  turn_end: Bot,
  permission_request: ShieldQuestion,
  subagent_start: Users,
  subagent_end: Users,
  compaction: Scissors,
  notification: Bell,
  config_change: Settings2,
  exec: Play,
  exit: Square,
  file: FileText,
  connect: Cable,
  dns_query: Globe,
  listen: Cable,
  accept: Cable,
  system: Cpu,
  lost: CircleAlert,
  message: Bot,
  thinking: Bot,
  permission_mode: ShieldQuestion,
  decision: ShieldQuestion,
};

export function KindIcon({ kind, does }: { kind: Kind; does: Does | null }) {
  const Icon = (does && TOOLS[does]) ?? KINDS[kind] ?? CircleDot;
  return <Icon aria-hidden />;
}
