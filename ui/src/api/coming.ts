// Routes of the contract that openapi.json does not say yet.

import { unwrap } from "./client";

type Query = Record<string, string | number | boolean | undefined>;

export function get<Data>(path: string, query: Query, signal?: AbortSignal): Promise<Data> {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) pairs.set(name, String(value));
  return unwrap(ask<Data>(`${path}${pairs.size > 0 ? `?${pairs}` : ""}`, { signal: signal ?? null }));
}

export function change<Data>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<Data> {
  return unwrap(ask<Data>(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) }));
}

async function ask<Data>(path: string, init: RequestInit): Promise<{ data?: Data; error?: unknown; response: Response }> {
  const response = await fetch(path, { ...init, headers: { "X-Ringfence": "1", ...(init.body !== undefined && { "Content-Type": "application/json" }) } });
  const body: unknown = await response.json();
  return response.ok ? { data: body as Data, response } : { error: body, response };
}
