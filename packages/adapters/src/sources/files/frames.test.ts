import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeRuntime, makeStop } from "../../runtime.ts";
import { makeFilesSource } from "./files.ts";
import { type Framed, readFrames } from "./frames.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-frames-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Row = readonly [position: number, text: string];
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

async function frames(paths: readonly string[], input = ""): Promise<{ rows: readonly Row[]; failed: string[] }> {
  const rows: Row[] = [];
  const failed: string[] = [];
  async function* stdin() {
    yield Buffer.from(input);
  }
  const take = ({ frame }: Framed): void => void rows.push([frame.position, textOf(frame.bytes)]);
  const fail = ({ input: name, reason }: { input: string; reason: string }): void => void failed.push(name + reason);
  await readFrames({ paths, stdin, onFile: () => {}, take, fail, stop: makeStop() });
  return { rows, failed };
}

async function records(path: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  await makeFilesSource({ name: "files", paths: [path] }, { runtime: makeRuntime() }).run(
    async (batch) => void rows.push(...batch.map(({ position, body }): Row => [position, textOf(body.open())])),
    ({ reason }) => expect(reason).toBe(""),
    makeStop(),
  );
  return rows;
}

describe("frames of a file are the records that a source makes of it", () => {
  it.each([
    ["lines of JSON", '{"a":1}\n{"a":2}\r\n\n  {"a":3}\n'],
    ["a broken line among them", '{"a":1}\n{"a":2}\n{"a":\n{"a":4}\n'],
    ["text among them", '{"a":1}\n{"a":2}\nsome text\n{"a":4}'],
    ["a mark at the beginning", '\ufeff{"a":1}\n{"a":2}\n{"a":3}'],
    ["objects over several lines", '{\n  "a": 1\n}\n{\n  "a": 2\n}\n'],
    ["a wrapper", '{"Records":[{"a":1},{"a":2}]}\n{"Records":[{"a":3}]}\n{"Records":[]}\n'],
    ["a list", '[{"a":1},\n{"a":2}]'],
    ["one object", '{"a":1}'],
    ["lines of text", "one\n\ntwo\r\nthree"],
  ])("%s", async (name, text) => {
    const path = join(folder, `${name.replaceAll(" ", "-")}.json`);
    writeFileSync(path, text);
    const { rows, failed } = await frames([path]);
    expect(failed).toEqual([]);
    expect(rows.map(([at, line]) => [at, line.trim()])).toEqual(
      (await records(path)).map(([at, line]) => [at, line.trim()]),
    );
  });

  it("standard input comes once, before the files", async () => {
    const path = join(folder, "after.txt");
    writeFileSync(path, "file");
    expect(await frames([path, "-", "-"], "one\ntwo")).toEqual({
      rows: [
        [1, "one"],
        [2, "two"],
        [1, "file"],
      ],
      failed: [],
    });
  });
});
