// One request over HTTP and its answer: the envelope, and what was found in it.

import type { Exchange, NotRead } from "../../api/types";
import { Words, shown } from "./Words";

/** Why a part of a body was forwarded and not read. */
const reasons: Record<NotRead, string> = {
  coding: "packed in a way that cannot be undone",
  broken: "not what it says it is",
  bomb: "unpacks to far more than it is",
  depth: "packed too often",
  length: "too long",
  busy: "too much at once",
  media: "pictures, sound or fonts",
};

export function ExchangeView({ exchange }: { exchange: Exchange }) {
  const found = exchange.found ?? [];
  return (
    <>
      <Words
        pairs={[
          ["Request", `${exchange.method} ${exchange.scheme}://${exchange.host}${exchange.path}`],
          ["Status", shown(exchange.status)],
          ["What was done", exchange.handling === "forwarded" ? null : exchange.handling],
          ["Host is", exchange.peer],
          ["Format", exchange.format ?? null],
          ["Model", exchange.model ?? null],
          ["Bytes up", shown(exchange.sent)],
          ["Bytes down", shown(exchange.received)],
          ["Took", milliseconds(exchange.milliseconds)],
          ["First byte after", milliseconds(exchange.first_byte)],
          ["First token after", milliseconds(exchange.first_token)],
          ["Error", exchange.error === undefined ? null : `${exchange.error.kind}: ${exchange.error.message}`],
          ["Odd", exchange.signs === undefined ? null : exchange.signs.map((sign) => sign.replaceAll("_", " ")).join(", ")],
          ["Not read", exchange.not_read === undefined ? null : exchange.not_read.map((why) => reasons[why]).join(", ")],
        ]}
      />
      {found.length > 0 && (
        <ul className="changes">
          {found.map((one) => (
            <li key={`${one.pattern} ${one.place} ${one.offset}`}>
              {one.direction} {one.what} <code>{one.pattern}</code> in <code>{one.place}</code> at {one.offset}: <code>{one.snippet}</code>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function milliseconds(count: number | undefined): string | null {
  return count === undefined ? null : `${count} ms`;
}
