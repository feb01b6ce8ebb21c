/**
 * Decompression that keeps what can be read and refuses bombs.
 * In: a way to open the compressed bytes. Out: decompressed chunks; then an `AppError` when the input is damaged, cut off
 * or a bomb. What was readable before that point has been delivered.
 *
 * Z1. Output over `RATIO_BYTES_MIN` may not exceed `RATIO_MAX` times the input, and never `MEMBER_BYTES_MAX`.
 * Z2. Input is fed in small pieces, so that one step's output stays bounded and little is lost before damage.
 */
import {
  createGunzip,
  createInflateRaw,
  createZstdDecompress,
  type Gunzip,
  type InflateRaw,
  type ZstdDecompress,
} from "node:zlib";
import { AppError, messageOf } from "@cordon/model/error";

export type Codec = "gzip" | "zstd" | "deflate-raw";
export type OpenBytes = () => AsyncIterable<Uint8Array>;

/** Logs compress 5-20 times, repetitive ones up to 100; bombs start at 1,000. */
const RATIO_MAX = 200;
/** Below this a high ratio does no harm. */
const RATIO_BYTES_MIN = 100 * 10 ** 6;
const MEMBER_BYTES_MAX = 2 * 2 ** 30;
const PIECE_BYTES = 8192;
/** zlib loses the output of its current step when it meets damage: the second reading takes small steps. */
const RESCUE_STEP_BYTES = 64;
/** A second reading of more than this would cost more than the few bytes it saves. */
const RESCUE_BYTES_MAX = 64 * 2 ** 20;

export async function* inflate(codec: Codec, open: OpenBytes): AsyncGenerator<Uint8Array> {
  let delivered = 0;
  try {
    for await (const chunk of inflateOnce(() => makeStream(codec), codec, open())) {
      delivered += chunk.length;
      yield chunk;
    }
    return;
  } catch (error) {
    if (error instanceof AppError || delivered > RESCUE_BYTES_MAX) throw damaged(codec, error);
  }
  let skip = delivered;
  try {
    for await (const chunk of inflateOnce(() => makeStream(codec, RESCUE_STEP_BYTES), codec, open())) {
      const rest = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - rest.length;
      if (rest.length > 0) yield rest;
    }
  } catch (error) {
    throw damaged(codec, error);
  }
}

/** For bytes that come once: no second reading, so up to one step of output before damage is lost. */
export async function* inflateStream(codec: Codec, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* inflateOnce(() => makeStream(codec), codec, bytes);
  } catch (error) {
    throw damaged(codec, error);
  }
}

function damaged(codec: Codec, error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError("input-damaged", `${codec} data is damaged or cut off: ${messageOf(error)}`, { cause: error });
}

type Stream = Gunzip | InflateRaw | ZstdDecompress;

function makeStream(codec: Codec, chunkSize?: number): Stream {
  const options = chunkSize === undefined ? {} : { chunkSize };
  switch (codec) {
    case "gzip":
      return createGunzip(options);
    case "zstd":
      return createZstdDecompress(options);
    case "deflate-raw":
      return createInflateRaw(options);
  }
}

async function* inflateOnce(
  make: () => Stream,
  codec: Codec,
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const size = { in: 0, out: 0 };
  let pump = makePump(make(), codec, size);
  try {
    for await (const chunk of input) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        let rest = chunk.subarray(at, at + PIECE_BYTES);
        size.in += rest.length;
        while (rest.length > 0) {
          const left = await pump.write(rest);
          yield* pump.take();
          pump.throwFailure();
          rest = left;
          // Bytes left over: the zstd frame has ended and another begins, which needs a stream of its own.
          if (left.length > 0) {
            pump.close();
            pump = makePump(make(), codec, size);
          }
        }
        if (pump.ended) return;
      }
    }
    await pump.finish();
    yield* pump.take();
    pump.throwFailure();
  } finally {
    pump.close();
  }
}

interface Pump {
  /** What the stream did not take because its data ended before. */
  write(piece: Uint8Array): Promise<Uint8Array>;
  finish(): Promise<void>;
  take(): readonly Uint8Array[];
  throwFailure(): void;
  close(): void;
  /** gzip only: what follows the last member (padding) is not data. */
  readonly ended: boolean;
}

/** Listens instead of iterating: the stream's own iterator drops what it holds when an error comes. */
function makePump(stream: Stream, codec: Codec, size: { readonly in: number; out: number }): Pump {
  const restarts = codec === "zstd";
  let out: Uint8Array[] = [];
  let failure: { readonly error: unknown } | undefined;
  let written = 0;
  const over = new Promise<void>((resolve) => {
    stream.on("end", resolve);
    stream.on("close", resolve);
    stream.on("error", (error) => {
      failure ??= { error };
      resolve();
    });
  });
  stream.on("data", (chunk: Uint8Array) => {
    size.out += chunk.length;
    out.push(chunk);
    if (isBomb(size)) stream.destroy(bomb(size));
  });
  return {
    async write(piece) {
      written += piece.length;
      await Promise.race([new Promise<void>((resolve) => stream.write(piece, () => resolve())), over]);
      const left = restarts && failure === undefined ? Math.max(0, written - stream.bytesWritten) : 0;
      return piece.subarray(piece.length - left);
    },
    async finish() {
      if (failure === undefined && !stream.readableEnded) stream.end();
      await over;
    },
    take() {
      const taken = out;
      out = [];
      return taken;
    },
    throwFailure() {
      if (failure !== undefined) throw failure.error;
    },
    close: () => stream.destroy(),
    get ended() {
      return !restarts && stream.readableEnded;
    },
  };
}

interface Size {
  readonly in: number;
  readonly out: number;
}

export function isBomb(size: Size): boolean {
  return size.out > MEMBER_BYTES_MAX || (size.out > RATIO_BYTES_MIN && size.out > size.in * RATIO_MAX);
}

export function bomb(size: Size): AppError {
  return new AppError("input-bomb", `stopped: ${size.in} compressed bytes became more than ${size.out}`);
}
