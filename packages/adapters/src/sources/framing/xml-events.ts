/**
 * Windows events as XML, as Event Viewer and wevtutil export them: one after the other, with or without lines between, bare or
 * within `<Events>`. In: chunks. Out: one frame per `<Event ..>..</Event>`; what stands between and is no markup of the
 * export's own gives frames by line. Rules: frame.ts.
 */
import { cutRemark, FRAME_BYTES_MAX, type Frame, type Framer, isBlank, withoutReturn } from "./frame.ts";

const END = Buffer.from("</Event>");
/** Of the export itself, not of an event. */
const MARKUP = /^(?:\s*(?:<\?xml[^>]*\?>|<\/?Events(?:\s[^>]*)?>))+\s*/;
const START = /<Event[\s>]/;
const NEWLINE = 10;

export function isXmlEvents(head: string): boolean {
  return /^\s*<(?:\?xml|Events?)[\s>]/.test(head) && START.test(head.replace(MARKUP, ""));
}

export function makeXmlEventFramer(): Framer {
  let held = Buffer.alloc(0);
  /** Offset of what is held; how much of an endless event was not kept; how far the end was looked for. */
  let offset = 0;
  let dropped = 0;
  let looked = 0;
  let position = 0;

  const frame = (bytes: Buffer, at: number, { lost = 0, max = FRAME_BYTES_MAX } = {}): Frame => {
    position += 1;
    const cut = bytes.length > max || lost > 0;
    const kept = bytes.subarray(0, max);
    const meta = cut ? { meta: { cut: cutRemark(kept.length, bytes.length + lost) } } : {};
    return { bytes: kept, offset: at, position, format: "auto", ...meta };
  };

  /** Text that is neither an event nor the export's own. */
  const between = (bytes: Buffer, at: number, out: Frame[]): void => {
    for (let start = 0; start < bytes.length; ) {
      const found = bytes.indexOf(NEWLINE, start);
      const end = found < 0 ? bytes.length : found;
      const line = withoutReturn(bytes.subarray(start, end));
      if (!isBlank(line)) out.push(frame(Buffer.from(line), at + start));
      start = end + 1;
    }
  };

  const finish = (whole: Buffer, lost: number, out: Frame[]): void => {
    const text = whole.toString("latin1");
    const from = MARKUP.exec(text)?.[0].length ?? 0;
    const begin = text.slice(from).search(START);
    between(begin < 0 ? whole.subarray(from) : whole.subarray(from, from + begin), offset + from, out);
    if (begin < 0) return;
    const at = from + begin;
    // What may have been dropped lies behind FRAME_BYTES_MAX of what was held.
    out.push(frame(whole.subarray(at), offset + at, { lost, max: Math.max(0, FRAME_BYTES_MAX - at) }));
  };

  return {
    push(chunk) {
      const out: Frame[] = [];
      held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
      for (let end = held.indexOf(END, looked); end >= 0; end = held.indexOf(END, looked)) {
        const next = end + END.length;
        finish(held.subarray(0, next), dropped, out);
        offset += next + dropped;
        held = held.subarray(next);
        looked = 0;
        dropped = 0;
      }
      // An event without end: its beginning stays, and enough of its end to find the tag.
      const spare = held.length - HELD_MAX;
      if (spare > 0) {
        held = Buffer.concat([held.subarray(0, FRAME_BYTES_MAX), held.subarray(FRAME_BYTES_MAX + spare)]);
        dropped += spare;
      }
      looked = Math.max(0, held.length - END.length + 1);
      return out;
    },
    end() {
      const out: Frame[] = [];
      finish(held, dropped, out);
      return out;
    },
  };
}

const HELD_MAX = FRAME_BYTES_MAX + 64;
