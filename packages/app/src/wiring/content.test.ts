import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listFiles } from "./content.ts";

describe("files of a folder", () => {
  let top = "";
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), "cordon-content-"));
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  const write = (name: string): void => {
    mkdirSync(join(top, name, ".."), { recursive: true });
    writeFileSync(join(top, name), "title: t\n");
  };
  const listed = (): string[] => listFiles(top, [".yml"]).map((path) => relative(top, path));

  it("lists those with the ending, sorted, at any depth", () => {
    for (const name of ["b.yml", "a/c.YML", "a/d.txt", "a/b/e.yml"]) write(name);
    expect(listed()).toEqual(["a/b/e.yml", "a/c.YML", "b.yml"]);
  });

  it("lists a mounted folder of links once, by the names of the links", () => {
    write("..2026_11_22/one.yml");
    write("..2026_11_22/two.yml");
    symlinkSync("..2026_11_22", join(top, "..data"));
    for (const name of ["one.yml", "two.yml"]) symlinkSync(join("..data", name), join(top, name));
    expect(listed()).toEqual(["one.yml", "two.yml"]);
  });

  it("goes through links to folders, round a circle only once, and past links that lead nowhere", () => {
    write("a/one.yml");
    symlinkSync("..", join(top, "a", "up"));
    symlinkSync("a", join(top, "again"));
    symlinkSync("nowhere.yml", join(top, "gone.yml"));
    expect(listed()).toEqual(["a/one.yml"]);
  });

  it("takes a file for itself, whatever its name", () => {
    write("rule.txt");
    expect(listFiles(join(top, "rule.txt"), [".yml"])).toEqual([join(top, "rule.txt")]);
  });

  it("names a folder that is not there", () => {
    expect(() => listFiles(join(top, "nowhere"), [".yml"])).toThrow(/nowhere: no such file or folder/);
  });
});
