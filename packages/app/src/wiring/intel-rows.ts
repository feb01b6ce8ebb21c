/** The whole rows of the table in use, piece by piece from disk: for lists, and for the table that comes after it. */
import { rowsIn } from "@cordon/engine/stream/detect/intel/rows";
import type { IntelTable } from "@cordon/engine/stream/detect/intel/table";
import { AppError } from "@cordon/model/error";
import type { Indicator } from "@cordon/model/indicator";
import type { KeptImage } from "@cordon/model/ports/intel";
import type { Runtime } from "@cordon/model/ports/runtime";

/** A table and where its rows lie; a table that was never kept has none. */
export interface KeptTable {
  readonly table: IntelTable;
  readonly kept?: KeptImage | undefined;
}

export const ROWS_DAMAGED = "intel-rows-damaged";

export interface PlacedRow {
  readonly indicator: Indicator;
  /** The place of the row behind it, over all pieces. */
  readonly next: number;
}

/** Rows from a place on, a piece at a time. A piece that is not what was written is refused. */
export async function* rowPieces(
  { table, kept }: KeptTable,
  runtime: Pick<Runtime, "sha256">,
  place: number,
): AsyncGenerator<Iterable<PlacedRow>, void> {
  let start = 0;
  for (const { bytes, sha256 } of table.parts.pieces) {
    const end = start + bytes;
    if (end > place && kept !== undefined) {
      const piece = await kept.rows(start, bytes).catch(() => undefined);
      if (piece === undefined || runtime.sha256(piece) !== sha256)
        throw new AppError(ROWS_DAMAGED, `the kept indicators are damaged at byte ${start}; all feeds are read anew`);
      yield placed(rowsIn(piece, Math.max(0, place - start), table.parts.facts), start);
    }
    start = end;
  }
}

function* placed(
  rows: Iterable<{ readonly indicator: Indicator; readonly next: number }>,
  start: number,
): Generator<PlacedRow, void> {
  for (const { indicator, next } of rows) yield { indicator, next: start + next };
}
