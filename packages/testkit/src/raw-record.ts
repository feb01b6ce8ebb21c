/** Raw records for tests: as little as a test wants to say. */
import { recordId } from "@cordon/model/ids";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";

export interface RecordWish extends Partial<Omit<RawRecord, "id" | "body" | "receivedAt">> {
  readonly id?: string;
  readonly body?: string | Uint8Array;
  readonly receivedAt?: number;
}

/** The id follows from the number when none is given: 32 hex digits. */
export function rawRecord(position: number, wish: RecordWish = {}): RawRecord {
  const body = wish.body ?? `{"n":${position}}`;
  return {
    id: recordId(wish.id ?? position.toString(16).padStart(32, "0")),
    source: wish.source ?? "test",
    input: wish.input ?? "test-input",
    format: wish.format ?? "json",
    position: wish.position ?? position,
    receivedAt: instant(wish.receivedAt ?? 0),
    body: new Untrusted(typeof body === "string" ? new TextEncoder().encode(body) : body),
    ...(wish.meta === undefined ? {} : { meta: wish.meta }),
  };
}

/** A record laid open, so that `toEqual` sees its bytes. */
export function laidOpen(record: RawRecord): Readonly<Record<string, unknown>> {
  return { ...record, body: [...record.body.open()] };
}
