/**
 * Reader of `text/event-stream` bytes, by hand because the browser's own reader hides kinds it was not told of
 * and cannot send the last id after it gave up. In: chunks of text. Out: finished messages.
 * E1. A message is given out once, when its blank line has come; a cut chunk changes nothing.
 */
export interface StreamFrame {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

export interface FrameReader {
  readonly rest: string;
  readonly lastId: string | undefined;
}

export const NO_FRAMES: FrameReader = { rest: "", lastId: undefined };

/** More unfinished text than this is not a message of ours: forget it rather than grow. */
const REST_CHARS_MAX = 1_048_576;

export function readFrames(reader: FrameReader, chunk: string): readonly [FrameReader, readonly StreamFrame[]] {
  const text = (reader.rest + chunk).replaceAll("\r\n", "\n");
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  const frames: StreamFrame[] = [];
  let lastId = reader.lastId;
  for (const block of blocks) {
    const frame = readFrame(block);
    lastId = frame.id ?? lastId;
    if (frame.data !== "" || frame.event !== "message") frames.push({ ...frame, id: lastId });
  }
  return [{ rest: rest.length > REST_CHARS_MAX ? "" : rest, lastId }, frames];
}

function readFrame(block: string): StreamFrame {
  let id: string | undefined;
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "id") id = value;
    if (name === "event") event = value;
    if (name === "data") data.push(value);
  }
  return { id, event, data: data.join("\n") };
}
