/** The reader against real files, intact, odd and damaged, and against the JSON that another reader made of some. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Json } from "@cordon/model/json";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEvtxChunk, type EvtxProblem, type EvtxRecord } from "./evtx.ts";

const DATA = join(import.meta.dirname, "../../../../../../../..", "shared", "data");
const SAMPLES = join(DATA, "evtx", "parser-samples");
const REGRESSION = join(DATA, "sigma", "regression_data");
const FILE_HEADER_BYTES = 4_096;
const SLOT_BYTES = 65_536;

function slotsOf(file: string): Uint8Array[] {
  const bytes = new Uint8Array(readFileSync(file));
  const slots: Uint8Array[] = [];
  for (let at = FILE_HEADER_BYTES; at < bytes.length; at += SLOT_BYTES) {
    const slot = bytes.subarray(at, at + SLOT_BYTES);
    if (slot.some((byte) => byte !== 0)) slots.push(slot);
  }
  return slots;
}

interface Decoded {
  readonly records: readonly EvtxRecord[];
  readonly problems: readonly EvtxProblem[];
  readonly walked: number;
}

function decodeFile(file: string): Decoded {
  const chunks = slotsOf(file).map((slot) => decodeEvtxChunk(slot));
  return {
    records: chunks.flatMap((chunk) => chunk.records),
    problems: chunks.flatMap((chunk) => chunk.problems),
    walked: chunks.reduce((sum, chunk) => sum + chunk.walked, 0),
  };
}

function filesUnder(folder: string, ...endings: readonly string[]): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => endings.some((ending) => name.endsWith(ending))).map((name) => join(folder, name));
}

/** Name, records, magics walked, problems by kind. */
const COUNTS: readonly [string, number, number, string][] = [
  // Two overwritten records; behind each the frame is lost up to the end of its slot.
  ["2-vss_0-Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational", 1910, 1912, "record gap record gap"],
  ["Application_no_crc32", 17, 17, ""],
  ["E_ShadowCopy6_windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational", 459, 459, ""],
  ["E_Windows_system32_winevt_logs_Microsoft-Windows-Shell-Core%4Operational", 1146, 1146, ""],
  ["Microsoft-Windows-HelloForBusiness%4Operational", 6, 6, ""],
  ["Microsoft-Windows-LanguagePackSetup%4Operational", 17, 17, ""],
  ["sample-with-irregular-bool-values", 3028, 3028, ""],
  // Two slots without magic, and one stretch of lost frames that a count of slots does not see.
  ["sample_with_a_bad_chunk_magic", 270, 270, "slot gap slot"],
  // Eight slots of other data lie behind the log.
  ["sysmon", 358, 358, "slot slot slot slot slot slot slot slot"],
  ["security", 2261, 2261, ""],
  ["2-system-Microsoft-Windows-LiveId%4Operational", 399, 399, ""],
  ["Security_with_size_t", 636, 636, ""],
  ["Security_short_selected", 7, 7, ""],
  ["new-user-security", 4, 4, ""],
  ["issue_201", 1, 1, ""],
];

describe.skipIf(!existsSync(SAMPLES))("odd and damaged files (skipped without ../shared/data/evtx)", () => {
  it.each(COUNTS)("%s: %i records, %i walked", (name, records, walked, kinds) => {
    const decoded = decodeFile(join(SAMPLES, `${name}.evtx`));
    expect(decoded.records).toHaveLength(records);
    expect(decoded.walked).toBe(walked);
    expect(decoded.problems.map((problem) => problem.kind).join(" ")).toBe(kinds);
  });

  it("names where the four losses of the first sample are", () => {
    const [[name = ""] = []] = COUNTS;
    const { problems } = decodeFile(join(SAMPLES, `${name}.evtx`));
    expect(problems.map((problem) => [problem.offset, problem.recordId])).toEqual([
      [49_104, 6_335_011],
      [49_584, undefined],
      [49_048, 6_914_519],
      [49_520, undefined],
    ]);
  });

  it("keeps the empty items of an event with many unnamed ones", () => {
    const [record] = decodeFile(join(SAMPLES, "issue_201.evtx")).records;
    const items = Object(record?.event.Event).EventData.Data;
    expect(items).toHaveLength(27);
    expect(items.slice(0, 9).map((item: string) => item.length > 0)).toEqual([...new Array(7).fill(true), false, true]);
  });
});

