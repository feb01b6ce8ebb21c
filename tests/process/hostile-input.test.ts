/**
 * Input that is meant to break a reader: a 100 MB line, bytes that are no text, keys of prototypes, deep nesting, bombs.
 * Nothing crashes, memory stays bounded, what can be read is kept, what could not is named, and the rest goes on.
 */
import {
  closeSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cordon, cordonWithMemory, memoryOf, type RunningServer, startServer } from "../server.ts";
import { jsonLines } from "../story.ts";

const MIB = 1024 * 1024;
const MEMORY_MIB_MAX = 1_024; // the promise is 1.5 GiB; a reader that holds the line whole several times goes beyond this
const BIG_MIB = 100;

const folder = mkdtempSync(join(tmpdir(), "cordon-hostile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Summary {
  readonly files: number;
  readonly records: number;
  readonly failed: readonly { readonly file: string; readonly reason: string }[];
}
function summaryOf(out: string): Summary {
  const last = jsonLines(out).at(-1);
  expect(last?.kind).toBe("summary");
  return last as unknown as Summary;
}

interface Stored {
  readonly raw: Record<string, unknown>;
  readonly provenance: { readonly position: number; readonly remarks?: readonly string[] };
}
async function eventsIn(data: string): Promise<Stored[]> {
  const { code, out, err } = await cordon(["search", "--json", "--limit", "500", "--data", data]);
  expect(code, err).toBe(0);
  const events = jsonLines(out) as unknown as Stored[];
  return events.sort((a, b) => a.provenance.position - b.provenance.position);
}

describe("a line of 100 MB", () => {
  const file = join(folder, "big", "big.ndjson");
  beforeAll(() => {
    mkdirSync(join(folder, "big"));
    const handle = openSync(file, "w");
    writeSync(handle, '{"n":1}\n{"big":"');
    for (let part = 0; part < BIG_MIB; part += 1) writeSync(handle, "x".repeat(MIB));
    writeSync(handle, '"}\n{"n":3}\n');
    closeSync(handle);
  });

  it("in a file: kept cut with a remark and named, its neighbours whole, memory bounded", async () => {
    const data = join(folder, "big-data");
    const { code, out, memoryMiB } = await cordonWithMemory(["scan", "--json", "--data", data, file]);
    expect(code).toBe(3);
    const summary = summaryOf(out);
    expect(summary.records).toBe(3);
    expect(summary.failed).toEqual([{ file, reason: expect.stringMatching(/record 2: kept \d+ of 10\d{7} bytes/) }]);
    expect(memoryMiB).toBeLessThan(MEMORY_MIB_MAX);
    const [first, big, last] = await eventsIn(data);
    expect(first?.raw).toEqual({ n: 1 });
    expect(last?.raw).toEqual({ n: 3 });
    expect(big?.provenance.remarks?.join()).toMatch(/cut|kept/);
    expect(JSON.stringify(big?.raw)).toContain("xxxxxxxx");
  }, 120_000);

  it("pushed over HTTP: the same", async () => {
    const server = await startServer({ data: join(folder, "big-push") });
    try {
      const answer = await fetch(`${server.url}/api/v1/ingest/big`, {
        method: "POST",
        headers: { authorization: `Bearer ${server.token}` },
        body: Readable.toWeb(createReadStream(file)),
        duplex: "half",
      });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({
        accepted: 3,
        problems: [{ position: 2, reason: expect.stringMatching(/kept \d+ of/) }],
      });
      expect(memoryOf(server.child.pid)).toBeLessThan(MEMORY_MIB_MAX);
      expect((await server.call("GET", "/health")).status).toBe(200);
    } finally {
      expect(await server.stop()).toBe(0);
    }
    expect((await eventsIn(join(folder, "big-push"))).map((event) => event.raw.n)).toContain(3);
  }, 120_000);
});

const DEEP = 10_000;
const LINES: readonly (readonly [name: string, bytes: Buffer])[] = [
  ["good before", Buffer.from('{"n":"first"}')],
  ["long enough that what follows is not in the head of the file", Buffer.from(`{"a":"${"x".repeat(5_000)}"}`)],
  [
    "bytes that are no UTF-8",
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), Buffer.from('"}')]),
  ],
  ["only bytes that are no UTF-8", Buffer.from([0xff, 0xc0, 0x80, 0xf5])],
  ["NUL in text", Buffer.from('{"a":"x\u0000y"}')],
  ["escaped NUL", Buffer.from('{"a":"x\\u0000y"}')],
  ["lone surrogates", Buffer.from('{"a":"\\ud800","\\udfff":"\\udc00\\ud800"}')],
  [
    "prototype keys",
    Buffer.from('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1}'),
  ],
  ["deep objects", Buffer.from(`${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`)],
  ["deep arrays", Buffer.from(`${"[".repeat(DEEP)}${"]".repeat(DEEP)}`)],
  ["deep and cut off", Buffer.from('{"a":['.repeat(DEEP))],
  ["key twice", Buffer.from('{"a":1,"a":2}')],
  ["numbers out of range", Buffer.from('{"a":1e400,"b":-1e400,"c":18446744073709551616,"d":-0}')],
  ["not JSON", Buffer.from("{a:NaN}")],
  [
    "many fields",
    Buffer.from(JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`k${at}`, at])))),
  ],
  ["a time in the far future", Buffer.from('{"time":"9999-12-31T23:59:59Z","@timestamp":"+275760-09-13T00:00:00Z"}')],
  [
    "looks like an event, is not",
    Buffer.from('{"Event":{"System":{"EventID":{"a":[1]},"TimeCreated":7},"EventData":[null]}}'),
  ],
  ["good after", Buffer.from('{"n":"last"}')],
];

