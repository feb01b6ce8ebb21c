/**
 * All rows of a table with their whole text, in the order in which they came: what is listed, and what the next table takes
 * over. They lie in a file, in pieces; the table in memory does not hold them.
 *
 * W1. A piece ends between two rows and has its SHA-256: it is read and checked alone.
 */
import type { Indicator, IndicatorFacts } from "@cordon/model/indicator";
import { entryBytesMax, layOut, makeLayout, readEntry, type Written, writeEntry } from "./entry.ts";

/** Read at once when somebody asks for a page of the list. */
const PIECE_BYTES = 256 * 1_024;
/** Most tables of tests and warning lists are smaller than a piece. */
const FIRST_BYTES = 4_096;

export interface RowPiece {
  readonly bytes: number;
  readonly sha256: string;
}

export type Digest = (bytes: Uint8Array) => string;

export class RowPieces {
  readonly sealed: RowPiece[] = [];
  bytes = 0;
  private readonly digestOf: Digest;
  private readonly onPiece: (piece: Uint8Array) => void;
  private open = new Uint8Array(FIRST_BYTES);
  private used = 0;

  constructor(digestOf: Digest, onPiece: (piece: Uint8Array) => void) {
    this.digestOf = digestOf;
    this.onPiece = onPiece;
  }

  write(row: Written): void {
    const need = entryBytesMax(row.probe.text);
    if (this.used + need > PIECE_BYTES) this.seal();
    if (this.used + need > this.open.length) {
      const grown = new Uint8Array(Math.max(PIECE_BYTES, need));
      grown.set(this.open.subarray(0, this.used));
      this.open = grown;
    }
    const end = writeEntry(this.open, this.used, row);
    this.bytes += end - this.used;
    this.used = end;
  }

  /** Hands on what is left. */
  seal(): void {
    if (this.used === 0) return;
    const piece = this.open.subarray(0, this.used);
    this.sealed.push({ bytes: piece.length, sha256: this.digestOf(piece) });
    this.onPiece(piece);
    this.open = new Uint8Array(0);
    this.used = 0;
  }
}

/** The rows of a piece from a place in it on, each with the place of the next. */
export function* rowsIn(
  piece: Uint8Array,
  from: number,
  facts: readonly IndicatorFacts[],
): Generator<{ readonly indicator: Indicator; readonly next: number }, void> {
  const layout = makeLayout();
  for (let at = from; at < piece.length; at = layout.end) {
    layOut(piece, at, layout);
    yield { indicator: readEntry(piece, layout, facts), next: layout.end };
  }
}
