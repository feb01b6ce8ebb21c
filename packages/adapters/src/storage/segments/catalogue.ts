/**
 * The catalogue: which segments exist. A file without a row does not exist for readers.
 *
 * C1. A range is planned durably before its file is built, and only planned ranges are sealed: boundaries survive a crash.
 * C2. Segment row, id index and the end of the plan are one transaction.
 * C3. Ranges are disjoint; `sealedSeq` is the end of the last one.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@cordon/model/error";
import type { EventId } from "@cordon/model/ids";
import type { SpoolSeq } from "@cordon/model/ports/spool";
import { numberOf, openSqlite, type Row, type Sqlite, textOf } from "../sqlite.ts";
import { BUCKETS, bucketOf, indexIds, keysIn, rowIn } from "./id-key.ts";
import { segmentName } from "./segment-name.ts";

export interface Segment {
  readonly id: number;
  readonly first: SpoolSeq;
  readonly last: SpoolSeq;
  readonly tsMin: number;
  readonly tsMax: number;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Name inside the segment folder. */
  readonly path: string;
  readonly sources: Readonly<Record<string, number>>;
  readonly entities: Uint8Array;
}

export interface BuiltSegment {
  readonly segment: Omit<Segment, "id">;
  /** Ids in row order. */
  readonly ids: readonly EventId[];
}

export interface SeqRange {
  readonly first: SpoolSeq;
  readonly last: SpoolSeq;
}

export interface Catalogue {
  /** Newest list; a new array for each commit, so a search may keep the one it began with. */
  segments(): readonly Segment[];
  sealedSeq(): SpoolSeq;
  plan(range: SeqRange): void;
  planned(): SeqRange | undefined;
  /** The plan's range was built: `built` is undefined when it held no event. */
  commit(range: SeqRange, built: BuiltSegment | undefined): void;
  /** Segment and row of a stored id; segments that span `near` are asked first. */
  locate(key: Buffer, near?: number): { readonly segment: Segment; readonly row: number } | undefined;
  keys(): Generator<Buffer>;
  /**
   * Every catalogued file is there with its size, and every finished file is catalogued or planned; AppError
   * `data-corrupt` names the first that is not. Nothing is ever deleted for lack of a row: the catalogue may be what was lost.
   */
  verify(dir: string): Promise<void>;
  close(): void;
}

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE segment (
    id INTEGER PRIMARY KEY,
    first_seq INTEGER NOT NULL UNIQUE,
    last_seq INTEGER NOT NULL,
    ts_min INTEGER NOT NULL,
    ts_max INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    sources TEXT NOT NULL,
    entities BLOB NOT NULL
  ) STRICT;
  CREATE TABLE segment_id (
    bucket INTEGER NOT NULL,
    segment INTEGER NOT NULL REFERENCES segment (id) ON DELETE CASCADE,
    keys BLOB NOT NULL,
    PRIMARY KEY (bucket, segment)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE segment_plan (
    first_seq INTEGER PRIMARY KEY,
    last_seq INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE sealed (
    partition INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL
  ) STRICT;
  INSERT INTO sealed (partition, seq) VALUES (0, 0);
  `,
];

export function openCatalogue(path: string): Catalogue {
  const db = openSqlite({ path, migrations: MIGRATIONS });
  let segments = db.all("SELECT * FROM segment ORDER BY id").map(segmentOf);
  let byId = new Map(segments.map((segment) => [segment.id, segment]));
  const reload = (added: Segment): void => {
    segments = [...segments, added];
    byId = new Map(byId).set(added.id, added);
  };
  return {
    segments: () => segments,
    sealedSeq: () => numberOf(db.get("SELECT seq FROM sealed WHERE partition = 0") ?? {}, "seq"),
    plan: ({ first, last }) => {
      db.run("INSERT INTO segment_plan (first_seq, last_seq) VALUES (?, ?)", first, last);
    },
    planned: () => planned(db),
    commit(range, built) {
      const added = db.transaction(() => {
        db.run("DELETE FROM segment_plan WHERE first_seq = ?", range.first);
        db.run("UPDATE sealed SET seq = ? WHERE partition = 0 AND seq < ?", range.last, range.last);
        return built === undefined ? undefined : insert(db, built);
      });
      if (added !== undefined) reload(added);
    },
    locate: (key, near) => locate(db, byId, key, near),
    *keys() {
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        const rows = db.all("SELECT keys FROM segment_id WHERE bucket = ?", bucket);
        for (const row of rows) yield* keysIn(blobOf(row, "keys"));
      }
    },
    verify: (dir) => verify(dir, segments, planned(db)),
    close: () => db.close(),
  };
}

function planned(db: Sqlite): SeqRange | undefined {
  const row = db.get("SELECT first_seq, last_seq FROM segment_plan ORDER BY first_seq LIMIT 1");
  return row === undefined ? undefined : { first: numberOf(row, "first_seq"), last: numberOf(row, "last_seq") };
}

function insert(db: Sqlite, { segment, ids }: BuiltSegment): Segment {
  const { first, last, tsMin, tsMax, rows, bytes, sha256, path, sources, entities } = segment;
  const row = db.get(
    `INSERT INTO segment (first_seq, last_seq, ts_min, ts_max, rows, bytes, sha256, path, sources, entities)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    first,
    last,
    tsMin,
    tsMax,
    rows,
    bytes,
    sha256,
    path,
    JSON.stringify(sources),
    entities,
  );
  const id = numberOf(row ?? {}, "id");
  for (const [bucket, keys] of indexIds(ids)) {
    db.run("INSERT INTO segment_id (bucket, segment, keys) VALUES (?, ?, ?)", bucket, id, keys);
  }
  return { id, ...segment };
}

