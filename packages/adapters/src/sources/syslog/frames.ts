/**
 * Syslog over a byte stream (RFC 6587): octet-counted (`LEN SP MSG`) and line-ended messages, told apart per message.
 * In: chunks. Out: one frame per message. Rules: ../framing/frame.ts.
 *
 * SF1. A count is believed only when it stands before `<`: every counted message begins with its priority, and a line of
 *      text may well begin with a number.
 * SF2. A message over the limit is cut and says so; the next one is found all the same.
 */
import { type Frame, type Framer, isBlank, makeHeld } from "../framing/frame.ts";

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const LESS = 60;
/** A larger count is no count: no sender has such messages, and skipping them would take the connection for ever. */
const COUNT_DIGITS_MAX = 8;

/** rsyslog counts the line end of its template as part of the message; some senders add NUL. Neither is content. */
export function withoutEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === NEWLINE || bytes[end - 1] === RETURN || bytes[end - 1] === 0)) end -= 1;
  return bytes.subarray(0, end);
}

/** start: between messages; prefix: digits that may be a count; counted / line: within a message. */
type Place = "start" | "prefix" | "counted" | "line";

export interface SyslogFramer extends Framer {
  /** Part of a message is waiting for its end. */
  readonly unfinished: boolean;
}

export function makeSyslogFramer(messageBytesMax: number): SyslogFramer {
  const held = makeHeld(messageBytesMax);
  let place: Place = "start";
  let prefix: number[] = [];
  let left = 0;
  let offset = 0;
  let startOffset = 0;
  let count = 0;

  const emit = (out: Frame[]): void => {
    const { bytes, cut } = held.take();
    const body = withoutEnd(bytes);
    place = "start";
    if (isBlank(body)) return;
    count += 1;
    out.push({
      bytes: body,
      offset: startOffset,
      position: count,
      format: "syslog",
      ...(cut ? { meta: { cut } } : {}),
    });
  };

  const start = (byte: number): number => {
    // What some senders put between messages: line ends after a count, NUL, spaces.
    if (byte <= SPACE) return 1;
    startOffset = offset;
    place = byte >= 49 && byte <= 57 ? "prefix" : "line";
    prefix = [];
    return 0;
  };

  const prefixed = (byte: number): number => {
    const digits = prefix.length - (prefix[prefix.length - 1] === SPACE ? 1 : 0);
    const complete = digits < prefix.length;
    if (complete && byte === LESS) {
      left = Number(String.fromCharCode(...prefix));
      place = "counted";
      return 0;
    }
    const digit = byte >= 48 && byte <= 57;
    if (!complete && ((digit && digits < COUNT_DIGITS_MAX) || (byte === SPACE && digits > 0))) {
      prefix.push(byte);
      return 1;
    }
    held.add(Uint8Array.from(prefix));
    place = "line";
    return 0;
  };

  const counted = (chunk: Uint8Array, at: number, out: Frame[]): number => {
    const part = chunk.subarray(at, at + left);
    held.add(part);
    left -= part.length;
    if (left === 0) emit(out);
    return part.length;
  };

  const line = (chunk: Uint8Array, at: number, out: Frame[]): number => {
    const end = chunk.indexOf(NEWLINE, at);
    held.add(chunk.subarray(at, end < 0 ? chunk.length : end));
    if (end < 0) return chunk.length - at;
    emit(out);
    return end + 1 - at;
  };

  return {
    get unfinished() {
      return place !== "start";
    },
    push(chunk) {
      const out: Frame[] = [];
      for (let at = 0; at < chunk.length; ) {
        const byte = chunk[at] ?? 0;
        let used = 0;
        if (place === "start") used = start(byte);
        else if (place === "prefix") used = prefixed(byte);
        else used = place === "counted" ? counted(chunk, at, out) : line(chunk, at, out);
        at += used;
        offset += used;
      }
      return out;
    },
    end() {
      const out: Frame[] = [];
      if (place === "prefix") held.add(Uint8Array.from(prefix));
      const missing = place === "counted" ? left : 0;
      if (place !== "start") emit(out);
      return out.map((frame) =>
        missing === 0
          ? frame
          : { ...frame, meta: { ...frame.meta, broken: `ended ${missing} bytes before its count` } },
      );
    },
  };
}
