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
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { AppError, messageOf } from "@cordon/model/error";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import type { Deliver, InputFailure, Source } from "@cordon/model/ports/source";
import type { RawRecord } from "@cordon/model/record";
import { Untrusted } from "@cordon/model/untrusted";
import { type Delivery, makeDelivery } from "../delivery.ts";
import type { Frame, Framer } from "../framing/frame.ts";
import { inflate, type OpenBytes } from "../inflate.ts";
import { type IdOf, makeIdOf } from "../record-id.ts";
import { type Content, contentOf, HEAD_BYTES } from "./content.ts";
import { walkFiles } from "./walk.ts";
import { zipMembers } from "./zip.ts";

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

const READ_BYTES = 256 * 1024;
/** A container in a container is opened, a third one is not: quines end here. */
const LAYERS_MAX = 2;
/** A zip within another container must be held to be read; a larger one is to be unpacked by its owner. */
const NESTED_ZIP_BYTES_MAX = 64 * 2 ** 20;

/** Bytes with a name: a file, or what lies inside of one. */
interface Piece {
  readonly input: string;
  /** Name that tells the format, without the container's own ending. */
  readonly name: string;
  readonly place: readonly string[];
  readonly open: OpenBytes;
  /** Real path, when the bytes are a file of their own. */
  readonly path?: string;
  readonly layers: number;
  /** What is known about all of its records: when the file was last changed, for times without a year. */
  readonly meta?: Readonly<Record<string, string>>;
}

export function makeFilesSource(config: FilesConfig, parts: FilesParts): Source {
  return {
    name: config.name,
    async run(deliver: Deliver, fail: (failure: InputFailure) => void, stop: Stop) {
      const delivery = makeDelivery({ deliver, runtime: parts.runtime, stop });
      const reader = makeReader({ config, runtime: parts.runtime, delivery, fail, stop });
      try {
        for await (const file of walkFiles(config.paths, fail)) {
          if (stop.stopped) break;
          parts.onFile?.(file.input);
          const open = () => createReadStream(file.real, { highWaterMark: READ_BYTES });
          const { input, real } = file;
          const meta = await metaOf(real);
          await reader({ input, name: input, place: ["file", real], open, path: real, layers: 0, ...meta });
        }
        await delivery.flush();
      } catch (error) {
        const cause = error instanceof DeliveryFailed ? error.cause : error;
        // Stopped on request is no failure: what was not acknowledged will be found again (FI3).
        if (!isStopped(cause)) throw cause;
      }
    },
  };
}

interface ReaderParts {
  readonly config: FilesConfig;
  readonly runtime: Runtime;
  readonly delivery: Delivery;
  readonly fail: (failure: InputFailure) => void;
  readonly stop: Stop;
}

/** Thrown through a piece when delivery itself failed: not the input's fault, so it must not be reported as such. */
class DeliveryFailed extends Error {}

const isStopped = (error: unknown): boolean => error instanceof AppError && error.code === "stopped";