function segmentOf(row: Row): Segment {
  return {
    id: numberOf(row, "id"),
    first: numberOf(row, "first_seq"),
    last: numberOf(row, "last_seq"),
    tsMin: numberOf(row, "ts_min"),
    tsMax: numberOf(row, "ts_max"),
    rows: numberOf(row, "rows"),
    bytes: numberOf(row, "bytes"),
    sha256: textOf(row, "sha256"),
    path: textOf(row, "path"),
    sources: JSON.parse(textOf(row, "sources")) as Readonly<Record<string, number>>,
    entities: blobOf(row, "entities"),
  };
}

function blobOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new TypeError(`column ${column}: bytes expected, found ${typeof value}`);
  return value;
}

/** Segments asked one by one before the whole bucket is read: few segments span one moment. */
const NEAR_MAX = 8;

function locate(db: Sqlite, byId: ReadonlyMap<number, Segment>, key: Buffer, near: number | undefined) {
  const bucket = bucketOf(key);
  const spans =
    near === undefined ? [] : [...byId.values()].filter(({ tsMin, tsMax }) => tsMin <= near && near <= tsMax);
  for (const segment of spans.slice(-NEAR_MAX)) {
    const found = db.get("SELECT keys FROM segment_id WHERE bucket = ? AND segment = ?", bucket, segment.id);
    const row = found === undefined ? undefined : rowIn(blobOf(found, "keys"), key);
    if (row !== undefined) return { segment, row };
  }
  for (const found of db.all("SELECT segment, keys FROM segment_id WHERE bucket = ?", bucket)) {
    const row = rowIn(blobOf(found, "keys"), key);
    const segment = byId.get(numberOf(found, "segment"));
    if (row !== undefined && segment !== undefined) return { segment, row };
  }
  return undefined;
}

async function verify(dir: string, segments: readonly Segment[], plan: SeqRange | undefined): Promise<void> {
  for (const { path, bytes } of segments) {
    const file = join(dir, path);
    const found = await stat(file).catch(() => undefined);
    if (found?.size === bytes) continue;
    const state = found === undefined ? "is missing" : `has ${found.size} bytes, ${bytes} were written`;
    throw new AppError("data-corrupt", `${file}: the segment ${state}`, { fix: "restore the file from a backup" });
  }
  const known = new Set(segments.map((segment) => segment.path));
  if (plan !== undefined) known.add(segmentName(plan.first, plan.last));
  for (const name of await readdir(dir)) {
    if (!name.endsWith(".parquet") || known.has(name)) continue;
    throw new AppError("data-corrupt", `${join(dir, name)}: the catalogue does not know this segment`, {
      fix: "restore catalogue.db and the segments from the same backup, or move the file away",
    });
  }
}
