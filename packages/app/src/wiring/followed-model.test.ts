import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "@cordon/model/time";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeMeters } from "../meters.ts";
import { followModel } from "./followed-model.ts";

const MAILS = {
  ...{ problem: "mail-model", judged: "mails", fix: "cordon mail train" },
  without: "mails are judged by points alone",
};
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-followed-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function following() {
  const path = join(folder, "m.model");
  const meters = makeMeters(instant(0));
  const said: string[] = [];
  let reads = 0;
  const open = () =>
    followModel({
      ...{ path, about: MAILS, meters, log: (level, message) => void said.push(`${level} ${message}`) },
      read(bytes) {
        reads += 1;
        const value = new TextDecoder().decode(bytes);
        if (value.startsWith("bad")) throw new Error("the checksum does not hold");
        return { id: `id-of-${value}`, value };
      },
    });
  const put = (text: string): void => {
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  };
  const problem = (): string | undefined => meters.problems.get("mail-model")?.message;
  return { path, open, put, problem, said, reads: () => reads };
}

describe("followModel", () => {
  it("FM1. a newer file is taken up; one that cannot be used takes nothing away and is a problem until a good one comes", () => {
    const { open, put, problem, said, path } = following();
    put("one");
    const model = open();
    expect([model.current(), problem(), said]).toEqual(["one", undefined, []]);
    put("two");
    model.look();
    expect(model.current()).toBe("two");
    expect(said.at(-1)).toBe(`info learnt model: ${path}: id-of-two judges mails from now on, before: id-of-one`);
    put("bad");
    model.look();
    expect(model.current()).toBe("two");
    expect(problem()).toBe(`learnt model: ${path}: the checksum does not hold; model id-of-two goes on`);
    rmSync(path);
    model.look();
    expect(model.current()).toBe("two");
    expect(problem()).toMatch(/ENOENT.*model id-of-two goes on/);
    put("two");
    model.look();
    expect([model.current(), problem()]).toEqual(["two", undefined]);
  });

  it("FM1. without any file that can be used there is none, and the next good one is taken up", () => {
    const { open, put, problem } = following();
    put("bad");
    const model = open();
    expect(model.current()).toBeUndefined();
    expect(problem()).toMatch(/mails are judged by points alone$/);
    put("one");
    model.look();
    expect([model.current(), problem()]).toEqual(["one", undefined]);
  });

  it("FM2. the same file is read once, one that was written again is read again", () => {
    const { open, put, path, reads } = following();
    put("one");
    const model = open();
    for (let turn = 0; turn < 5; turn += 1) model.look();
    expect(reads()).toBe(1);
    utimesSync(path, 1, 1);
    model.look();
    expect(reads()).toBe(2);
  });
});
