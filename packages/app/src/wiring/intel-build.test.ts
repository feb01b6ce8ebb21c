import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeImageFile } from "@cordon/adapters/intel/image-file";
import { makeRuntime } from "@cordon/adapters/runtime";
import { tableOf } from "@cordon/engine/stream/detect/intel/image";
import { IntelTable } from "@cordon/engine/stream/detect/intel/table";
import type { Indicator } from "@cordon/model/indicator";
import { instant } from "@cordon/model/time";
import { afterAll, describe, expect, it } from "vitest";
import { buildTable, type Changed } from "./intel-build.ts";
import type { Feed } from "./intel-feeds.ts";
import { type KeptTable, ROWS_DAMAGED, rowPieces } from "./intel-rows.ts";
import { emptyTable } from "./intel-state.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-intel-build-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runtime = makeRuntime();
const AT = instant(Date.UTC(2026, 10, 1));

function changed(name: string, lines: readonly string[]): Changed {
  const feed: Feed = {
    ...{ name, key: name, refreshMinutes: 1, form: { format: "list", facts: { feed: name, confidence: 70 } } },
    source: { place: name, fetch: async () => ({ kind: "unchanged" }) },
  };
  return { feed, text: lines.join("\n"), at: AT };
}

async function listed(kept: KeptTable, from = 0): Promise<readonly (readonly [Indicator, number])[]> {
  const rows: (readonly [Indicator, number])[] = [];
  for await (const piece of rowPieces(kept, runtime, from))
    for (const { indicator, next } of piece) rows.push([indicator, next]);
  return rows;
}
const valuesOf = async (kept: KeptTable) => (await listed(kept)).map(([{ value }]) => value);

/** More than one piece on disk. */
const MANY = Array.from({ length: 12_000 }, (_, n) => `host-${n}.${"long.".repeat(3)}example`);

describe("the next table of indicators", () => {
  const image = makeImageFile(join(folder, "intel"));
  const build = (old: KeptTable, keep: readonly string[], ...feeds: readonly Changed[]) =>
    buildTable({ runtime, image }, old, { keep: new Set(keep), changed: feeds });

  it("takes over the rows of feeds that stayed, reads those that changed, and lets those that went go", async () => {
    const first = await build({ table: emptyTable(runtime) }, [], changed("many", MANY), changed("few", ["a.example"]));
    expect([first.table.rows, first.fresh.length, first.table.parts.pieces.length > 1]).toEqual([12_001, 1_000, true]);
    const second = await build(first, ["many"], changed("other", ["b.example", "a.example", "no indicator"]));
    expect(await valuesOf(second)).toEqual([...MANY, "b.example", "a.example"]);
    expect(second.yields.get("other")).toMatchObject({ rows: 2, bad: 1 });
    expect(second.fresh.map(({ value }) => value)).toEqual(["b.example", "a.example"]);
    expect(second.table.meets("domain", "host-7.long.long.long.example")[0]?.facts).toEqual({
      ...{ feed: "many", confidence: 70, asOf: AT },
    });
    const third = await build(second, ["other"]);
    expect(third.table.meets("domain", "host-7.long.long.long.example")).toEqual([]);
    expect(third.table.meets("domain", "www.a.example")).toHaveLength(1);
  });

  it("is listed from any place on, also when it was taken up from disk", async () => {
    const built = await build({ table: emptyTable(runtime) }, [], changed("many", MANY));
    const all = await listed(built);
    for (const at of [0, 5_000, 11_998])
      expect((await listed(built, all[at]?.[1])).map(([{ value }]) => value)).toEqual(MANY.slice(at + 1));
    const [kept] = await image.load();
    const table = tableOf((await kept?.image()) ?? new Uint8Array(0), (bytes) => runtime.sha256(bytes));
    expect(table).toBeInstanceOf(IntelTable);
    if (typeof table !== "string") expect(await listed({ table, kept })).toEqual(all);
  });

  it("is not made from rows that are damaged or gone, and leaves nothing half", async () => {
    const built = await build({ table: emptyTable(runtime) }, [], changed("many", MANY));
    const name = `table-${Math.max(...readdirSync(join(folder, "intel")).map((one) => Number(/\d+/.exec(one)?.[0])))}.img`;
    const bytes = readFileSync(join(folder, "intel", name));
    bytes[300_000] = (bytes[300_000] ?? 0) ^ 1;
    writeFileSync(join(folder, "intel", name), bytes);
    const before = readdirSync(join(folder, "intel"));
    await expect(build(built, ["many"])).rejects.toMatchObject({ code: ROWS_DAMAGED });
    rmSync(join(folder, "intel", name));
    await expect(build(built, ["many"])).rejects.toMatchObject({ code: ROWS_DAMAGED });
    expect(readdirSync(join(folder, "intel"))).toEqual(before.filter((one) => one !== name));
    expect(built.table.meets("domain", "host-1.long.long.long.example")).toHaveLength(1);
  });
});