describe("lines that are hostile", () => {
  const file = join(folder, "lines.ndjson");
  let server: RunningServer;
  beforeAll(async () => {
    writeFileSync(file, Buffer.concat(LINES.flatMap(([, bytes]) => [bytes, Buffer.from("\n")])));
    server = await startServer({ data: join(folder, "lines-push") });
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  it("in a file: every line is a record, the good ones are whole", async () => {
    const data = join(folder, "lines-data");
    const { code, out, err } = await cordon(["scan", "--json", "--data", data, file]);
    expect([0, 3]).toContain(code);
    expect(err).not.toMatch(/at .*\.ts:\d+/);
    expect(summaryOf(out).records).toBeGreaterThanOrEqual(LINES.length);
    const events = await eventsIn(data);
    expect(new Set(events.map((event) => event.provenance.position)).size).toBe(LINES.length);
    expect(events[0]?.raw).toEqual({ n: "first" });
    expect(events.at(-1)?.raw).toEqual({ n: "last" });
    const at = (name: string): Stored | undefined =>
      events.find((event) => event.provenance.position === LINES.findIndex(([each]) => each === name) + 1);
    expect(Object.keys(at("prototype keys")?.raw ?? {})).toContain("__proto__");
    expect(at("deep objects")?.provenance.remarks?.join()).toMatch(/nested deeper/);
    expect(at("many fields")?.provenance.remarks?.join()).toMatch(/fields beyond/);
  }, 120_000);

  it("a NUL in the first line of a log hides nothing of the rest", async () => {
    const nul = join(folder, "nul.log");
    writeFileSync(
      nul,
      "\u0000\u0000\u0000\nJan  1 00:00:01 bastion sshd[7]: Accepted password for root from 203.0.113.9\n",
    );
    const { out } = await cordon(["scan", "--json", nul]);
    expect(summaryOf(out).records).toBeGreaterThanOrEqual(1);
  });

  it.each(LINES)("pushed, %s: acknowledged, stored, found", async (_name, bytes) => {
    const answer = await fetch(`${server.url}/api/v1/ingest/lines`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}` },
      body: new Uint8Array(Buffer.concat([bytes, Buffer.from("\n")])),
    });
    expect(answer.status).toBe(200);
    const told = (await answer.json()) as { accepted: number };
    expect(told.accepted).toBeGreaterThanOrEqual(1);
  });

  it("the server stands, with nothing to complain about", async () => {
    const { json } = await server.call("GET", "/status");
    expect(json.problems).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("archives that are bombs", () => {
  const same = Buffer.alloc(150 * MIB, "x");
  it("stop early, are named, and the files beside them are read", async () => {
    const logs = join(folder, "bombs");
    mkdirSync(logs);
    writeFileSync(join(logs, "bomb.json.gz"), gzipSync(same, { level: 1 }));
    writeFileSync(join(logs, "bomb.zip"), zipOf("bomb.json", same));
    writeFileSync(join(logs, "slip.zip"), zipOf("../../../../tmp/cordon-slip.json", Buffer.from('{"slip":1}\n')));
    writeFileSync(join(logs, "cut.json.gz"), gzipSync('{"cut":1}\n'.repeat(2_000)).subarray(0, 60));
    writeFileSync(join(logs, "good.ndjson"), '{"good":1}\n');
    const data = join(folder, "bombs-data");
    const { code, out, err, memoryMiB } = await cordonWithMemory(["scan", "--json", "--data", data, logs]);
    expect(code, err).toBe(3);
    const { failed } = summaryOf(out);
    for (const name of ["bomb.json.gz", "bomb.zip", "cut.json.gz"])
      expect(failed.find((each) => each.file.includes(name))?.reason, name).toMatch(/stopped|damaged|cut/);
    expect(memoryMiB).toBeLessThan(MEMORY_MIB_MAX);
    const { out: found } = await cordon(["search", "--json", "--data", data, "--field", "good:exists"]);
    expect(jsonLines(found)).toHaveLength(1);
  }, 120_000);
});

/** The smallest archive with one member. */
function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content, { level: 1 });
  const label = Buffer.from(name);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc32(content), 0);
  sizes.writeUInt32LE(packed.length, 4);
  sizes.writeUInt32LE(content.length, 8);
  const lengths = Buffer.from([label.length, 0, 0, 0]);
  const method = Buffer.from([20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), method, sizes, lengths, label, packed]);
  const central = Buffer.concat([
    Buffer.from("PK\u0001\u0002"),
    Buffer.from([20, 0]),
    method,
    sizes,
    lengths,
    Buffer.alloc(14),
    label,
  ]);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
