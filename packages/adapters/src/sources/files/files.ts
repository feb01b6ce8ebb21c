/**
 * Reads files and folders once, to their end.
 * In: paths. Out: raw records: JSON values, CSV rows, lines, EVTX slots, also from .gz, .zst and .zip, one level nested.
 *
 * FI1. Memory is bounded by a few batches and one record per open container, whatever the size of the input.
 * FI2. An input that cannot be read, or not to its end, is reported once through `fail`; what was readable before is
 *      delivered, and the other inputs go on.
 * FI3. A record's id follows from the real path, the offset and the bytes: scanning again counts once, two files with the
 *      same content count twice.
 */
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import type { Deliver, InputFailure, Source } from "@cordon/model/ports/source";
import type { RawRecord } from "@cordon/model/record";
import type { Instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { makeDelivery } from "../delivery.ts";
import type { Frame } from "../framing/frame.ts";
import { type IdOf, makeIdOf } from "../record-id.ts";
import { contentOf } from "./content.ts";
import { isStopped, makeReader, metaFor, type Piece, piecesOf, type Sink, SinkFailed } from "./pieces.ts";

export interface FilesConfig {
  readonly name: string;
  /** Files and folders; folders are read with everything below them. */
  readonly paths: readonly string[];
  /** The host whose logs these are, for records that do not name one. */
  readonly host?: string;
}

export interface FilesParts {
  readonly runtime: Runtime;
  /** Told once per file that was found, before it is read: for progress and counts. */
  readonly onFile?: (input: string) => void;
}

export function makeFilesSource(config: FilesConfig, parts: FilesParts): Source {
  return {
    name: config.name,
    async run(deliver: Deliver, fail: (failure: InputFailure) => void, stop: Stop) {
      const delivery = makeDelivery({ deliver, runtime: parts.runtime, stop });
      const sink = (piece: Piece): Sink => {
        const idOf = makeIdOf(...piece.place);
        return (frame) => delivery.add(recordOf(piece, frame, { idOf, config, now: parts.runtime.now() }));
      };
      const reader = makeReader({ sink, contentOf, fail, stop });
      try {
        for await (const piece of piecesOf(config.paths, fail)) {
          if (stop.stopped) break;
          parts.onFile?.(piece.input);
          await reader(piece);
        }
        await delivery.flush();
      } catch (error) {
        const cause = error instanceof SinkFailed ? error.cause : error;
        // Stopped on request is no failure: what was not acknowledged will be found again (FI3).
        if (!isStopped(cause)) throw cause;
      }
    },
  };
}

interface Making {
  readonly idOf: IdOf;
  readonly config: FilesConfig;
  readonly now: Instant;
}

const recordOf = (piece: Piece, frame: Frame, { idOf, config, now }: Making): RawRecord => ({
  id: idOf(frame.offset, frame.bytes),
  source: config.name,
  input: piece.input,
  format: frame.format,
  position: frame.position,
  receivedAt: now,
  body: new Untrusted(frame.bytes),
  ...metaFor(piece, frame, config.host),
});
