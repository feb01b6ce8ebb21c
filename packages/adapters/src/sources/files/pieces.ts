/**
 * Pieces: bytes with a name, read to their end frame by frame; what is within containers is read too.
 * In: files below paths. Out: frames, given to a sink; an input that cannot be read goes to `fail` (files.ts, FI1 and FI2).
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { AppError, messageOf } from "@cordon/model/error";
import type { Stop } from "@cordon/model/ports/runtime";
import type { InputFailure } from "@cordon/model/ports/source";
import type { RawRecord } from "@cordon/model/record";
import type { Frame, Framer } from "../framing/frame.ts";
import { inflate, type OpenBytes } from "../inflate.ts";
import { type Content, HEAD_BYTES } from "./content.ts";
import { walkFiles } from "./walk.ts";
import { zipMembers } from "./zip.ts";

const READ_BYTES = 256 * 1024;
/** A container in a container is opened, a third one is not: quines end here. */
const LAYERS_MAX = 2;
/** A zip within another container must be held to be read; a larger one is to be unpacked by its owner. */
const NESTED_ZIP_BYTES_MAX = 64 * 2 ** 20;

/** Bytes with a name: a file, or what lies inside of one. */
export interface Piece {
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

/** Files below paths, each once. */
export async function* piecesOf(
  paths: readonly string[],
  fail: (failure: InputFailure) => void,
): AsyncGenerator<Piece> {
  for await (const { input, real } of walkFiles(paths, fail)) {
    const open = () => createReadStream(real, { highWaterMark: READ_BYTES });
    yield { input, name: input, place: ["file", real], open, path: real, layers: 0, ...(await metaOf(real)) };
  }
}

/** Takes one frame; what is returned is waited for. */
export type Sink = (frame: Frame) => Promise<void> | undefined;

interface ReaderParts {
  readonly sink: (piece: Piece) => Sink;
  readonly contentOf: (name: string, head: Uint8Array) => Content;
  readonly fail: (failure: InputFailure) => void;
  readonly stop: Stop;
}

/** Thrown through a piece when the sink failed: not the input's fault, so it must not be reported as such. */
export class SinkFailed extends Error {}

export const isStopped = (error: unknown): boolean => error instanceof AppError && error.code === "stopped";

export function makeReader(parts: ReaderParts): (piece: Piece) => Promise<void> {
  const read = async (piece: Piece): Promise<void> => {
    try {
      const { head, rest } = await peek(piece.open());
      const content = parts.contentOf(piece.name, head);
      if (content.kind === "frames") await frames(piece, content, rest);
      else {
        await rest.return(undefined);
        await container(piece, content);
      }
    } catch (error) {
      if (error instanceof SinkFailed || isStopped(error)) throw error;
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
    const sink = parts.sink(piece);
    try {
      for await (const chunk of textOf(bytes, content)) {
        if (parts.stop.stopped) throw new AppError("stopped", "stopped while reading", { retry: "later" });
        await send(content.framer.push(chunk), sink);
      }
    } finally {
      // Also after damage: the record in progress is delivered as far as it was readable (FI2).
      if (!parts.stop.stopped) await send(content.framer.end(), sink);
    }
  };

  const send = async (all: readonly Frame[], sink: Sink): Promise<void> => {
    try {
      for (const frame of all) {
        const waiting = sink(frame);
        if (waiting !== undefined) await waiting;
      }
    } catch (error) {
      throw new SinkFailed("what takes the frames failed", { cause: error });
    }
  };

  return read;
}

async function metaOf(path: string): Promise<Pick<Piece, "meta">> {
  const about = await stat(path).catch(() => undefined);
  return about === undefined ? {} : { meta: { modifiedAt: String(Math.floor(about.mtimeMs)) } };
}

/** Only lines need the file's own time: everything else says its year. */
export function metaFor(piece: Piece, frame: Frame, host: string | undefined): Pick<RawRecord, "meta"> {
  const times = frame.format === "auto" ? piece.meta : undefined;
  if (times === undefined && host === undefined) return frame.meta === undefined ? {} : { meta: frame.meta };
  return { meta: { ...(host !== undefined && { host }), ...times, ...frame.meta } };
}

/** The first bytes, as they came, and all bytes again from the start. */
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
  return { head: Buffer.concat(first), rest: again() };
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
