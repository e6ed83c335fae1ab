// Words for things that agents touched, and the names that they have in addresses.

import type { McpCallRow, PackageRow, SeenBy } from "../api/types";

/** Who says so: the command or the tool before it ran, or what watched it run. */
export const SEEN: Record<SeenBy, { word: string; means: string }> = {
  said: { word: "said", means: "as the call says; nobody watched it run" },
  done: { word: "done", means: "the kernel saw it; no call spoke of it" },
  both: { word: "said and done", means: "the call says it, and the kernel saw it" },
};

/** `2 read, 1 changed` */
export function accesses({ read, written, deleted }: { read: number; written: number; deleted: number }): string {
  return [read > 0 && `${read} read`, written > 0 && `${written} changed`, deleted > 0 && `${deleted} deleted`].filter(Boolean).join(", ");
}

/** `npm:left-pad@1.3.0` */
export function packageId({ ecosystem, name, version }: Pick<PackageRow, "ecosystem" | "name" | "version">): string {
  return `${ecosystem}:${name}@${version ?? ""}`;
}

/** `postgres/query` */
export function toolId({ server, tool }: Pick<McpCallRow, "server" | "tool">): string {
  return `${server}/${tool}`;
}