function makeReader(parts: ReaderParts): (piece: Piece) => Promise<void> {
  const read = async (piece: Piece): Promise<void> => {
    try {
      const { head, rest } = await peek(piece.open());
      const content = contentOf(piece.name, head);
      if (content.kind === "frames") await frames(piece, content, rest);
      else {
        await rest.return(undefined);
        await container(piece, content);
      }
    } catch (error) {
      if (error instanceof DeliveryFailed || isStopped(error)) throw error;
      parts.fail({ input: piece.input, reason: messageOf(error) });
    }
  };

  const container = async (piece: Piece, content: Exclude<Content, { kind: "frames" }>): Promise<void> => {
    if (content.kind === "empty") return;
    if (content.kind === "unknown") return parts.fail({ input: piece.input, reason: content.reason });
    if (piece.layers >= LAYERS_MAX) {
      return parts.fail({
        input: piece.input,
        reason: `a ${content.kind} inside of ${LAYERS_MAX} other containers is not opened`,
      });
    }
    const layers = piece.layers + 1;
    if (content.kind === "zip") return members(piece, layers);
    const { kind } = content;
    const { input, place, meta } = piece;
    const name = piece.name.replace(/\.(gz|gzip|zst|zstd)$/i, "");
    return read({
      input,
      name,
      place: [...place, kind],
      open: () => inflate(kind, piece.open),
      layers,
      ...(meta && { meta }),
    });
  };

  const members = async (piece: Piece, layers: number): Promise<void> => {
    const archive = piece.path ?? (await gather(piece.open()));
    for await (const member of zipMembers(archive)) {
      if (parts.stop.stopped) return;
      const input = `${piece.input}!${member.name}`;
      await read({
        input,
        name: member.name,
        place: [...piece.place, "zip", member.name],
        open: member.open,
        layers,
        ...(piece.meta && { meta: piece.meta }),
      });
    }
  };

  const frames = async (
    piece: Piece,
    content: Content & { kind: "frames" },
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<void> => {
    const idOf = makeIdOf(...piece.place);
    try {
      for await (const chunk of textOf(bytes, content)) {
        if (parts.stop.stopped) throw new AppError("stopped", "stopped while reading", { retry: "later" });
        await send(piece, content.framer.push(chunk), idOf);
      }
    } finally {
      // Also after damage: the record in progress is delivered as far as it was readable (FI2).
      if (!parts.stop.stopped) await send(piece, content.framer.end(), idOf);
    }
  };

  const send = async (piece: Piece, all: readonly Frame[], idOf: IdOf): Promise<void> => {
    try {
      for (const frame of all) {
        const waiting = parts.delivery.add(recordOf(piece, frame, idOf));
        if (waiting !== undefined) await waiting;
      }
    } catch (error) {
      throw new DeliveryFailed("delivery failed", { cause: error });
    }
  };

  const recordOf = (piece: Piece, frame: Frame, idOf: IdOf) => ({
    id: idOf(frame.offset, frame.bytes),
    source: parts.config.name,
    input: piece.input,
    format: frame.format,
    position: frame.position,
    receivedAt: parts.runtime.now(),
    body: new Untrusted(frame.bytes),
    ...metaFor(piece, frame, parts.config.host),
  });

  return read;
}

async function metaOf(path: string): Promise<Pick<Piece, "meta">> {
  const about = await stat(path).catch(() => undefined);
  return about === undefined ? {} : { meta: { modifiedAt: String(Math.floor(about.mtimeMs)) } };
}

/** Only lines need the file's own time: everything else says its year. */
function metaFor(piece: Piece, frame: Frame, host: string | undefined): Pick<RawRecord, "meta"> {
  const times = frame.format === "auto" ? piece.meta : undefined;
  if (times === undefined && host === undefined) return frame.meta === undefined ? {} : { meta: frame.meta };
  return { meta: { ...(host !== undefined && { host }), ...times, ...frame.meta } };
}

/** The first bytes, and all bytes again from the start. */
async function peek(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly rest: AsyncGenerator<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  let failure: { readonly error: unknown } | undefined;
  while (length < HEAD_BYTES && failure === undefined) {
    try {
      const next = await iterator.next();
      if (next.done === true) break;
      first.push(next.value);
      length += next.value.length;
    } catch (error) {
      // Damage within the first bytes: what came before it still counts.
      if (length === 0) throw error;
      failure = { error };
    }
  }
  async function* again(): AsyncGenerator<Uint8Array> {
    try {
      yield* first;
      if (failure !== undefined) throw failure.error;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(first).subarray(0, HEAD_BYTES), rest: again() };
}

async function* textOf(
  bytes: AsyncIterable<Uint8Array>,
  how: { readonly framer: Framer; readonly encoding?: "utf-16le" | "utf-16be"; readonly skip: number },
): AsyncGenerator<Uint8Array> {
  if (how.encoding !== undefined) {
    const decoder = new TextDecoder(how.encoding);
    for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
    return;
  }
  let skip = how.skip;
  for await (const chunk of bytes) {
    yield chunk.subarray(Math.min(skip, chunk.length));
    skip = Math.max(0, skip - chunk.length);
  }
}

async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > NESTED_ZIP_BYTES_MAX) {
      throw new AppError(
        "input-unsupported",
        `a nested zip over ${NESTED_ZIP_BYTES_MAX} bytes is not opened: unpack it first`,
      );
    }
    all.push(chunk);
  }
  return Buffer.concat(all);
}
