/**
 * The mail's way as servers noted it (Received). Enters: headers. Leaves: hops, the last one first.
 * RL1. Anyone can write a hop below one's own; so hops are compared with what the mail says of itself, never believed.
 */
import { registrable } from "./look-alike.ts";
import { headersOf, type MailMessage } from "./message.ts";

export interface Relay {
  /** Name that the sender of the hop gave itself. */
  readonly said: string;
  /** Name that its address has, where the server looked it up. */
  readonly named: string | undefined;
  readonly address: string | undefined;
}

const HOPS_MAX = 50;
const HOP_CHARS_MAX = 1_000;
const HOP = /^\s*from\s+\[?([^\s()[\];]{1,255})\]?\s*(?:\(([^()]{0,500}(?:\([^()]{0,200}\)[^()]{0,200})?)\))?/i;

export function relaysOf(message: MailMessage): readonly Relay[] {
  return headersOf(message, "received")
    .slice(0, HOPS_MAX)
    .flatMap((value) => {
      const found = HOP.exec(value.slice(0, HOP_CHARS_MAX));
      if (found === null) return [];
      const said = (found[1] ?? "").toLowerCase();
      const note = found[2] ?? "";
      const named = /(?:^|\s)([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+)\.?(?=[\s[]|$)/i.exec(
        note.replace(/\[[^\]]*\]/g, "["),
      )?.[1];
      const address = /\[?(\d{1,3}(?:\.\d{1,3}){3})\]?/.exec(note)?.[1];
      return [{ said, named: named !== undefined && /[a-z]/i.test(named) ? named.toLowerCase() : undefined, address }];
    });
}

/** Registrable domains of all names on the way. */
export const relayDomains = (relays: readonly Relay[]): ReadonlySet<string> =>
  new Set(
    relays
      .flatMap(({ said, named }) => [said, named ?? ""])
      .flatMap((name) => (/[a-z]/.test(name) && name.includes(".") ? [registrable(name)] : [])),
  );

const PRIVATE = /^(?:10|127|0|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254|100\.(?:6[4-9]|[789]\d|1[01]\d|12[0-7]))\./;

export const isPublicAddress = (address: string): boolean => !PRIVATE.test(address);
