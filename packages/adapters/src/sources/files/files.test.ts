import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { bodyText, makeCollector, makeTestStop, sourceCompliance } from "@cordon/testkit/source-compliance";
import { afterAll, describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makeFilesSource } from "./files.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-files-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const data = join(import.meta.dirname, "../../../../../../shared/data");

let made = 0;
function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const dir = join(root, String(made++));
  mkdirSync(dir);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  return dir;
}

async function scan(...paths: readonly string[]) {
  const collected = makeCollector();
  const source = makeFilesSource({ name: "files", paths }, { runtime: makeRuntime() });
  await source.run(collected.deliver, collected.fail, makeTestStop());
  return collected;
}

/** A zip of our own making: enough for the reader, and easy to damage. */
function zip(members: Readonly<Record<string, Uint8Array | string>>, flags = 0): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(plain), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(plain.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const one = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), packed]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), fields, entry, Buffer.from(name)]));
    local.push(one);
    offset += one.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(Buffer.concat(central).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, ...central, end]);
}

sourceCompliance("files", async () => {
  const dir = folder({});
  return {
    // Reads once, at start: fed before it runs by a source that is made when fed.
    source: {
      name: "files",
      async run(deliver, fail, stop) {
        while (!stop.stopped && readdirSync(dir).length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
        await makeFilesSource({ name: "files", paths: [dir] }, { runtime: makeRuntime() }).run(deliver, fail, stop);
      },
    },
    feed: async (bodies) => writeFileSync(join(dir, "a.ndjson"), bodies.map((body) => `${body}\n`).join("")),
    redelivers: true,
  };
});

const NDJSON = '{"a":1}\n{"a":2}\n';
const EVTX = Buffer.concat([
  Buffer.from("ElfFile\0"),
  Buffer.alloc(4088),
  Buffer.from("ElfChnk\0"),
  Buffer.alloc(65_528, 1),
]);

describe("files", () => {
  const formats: readonly (readonly [string, string | Uint8Array, readonly string[]])[] = [
    ["a.ndjson", NDJSON, ["json 1", "json 2"]],
    ["array.json", '[{"a":1},{"a":2},{"a":3}]', ["json 1", "json 2", "json 3"]],
    ["trail.json", '{"Records":[{"a":1},{"a":2}]}', ["json 1", "json 2"]],
    ["rows.csv", "h\n1\n2\n", ["csv 2", "csv 3"]],
    ["auth.log", "Jan 1 a\nJan 1 b\n", ["auto 1", "auto 2"]],
    ["no-ending", "line", ["auto 1"]],
    ["apache.log", "[Sun Dec 04] x\n", ["auto 1"]],
    ["x.evtx", EVTX, ["evtx-chunk 0"]],
    ["wrong-name.txt", EVTX, ["evtx-chunk 0"]],
    ["empty.evtx", "", []],
    ["bom.json", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(NDJSON)]), ["json 1", "json 2"]],
    ["utf16.json", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(NDJSON, "utf16le")]), ["json 1", "json 2"]],
    ["utf16-no-mark.json", Buffer.from(NDJSON, "utf16le"), ["json 1", "json 2"]],
    ["braces.log", "{main} started\n{worker} failed\n", ["auto 1", "auto 2"]],
    ["a.json.gz", gzipSync(NDJSON), ["json 1", "json 2"]],
    ["two-members.gz", Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"a":2}\n')]), ["json 1", "json 2"]],
    ["a.json.zst", zstdCompressSync(NDJSON), ["json 1", "json 2"]],
    [
      "two-frames.zst",
      Buffer.concat([zstdCompressSync('{"a":1}\n'), zstdCompressSync('{"a":2}\n')]),
      ["json 1", "json 2"],
    ],
    ["x.evtx.gz", gzipSync(EVTX), ["evtx-chunk 0"]],
    ["rows.csv.gz", gzipSync("h\n1\n"), ["csv 2"]],
  ];
  for (const [name, content, expected] of formats) {
    it(`reads ${name}`, async () => {
      const { records, failures } = await scan(folder({ [name]: content }));
      expect(failures).toEqual([]);
      expect(records.map((record) => `${record.format} ${record.position}`)).toEqual(expected);
    });
  }

  it("reads members of a zip, one level nested, each as an input of its own", async () => {
    const inner = zip({ "deep.ndjson": NDJSON });
    const dir = folder({
      "a.zip": zip({ "x/a.json": NDJSON, "b.csv.gz": gzipSync("h\n1\n"), "c.zip": inner, "../evil.log": "e" }),
    });
    const { records, failures } = await scan(join(dir, "a.zip"));
    expect(failures).toEqual([]);
    const inputs = records.map((record) => `${record.input.slice(dir.length + 1)} ${record.position}`);
    expect(inputs).toContain("a.zip!x/a.json 2");
    expect(inputs).toContain("a.zip!b.csv.gz 2");
    expect(inputs).toContain("a.zip!c.zip!deep.ndjson 1");
    expect(existsSync(join(dir, "..", "evil.log"))).toBe(false);
  });

  it("says whose logs they are, beside what a record says itself", async () => {
    const dir = folder({ "a.log": "line\n", "b.csv": "host,x\nown,1\n" });
    const collected = makeCollector();
    const source = makeFilesSource({ name: "files", paths: [dir], host: "web01" }, { runtime: makeRuntime() });
    await source.run(collected.deliver, collected.fail, makeTestStop());
    expect(collected.records.map(({ meta }) => meta)).toEqual([
      { host: "web01", modifiedAt: expect.any(String) },
      expect.objectContaining({ host: "web01", header: "host,x" }),
    ]);
  });

  it("FI2: names what it cannot read, with the reason, and goes on", async () => {
    const deep = zip({ "2.zip": zip({ "3.zip": zip({ "x.json": NDJSON }) }) });
    const files: readonly (readonly [string, Uint8Array | string, RegExp])[] = [
      ["binary.dat", Uint8Array.of(1, 0, 2), /binary/],
      ["fake.evtx", "not evtx", /not an EVTX/],
      ["zeros.evtx", Buffer.alloc(5_000), /zeros/],
      ["cut.zip", zip({ a: "x" }).subarray(0, 40), /archive is damaged/],
      ["locked.zip", zip({ a: "x" }, 1), /encrypted/],
      ["deep.zip", deep, /not opened/],
      ["garbage.gz", Uint8Array.of(0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9), /gzip data is damaged/],
    ];
    const dir = folder({ ...Object.fromEntries(files), "z-good.json": NDJSON });
    const { records, failures } = await scan(dir, join(dir, "absent.json"));
    for (const [name, , reason] of files) {
      const about = failures.filter((failure) => failure.input.startsWith(join(dir, name)));
      expect(about.map((failure) => failure.reason).join(), name).toMatch(reason);
    }
    expect(failures.some((failure) => failure.input.endsWith("absent.json"))).toBe(true);
    expect(failures.length).toBe(files.length + 1);
    expect(records.length).toBe(2);
  });

  const lines = Array.from(
    { length: 400 },
    (_, n) => `{"n":${n},"h":"${createHash("md5").update(String(n)).digest("hex")}"}\n`,
  );
  const whole = lines.join("");
  for (const [codec, packed] of [
    ["gz", gzipSync(whole)],
    ["zst", zstdCompressSync(whole)],
  ] as const) {
    it(`FI2: a ${codec} that is cut off or damaged gives what can be read of it, then its failure`, async () => {
      const cut = packed.subarray(0, packed.length >> 1);
      const bent = Buffer.from(packed);
      if (codec === "gz") bent.fill(0xff, bent.length >> 1, (bent.length >> 1) + 64);
      const { records, failures } = await scan(
        folder({ [`cut.json.${codec}`]: cut, ...(codec === "gz" ? { "bent.json.gz": bent } : {}) }),
      );
      const inputs = codec === "gz" ? ["bent", "cut"] : ["cut"];
      expect(failures.length).toBe(inputs.length);
      for (const input of inputs) {
        const got = records.filter((record) => record.input.includes(input)).map(bodyText);
        // zstd gives nothing before its first whole block.
        if (codec === "gz") expect(got.length).toBeGreaterThan(150);
        const clean = got.slice(0, -1);
        expect(clean.map((text) => `${text}\n`)).toEqual(lines.slice(0, clean.length));
      }
    });
  }

  it("stops at a bomb and names it", async () => {
    const dir = folder({ "bomb.log.gz": gzipSync(Buffer.alloc(130_000_000, "a")), "good.log": "x\n" });
    const { failures, records } = await scan(dir);
    expect(failures.length).toBe(1);
    expect(failures[0]?.reason).toMatch(/stopped: \d+ compressed bytes/);
    expect(records.some((record) => record.input.endsWith("good.log"))).toBe(true);
  });

  it("cuts a 100 MB line to 1 MiB, says so, and reads what follows", async () => {
    const dir = folder({});
    const made = spawnSync("sh", [
      "-c",
      `head -c 100000000 /dev/zero | tr '\\0' x > ${dir}/a.log; printf '\\nnext\\n' >> ${dir}/a.log`,
    ]);
    expect(made.status).toBe(0);
    const { records } = await scan(dir);
    expect(records.map((record) => [record.position, record.body.open().length, record.meta?.cut])).toEqual([
      [1, 2 ** 20, "kept 1048576 of 100000000 bytes"],
      [2, 4, undefined],
    ]);
  });

  it("FI3: ids stay on a second scan, of a grown file too; equal files differ", async () => {
    const dir = folder({ "a.json": NDJSON, "b.json": NDJSON });
    const first = (await scan(dir)).records.map((record) => record.id);
    writeFileSync(join(dir, "a.json"), `${NDJSON}{"a":3}\n`);
    const second = (await scan(dir)).records.map((record) => record.id);
    expect(new Set(first).size).toBe(4);
    expect(second.filter((id) => first.includes(id)).length).toBe(4);
    expect(second.length).toBe(5);
  });

  it("follows links but no cycles, and reads a file under two names once", async () => {
    const dir = folder({ "real/a.json": NDJSON });
    symlinkSync(dir, join(dir, "real", "up"));
    symlinkSync(join(dir, "real", "a.json"), join(dir, "link.json"));
    symlinkSync(join(dir, "gone"), join(dir, "dangling"));
    const { records, failures } = await scan(dir);
    expect(records.map((record) => record.input.slice(dir.length + 1))).toEqual(["link.json", "link.json"]);
    expect(failures.map((failure) => failure.input)).toEqual([join(dir, "dangling")]);
  });

  it("passes a lasting failure of delivery on, and ends without error when stopped", async () => {
    const dir = folder({ "a.json": NDJSON });
    const source = makeFilesSource({ name: "files", paths: [dir] }, { runtime: makeRuntime() });
    const fail = () => {};
    const broken = source.run(() => Promise.reject(new Error("broken")), fail, makeTestStop());
    await expect(broken).rejects.toThrow("broken");
    const stop = makeTestStop();
    stop.stop();
    await source.run(() => Promise.resolve(), fail, stop);
  });

  it.skipIf(!existsSync(data))(
    "reads every EVTX and CloudTrail file of the shared data (skipped: ../shared/data is absent)",
    async () => {
      const evtx = await scan(join(data, "evtx"));
      expect(new Set(evtx.records.map((record) => record.format))).toEqual(new Set(["evtx-chunk"]));
      const files = readdirSync(join(data, "evtx"), { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith(".evtx"),
      );
      const slots = files.reduce((sum, name) => sum + usedSlots(readFileSync(join(data, "evtx", name))), 0);
      expect(evtx.records.length).toBe(slots);
      expect(evtx.failures).toEqual([]);
    },
  );
});

function usedSlots(file: Buffer): number {
  let used = 0;
  for (let at = 4096; at < file.length; at += 65_536)
    used += file.subarray(at, at + 65_536).some((byte) => byte !== 0) ? 1 : 0;
  return used;
}
