/** One record per line; blank lines are counted, not delivered. Offsets and rules: frame.ts. */
import type { RecordFormat } from "@cordon/model/record";
import { type Frame, type Framer, isBlank, makeHeld, withoutReturn } from "./frame.ts";

const NEWLINE = 10;

export function makeLineFramer(format: RecordFormat = "auto", from = { offset: 0, line: 1 }): Framer {
  const held = makeHeld();
  let offset = from.offset;
  let line = from.line;

  const finish = (out: Frame[]): void => {
    const start = offset - held.length;
    const { bytes, cut } = held.take();
    const text = withoutReturn(bytes);
    if (!isBlank(text))
      out.push({ bytes: text, offset: start, position: line, format, ...(cut ? { meta: { cut } } : {}) });
  };

  return {
    push(chunk) {
      const out: Frame[] = [];
      let at = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
        held.add(chunk.subarray(at, end));
        offset += end - at;
        finish(out);
        offset += 1;
        line += 1;
        at = end + 1;
      }
      held.add(chunk.subarray(at));
      offset += chunk.length - at;
      return out;
    },
    end() {
      const out: Frame[] = [];
      finish(out);
      return out;
    },
  };
}
