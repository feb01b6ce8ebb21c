/**
 * The files of files.ts frame by frame, for those who keep nothing: no ids, no batches, lines of JSON as lines, and standard input.
 * In: paths. Out: frames with what records have beside them. FI1 and FI2 of files.ts hold.
 */
import { AppError } from "@cordon/model/error";
import type { Stop } from "@cordon/model/ports/runtime";
import type { InputFailure } from "@cordon/model/ports/source";
import type { RawRecord } from "@cordon/model/record";
import type { Frame } from "../framing/frame.ts";
import { lineContentOf } from "./content.ts";
import { isStopped, makeReader, metaFor, type Piece, piecesOf, type Sink, SinkFailed } from "./pieces.ts";

export interface FrameReading {
  /** Files and folders; `-` is `stdin`. */
  readonly paths: readonly string[];
  readonly stdin: () => AsyncIterable<Uint8Array>;
  readonly onFile: (input: string) => void;
  readonly take: (framed: Framed) => void;
  readonly fail: (failure: InputFailure) => void;
  readonly stop: Stop;
}

export interface Framed {
  readonly input: string;
  readonly frame: Pick<Frame, "bytes" | "position" | "format">;
  /** As records have it. */
  readonly meta: RawRecord["meta"];
}

export async function readFrames({ paths, stdin, onFile, take, fail, stop }: FrameReading): Promise<void> {
  const sink = (piece: Piece): Sink => {
    return (frame) => void take({ input: piece.input, frame, meta: metaFor(piece, frame, undefined).meta });
  };
  const reader = makeReader({ sink, contentOf: lineContentOf, fail, stop });
  const read = async (piece: Piece): Promise<void> => {
    if (stop.stopped) return;
    onFile(piece.input);
    await reader(piece);
  };
  const files = paths.filter((path) => path !== "-");
  try {
    if (files.length < paths.length) await read(standardInput(stdin));
    for await (const piece of piecesOf(files, fail)) await read(piece);
  } catch (error) {
    const cause = error instanceof SinkFailed ? error.cause : error;
    if (!isStopped(cause)) throw cause;
  }
}

/** It comes once, and what is compressed has to be read twice. */
function standardInput(stdin: () => AsyncIterable<Uint8Array>): Piece {
  let opened = false;
  const open = (): AsyncIterable<Uint8Array> => {
    if (opened) throw new AppError("input-unsupported", "compressed: unpack it on its way here (zcat FILE | ...)");
    opened = true;
    return stdin();
  };
  return { input: "-", name: "-", place: ["stdin"], open, layers: 0 };
}
