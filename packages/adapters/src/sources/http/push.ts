/**
 * Records pushed over HTTP: the framing behind the route, without the server.
 * In: a body as it arrives (NDJSON, JSON array, objects one after another, one object, a `Records` wrapper; gzip or zstd)
 * and who sent it. Out: how many records are durable now, how many were already, what was odd about which line.
 *
 * PU1. `accept` resolves only when every record of the body is durable. When it rejects, some may be: sending the same
 *      body again is safe, because ids follow from the content (or the idempotency key) and not from the request.
 * PU2. Equal lines within one body are different records; the same body sent again is the same records.
 * PU3. Nothing that could be framed is refused: what is not JSON is stored as text and named in `problems`.
 * PU4. Memory is bounded by a few batches, whatever the size of the body; `spool-full` passes through to the route.
 */
import { hash } from "node:crypto";
import { AppError } from "@cordon/model/error";
import { nonEmpty, recordId } from "@cordon/model/ids";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { Submit } from "@cordon/model/ports/source";
import type { AppendResult } from "@cordon/model/ports/spool";
import type { RawRecord } from "@cordon/model/record";
import { Untrusted } from "@cordon/model/untrusted";
import type { Frame } from "../framing/frame.ts";
import { makeJsonFramer } from "../framing/json.ts";
import { withLineRecords } from "../framing/line-records.ts";
import { inflateStream } from "../inflate.ts";

export interface PushParts {
  /** Name of the configured source, usually of its token. */
  readonly source: string;
  readonly runtime: Runtime;
  readonly deliver: Submit;
  /** Longest body, decompressed; `PUSH_BYTES_MAX` unless told. */
  readonly bytesMax?: number;
}

export interface PushRequest {
  readonly contentEncoding?: string;
  readonly idempotencyKey?: string;
  readonly peer: string;
}

export interface PushResult {
  readonly accepted: number;
  readonly duplicates: number;
  readonly cut: number;
  /** The first `PROBLEMS_MAX`; `problemCount` counts all. */
  readonly problems: readonly { readonly position: number; readonly reason: string }[];
  readonly problemCount: number;
}

export interface PushIntake {
  accept(body: AsyncIterable<Uint8Array>, request: PushRequest): Promise<PushResult>;
}

const BATCH_RECORDS_MAX = 512;
const BATCH_BYTES_MAX = 512 * 1024;
const BATCHES_IN_FLIGHT = 3;
/** Decompressed. Senders batch by the second; what is larger is a file and belongs to the files source. */
const PUSH_BYTES_MAX = 256 * 2 ** 20;
/** Occurrences are counted per body: this many records bound the table. */
const PUSH_RECORDS_MAX = 1_000_000;
const PROBLEMS_MAX = 100;
const ID_CHARS = 32;

export function makePushIntake(parts: PushParts): PushIntake {
  return {
    async accept(body, request) {
      const records = bodyToRecords(decoded(body, request.contentEncoding), parts, request);
      const sender = makeSender(parts.deliver);
      const seen = { cut: 0, problems: [] as { position: number; reason: string }[], problemCount: 0 };
      try {
        for await (const record of records) {
          if (record.meta?.cut !== undefined) seen.cut += 1;
          const reason = problemOf(record);
          if (reason !== undefined && seen.problemCount++ < PROBLEMS_MAX) {
            seen.problems.push({ position: record.position, reason });
          }
          await sender.add(record);
        }
      } finally {
        await sender.settle();
      }
      return { ...sender.result(), ...seen };
    },
  };
}

/** Frames a decompressed body; ids as PU1 and PU2 say. */
export async function* bodyToRecords(
  body: AsyncIterable<Uint8Array>,
  parts: Omit<PushParts, "deliver">,
  request: PushRequest,
): AsyncGenerator<RawRecord> {
  const framer = withLineRecords(makeJsonFramer());
  const occurrences = new Map<string, number>();
  const receivedAt = parts.runtime.now();
  const { bytesMax = PUSH_BYTES_MAX } = parts;
  let bytes = 0;
  let index = 0;
  const recordOf = (frame: Frame): RawRecord => {
    if (index >= PUSH_RECORDS_MAX) throw tooLarge(`more than ${PUSH_RECORDS_MAX} records`);
    const content = hash("sha256", frame.bytes, "hex");
    const nth = occurrences.get(content) ?? 0;
    occurrences.set(content, nth + 1);
    const key = request.idempotencyKey === undefined ? ["content", nth] : ["key", request.idempotencyKey, index];
    index += 1;
    return {
      id: recordId(hash("sha256", JSON.stringify(["push", parts.source, ...key, content]), "hex").slice(0, ID_CHARS)),
      source: parts.source,
      input: request.peer,
      format: frame.format,
      position: frame.position,
      receivedAt,
      body: new Untrusted(frame.bytes),
      ...(frame.meta === undefined ? {} : { meta: frame.meta }),
    };
  };
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(`more than ${bytesMax} bytes`);
    for (const frame of framer.push(chunk)) yield recordOf(frame);
  }
  for (const frame of framer.end()) yield recordOf(frame);
}

function tooLarge(what: string): AppError {
  return new AppError("body-too-large", `the body holds ${what} after decompression`, {
    fix: "send smaller bodies, let a files source read the file, or raise limits.pushMiB",
  });
}

function decoded(body: AsyncIterable<Uint8Array>, encoding: string | undefined): AsyncIterable<Uint8Array> {
  switch ((encoding ?? "identity").trim().toLowerCase()) {
    case "":
    case "identity":
      return body;
    case "gzip":
    case "x-gzip":
      return inflateStream("gzip", body);
    case "zstd":
      return inflateStream("zstd", body);
    default:
      throw new AppError("unsupported-encoding", `content encoding ${JSON.stringify(encoding)} is not supported`, {
        fix: "send gzip, zstd or no content encoding",
      });
  }
}

function problemOf(record: RawRecord): string | undefined {
  if (record.meta?.broken !== undefined) return `${record.meta.broken}: stored as text`;
  if (record.meta?.cut !== undefined) return record.meta.cut;
  return record.format === "json" ? undefined : "not JSON: stored as text";
}

interface Sender {
  add(record: RawRecord): Promise<void>;
  /** Waits for everything on its way and throws the first failure. */
  settle(): Promise<void>;
  result(): { readonly accepted: number; readonly duplicates: number };
}

function makeSender(deliver: Submit): Sender {
  const inFlight = new Set<Promise<void>>();
  const total = { accepted: 0, duplicates: 0 };
  let batch: RawRecord[] = [];
  let bytes = 0;
  let failure: { readonly error: unknown } | undefined;

  const send = (): void => {
    const records = nonEmpty(batch);
    batch = [];
    bytes = 0;
    if (records === undefined || failure !== undefined) return;
    const counted = ({ accepted, duplicates }: AppendResult): void => {
      total.accepted += accepted;
      total.duplicates += duplicates;
    };
    const failed = (error: unknown): void => {
      failure ??= { error };
    };
    const sent = deliver(records)
      .then(counted, failed)
      .finally(() => inFlight.delete(sent));
    inFlight.add(sent);
  };

  return {
    async add(record) {
      batch.push(record);
      bytes += record.body.open().length;
      if (batch.length < BATCH_RECORDS_MAX && bytes < BATCH_BYTES_MAX) return;
      send();
      while (inFlight.size >= BATCHES_IN_FLIGHT) await Promise.race(inFlight);
      if (failure !== undefined) throw failure.error;
    },
    async settle() {
      send();
      await Promise.all(inFlight);
      if (failure !== undefined) throw failure.error;
    },
    result: () => total,
  };
}
