/**
 * Goldens of content/sources: every sample gives exactly the events beside it. UPDATE_GOLDEN=1 rewrites; read the diff.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Event } from "@cordon/model/event";
import { recordId, sha256Of } from "@cordon/model/ids";
import type { RawRecord, RecordFormat } from "@cordon/model/record";
import { instant, isoTime } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";
import { describe, expect, it } from "vitest";
import { compileMappings } from "./mapping.ts";
import { makeNormaliser } from "./normalise.ts";

const root = join(import.meta.dirname, "../../../../../content/sources");
const folders = readdirSync(root)
  .filter((name) => existsSync(join(root, name, "mapping.yml")))
  .sort();
const compiled = compileMappings(
  folders.map((name) => ({
    path: `content/sources/${name}/mapping.yml`,
    text: readFileSync(join(root, name, "mapping.yml"), "utf8"),
  })),
);
const toEvents = makeNormaliser({
  mappings: compiled.mappings,
  sha256: (text) => sha256Of(createHash("sha256").update(text).digest("hex")),
});

/** `*.json`: one JSON record a line; `*.csv`: a header and rows; `*.blocks`: records of several lines, an empty line between; else lines. */
function recordsOf(path: string): readonly RawRecord[] {
  const format: RecordFormat = path.endsWith(".json") ? "json" : path.endsWith(".csv") ? "csv" : "auto";
  const lines = readFileSync(path, "utf8")
    .split(path.endsWith(".blocks") ? /\n\n+/ : "\n")
    .map((text) => text.replace(/\n$/, ""))
    .filter((text) => text !== "");
  const header = format === "csv" ? lines.shift() : undefined;
  return lines.map((line, i) => ({
    id: recordId(String(i + 1).padStart(32, "0")),
    source: "files",
    input: basename(path),
    format,
    position: i + 1,
    receivedAt: instant(Date.UTC(2026, 10, 21)),
    body: new Untrusted(new TextEncoder().encode(line)),
    ...(header !== undefined && { meta: { header } }),
  }));
}

/** What a mapping decides; `raw` only where it gained fields beyond the sample. */
function essence(event: Event): object {
  const { raw: _raw, id: _id, receivedAt: _received, provenance, time, ...rest } = event;
  return { time: isoTime(time), ...rest, ...(provenance.remarks && { remarks: provenance.remarks }) };
}

describe("content/sources", () => {
  it("every mapping compiles and every shape has a view", () => {
    expect(compiled.errors).toEqual([]);
    for (const mapping of compiled.mappings) {
      const plans = [
        mapping.base,
        ...mapping.byChannel.values(),
        ...mapping.shapes.rest,
        ...[...mapping.shapes.values.values()].flat(),
      ];
      for (const plan of plans)
        for (const key of Object.values(plan.keys)) if (!key.includes("@")) expect(compiled.views.has(key)).toBe(true);
    }
  });

  for (const folder of folders) {
    const samples = join(root, folder, "samples");
    const names = existsSync(samples) ? readdirSync(samples) : [];
    it(`${folder} has a sample`, () => expect(names.length).toBeGreaterThan(0));
    for (const name of names) {
      it(`${folder}/${name}`, () => {
        const results = recordsOf(join(samples, name)).map(toEvents);
        expect(results.flatMap(({ problems }) => problems)).toEqual([]);
        const actual = results.flatMap(({ events }) => events).map(essence);
        const golden = join(root, folder, "expected", `${name.replace(/\.[^.]+$/, "")}.json`);
        if (process.env.UPDATE_GOLDEN === "1") {
          mkdirSync(join(root, folder, "expected"), { recursive: true });
          writeFileSync(golden, `${JSON.stringify(actual, null, 2)}\n`);
        }
        expect(actual).toEqual(JSON.parse(readFileSync(golden, "utf8")));
        const ids = results.flatMap(({ events }) => events).map(({ source }) => source);
        expect(new Set(ids)).toEqual(new Set([compiled.mappings.find((mapping) => idOf(folder) === mapping.id)?.id]));
      });
    }
  }
});

function idOf(folder: string): string | undefined {
  return /^id: (\S+)$/m.exec(readFileSync(join(root, folder, "mapping.yml"), "utf8"))?.[1];
}
