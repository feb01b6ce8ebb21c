/** Where feeds come from and where the table made of them rests. */
import type { Instant } from "../time.ts";
import type { Stop } from "./runtime.ts";

/** What tells a changed feed from an unchanged one: size and time of a file, ETag and Last-Modified of an address. */
export type FeedStamp = Readonly<Record<string, string>>;

/** Whole, or block by block, each time from the beginning; a block may end within a line. */
export type FeedText = string | Iterable<string>;

export type FeedAnswer =
  | { readonly kind: "unchanged" }
  | { readonly kind: "text"; readonly text: FeedText; readonly stamp: FeedStamp; readonly at: Instant };

export interface FeedSource {
  /** Where it is, for people: a path, or an address without secrets. */
  readonly place: string;
  /** Throws AppError `feed-unreadable` with the reason; size and time are bounded. */
  fetch(known: FeedStamp | undefined, stop: Stop): Promise<FeedAnswer>;
}

/** A kept table: what is taken into memory, and the whole rows, which stay where they are. */
export interface KeptImage {
  image(): Promise<Uint8Array<ArrayBuffer>>;
  /** Throws where the rows are gone or shorter. */
  rows(offset: number, bytes: number): Promise<Uint8Array>;
}

/** An image in the making. */
export interface ImageDraft {
  /** Appended to the whole rows. */
  append(rows: Uint8Array): Promise<void>;
  /** Durable and complete when resolved, or as if it had never been. */
  commit(image: readonly Uint8Array[]): Promise<KeptImage>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/** Keeps the image of the table, and the one before it. */
export interface ImageStore {
  /** Images from the newest on, as far as there are any. */
  load(): Promise<readonly KeptImage[]>;
  begin(): Promise<ImageDraft>;
}
