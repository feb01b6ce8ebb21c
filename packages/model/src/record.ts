/** What arrived, before anyone knows what it means. */
import type { RecordId } from "./ids.ts";
import type { Instant } from "./time.ts";
import type { Untrusted } from "./untrusted.ts";

/**
 * How the bytes are framed, bound by the input and never guessed from a content type.
 * `json`: one JSON value. `evtx-chunk`: one 64 KiB slot of an EVTX file. `csv`: one row, header in `meta.header`.
 * `syslog`: one syslog message (RFC 5424 or 3164). `text`: one line. `auto`: let the decoder look (JSON, CEF, syslog, text).
 */
export type RecordFormat = "json" | "evtx-chunk" | "csv" | "syslog" | "text" | "auto";

export interface RawRecord {
  readonly id: RecordId;
  /** Name of the configured source (`"files"`, `"syslog-udp"`), not of the product. */
  readonly source: string;
  /** Where exactly: file path, peer address, token name. */
  readonly input: string;
  readonly format: RecordFormat;
  /** Number of the record in its input: 1-based line or element, 0-based chunk slot for EVTX. */
  readonly position: number;
  readonly receivedAt: Instant;
  readonly body: Untrusted<Uint8Array>;
  readonly meta?: Readonly<Record<string, string>>;
}
