import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesOfPart } from "@cordon/engine/learning/evaluate/suite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataFiles } from "./eval-data.ts";

const PROGRAMS = ["tar", "bzip2", "zip"].every((name) => {
  try {
    execFileSync(name, ["--help"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});
const folder = mkdtempSync(join(tmpdir(), "cordon-eval-data-"));
const set = join(folder, "set");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!PROGRAMS)("a data set as its authors publish it (skipped without tar, bzip2 and zip)", () => {
  beforeAll(() => {
    mkdirSync(set, { recursive: true });
    for (const [name, archive, ...how] of [
      ["easy_ham", "20021010_easy_ham.tar.bz2", "tar", "-cjf"],
      ["spam", "20030228_spam.tar.gz", "tar", "-czf"],
      ["old", "old.tar", "tar", "-cf"],
      ["hard_ham", "hard_ham.zip", "zip", "-qr"],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "1.txt"), `first of ${name}`);
      writeFileSync(join(folder, name, "2.txt"), `second of ${name}`);
      writeFileSync(join(folder, name, ".hidden"), "x");
      execFileSync(how[0], [...how.slice(1), join(set, archive), name], { cwd: folder });
    }
    writeFileSync(join(folder, "list.mbox"), "From a\n");
    execFileSync("bzip2", ["-k", join(folder, "list.mbox")]);
    writeFileSync(join(set, "list.mbox.bz2"), readFileSync(join(folder, "list.mbox.bz2")));
  });

  it("archives are folders of their name", async () => {
    const files = await dataFiles(set);
    expect(files.map(({ path }) => path)).toEqual([
      "20021010_easy_ham/easy_ham/1.txt",
      "20021010_easy_ham/easy_ham/2.txt",
      "20030228_spam/spam/1.txt",
      "20030228_spam/spam/2.txt",
      "hard_ham/hard_ham/1.txt",
      "hard_ham/hard_ham/2.txt",
      "list.mbox",
      "old/old/1.txt",
      "old/old/2.txt",
    ]);
    const texts = await Promise.all(files.map(async ({ bytes }) => Buffer.from(await bytes()).toString()));
    expect(texts[1]).toBe("second of easy_ham");
    expect(texts[3]).toBe("second of spam");
    expect(texts[4]).toBe("first of hard_ham");
    expect(texts[6]).toBe("From a\n");
  });

  it.each([
    ["easy_ham", 2],
    ["20021010_easy_ham", 2],
    ["20021010_easy_ham.tar.bz2", 2],
    ["spam", 2],
    ["hard_ham.zip", 2],
  ])("%s names a part", async (part, count) => {
    expect(filesOfPart(await dataFiles(set), part)).toHaveLength(count);
  });

  it("EA1. a cut archive is refused", async () => {
    const cut = join(folder, "cut.tar.bz2");
    const bytes = readFileSync(join(set, "20021010_easy_ham.tar.bz2"));
    writeFileSync(cut, bytes.subarray(0, bytes.length - 20));
    await expect(dataFiles(cut)).rejects.toMatchObject({ code: "eval-data-missing", message: /not readable as bzip2/ });
  });
});