const all = [...filesUnder(join(DATA, "evtx"), ".evtx"), ...filesUnder(REGRESSION, ".evtx")];

describe.skipIf(all.length === 0)("all files (skipped without ../shared/data)", () => {
  it("are decoded without silent loss: what was walked is a record or a problem, and only damaged files have problems", () => {
    const damaged = new Set<string>();
    for (const file of all) {
      const { records, problems, walked } = decodeFile(file);
      const lost = problems.filter((problem) => problem.kind === "record").length;
      expect(records.length + lost, file).toBe(walked);
      if (problems.length > 0) damaged.add(basename(file));
    }
    const known = COUNTS.filter(([, , , kinds]) => kinds !== "").map(([name]) => `${name}.evtx`);
    expect([...damaged].sort()).toEqual(known.filter((name) => existsSync(join(SAMPLES, name))).sort());
  });

  it("never throw and stay bounded with bytes changed, moved or cut", () => {
    const slots = COUNTS.flatMap(([name]) => slotsOf(join(SAMPLES, `${name}.evtx`)).slice(0, 2));
    const edit = fc.record({ at: fc.nat(SLOT_BYTES - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) });
    const near = fc.record({ at: fc.nat(4_096), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) });
    const edits = fc.array(fc.oneof(edit, near), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.nat(slots.length - 1), edits, fc.nat(SLOT_BYTES), (pick, changes, cut) => {
        const slot = (slots[pick] ?? new Uint8Array()).slice();
        for (const { at, bytes } of changes) slot.set(bytes.subarray(0, Math.max(0, slot.length - at)), at);
        const { records, problems, walked } = decodeEvtxChunk(cut % 4 === 0 ? slot.subarray(0, cut) : slot);
        expect(records.length + problems.filter((problem) => problem.kind === "record").length).toBe(walked);
        // The output budget of a slot and the punctuation of JSON around it.
        expect(JSON.stringify(records).length).toBeLessThan(8_000_000);
      }),
      { numRuns: 300 },
    );
  });
});

/** One object or several, pretty-printed one after the other. */
function objectsIn(text: string): Json[] {
  return text.split(/^(?=\{)/m).flatMap((part) => (part.trim() === "" ? [] : [JSON.parse(part)]));
}

/**
 * The known differences, both in the answers: their writer cut white space at the end of texts (a command line that
 * ends in a blank does so in the log, so we keep it), and one of them shows times to the nanosecond.
 */
function comparable(json: Json, except: string | undefined): Json {
  const text = JSON.stringify(json, (key, value) => {
    if (key === except) return null;
    return typeof value === "string" ? value.trimEnd() : value;
  });
  return JSON.parse(text.replace(/(T\d\d:\d\d:\d\d\.\d{6})\d{3}Z"/g, '$1Z"'));
}

/** Edited by hand: the log has `Explorer.EXE` here. Fields of this name in these answers are not compared. */
const EDITED: Readonly<Record<string, string>> = { "ad691d92-15f2-4181-9aa4-723c74f9ddc3.json": "ParentCommandLine" };

const answers = filesUnder(REGRESSION, ".json", ".jsoncls");

describe.skipIf(answers.length === 0)(
  "files with the JSON of another reader (skipped without ../shared/data/sigma)",
  () => {
    it("finds the answers", () => {
      expect(answers.length).toBeGreaterThan(90);
    });

    it.each(answers.map((file) => [basename(file), file]))("%s", (name, file) => {
      const { records } = decodeFile(file.replace(/\.json\w*$/, ".evtx"));
      const theirs = objectsIn(readFileSync(file, "utf8"));
      const ours = records.map((record) => comparable(record.event, EDITED[name]));
      expect(ours).toStrictEqual(theirs.map((json) => comparable(json, EDITED[name])));
    });
  },
);
