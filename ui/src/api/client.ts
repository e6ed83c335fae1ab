// One way to ask the daemon, and one kind of failure.

import createClient from "openapi-fetch";
import type { paths } from "./schema";

/** What the API answered instead of what was asked for. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | null;

  constructor(status: number, code: string, message: string, hint: string | null) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

// The header is what an other site cannot send: it goes with every call, needed or not.
export const client = createClient<paths>({ headers: { "X-Ringfence": "1" } });

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** Returns the answer's data, or throws an `ApiFailure`. */
export async function unwrap<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiFailure(0, "unreachable", "The daemon does not answer.", "Start it: `ringfence up --detach`");
  }
  if (answer.data !== undefined) return answer.data;
  throw failure(answer.response.status, answer.error);
}

function failure(status: number, body: unknown): ApiFailure {
  const error = isRecord(body) && isRecord(body["error"]) ? body["error"] : {};
  return new ApiFailure(
    status,
    text(error["code"]) ?? "unknown",
    text(error["message"]) ?? `The daemon answered ${status} without saying why.`,
    text(error["hint"]) ?? null,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
