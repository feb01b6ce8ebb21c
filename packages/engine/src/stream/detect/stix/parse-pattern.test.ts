import { describe, expect, it } from "vitest";
import { compilePattern } from "./compile-pattern.ts";
import { parsePattern } from "./parse-pattern.ts";

const SHA = "a".repeat(64);

const ACCEPTED: readonly string[] = [
  "[file:size = 1280]",
  "[file:size == +1280 OR file:size <> -5 OR file:size != .5 OR file:size >= -0.25]",
  "[a:b = true AND a:c = h'ffD8' AND a:d = b'dGVzdA==' AND a:e = t'2026-11-21T20:24:00.5Z']",
  "[file:name NOT LIKE '%.exe' AND file:name NOT MATCHES '^a' AND file:name NOT IN ('a', 'b')]",
  "[file:name IN ()]",
  "[ipv4-addr:value ISSUBSET '10.0.0.0/8' OR ipv4-addr:value NOT ISSUPERSET '10.0.0.1']",
  "[EXISTS file:hashes.MD5 OR NOT EXISTS file:extensions.'ntfs-ext'.sid]",
  "[x-usb-device:'usb-drive'.serial[0].parts[*].x[-1] = 'a']",
  "[file:name = 'it\\'s \\\\ here']",
  `[file:hashes.'SHA-256' = '${SHA}']`,
  "[a:b=1] AND [a:b=2] OR [a:b=3] FOLLOWEDBY [a:b=4]",
  "(([a:b=1] FOLLOWEDBY [a:b=2]) WITHIN 5.5 SECONDS REPEATS 2 TIMES) START t'2026-01-01T00:00:00Z' STOP t'2027-01-01T00:00:00Z'",
  "( [(a:b IN(443,6443) AND a:c!=0) ])",
  "[a:b=1] // to the end\n/* and\nthis */ AND\u00a0[a:b=2]",
  "([a:b=1]) WITHIN 5 SECONDS WITHIN 6 SECONDS",
];

const REFUSED: readonly (readonly [string, string])[] = [
  ["", "line 1, column 1: expected [ or (, found the end of the pattern"],
  ["file:size = 1280", "line 1, column 1: expected [ or (, found file"],
  ["[file:size = ]", "line 1, column 14: expected a value"],
  ["[file:size = 1", "line 1, column 15: expected AND, OR or ], found the end"],
  ["[file.size = 1280]", "line 1, column 6: expected : after the object type file, found ."],
  ["[file:name-x = 1]", "line 1, column 7: a name with a hyphen needs quotes: 'name-x'"],
  ["[file:hashes.MD5 = cead3f]", "line 1, column 20: expected a value"],
  ["[file:name MATCHES /a/]", 'line 1, column 20: "/" has no meaning here'],
  ["[file:name = 'C:\\Windows']", "line 1, column 17: in a text, a backslash is written"],
  ["[file:name = 'open]", "line 1, column 14: this text has no closing quote"],
  ["[a:b=1] WITHIN 5 HOURS", "line 1, column 18: expected SECONDS, found HOURS"],
  ["[a:b=1] WITHIN -5 SECONDS", "line 1, column 16: expected a number of seconds"],
  ["[a:b=1] WITHIN 0 SECONDS", "line 1, column 16: 0 is not above zero"],
  ["[a:b=1] REPEATS 1.5 TIMES", "line 1, column 17: REPEATS takes a whole number"],
  [
    "[a:b=1]\nwithin 5 SECONDS",
    "line 2, column 1: expected AND, OR, FOLLOWEDBY, a qualifier or the end, found within (keywords are upper case: WITHIN)",
  ],
  ["[a:b=1] WITHIN 5 SECONDS WITHIN 6 SECONDS", "line 1, column 26: WITHIN stands twice on the same expression"],
  ["[a:b=1] START '2026' STOP t'2027-01-01T00:00:00Z'", "line 1, column 15: expected a timestamp"],
  ["[a:b = t'2024-13-01T12:00:00Z']", "line 1, column 8: t'2024-13-01T12:00:00Z' is not a timestamp"],
  ["[a:b = b'====']", "line 1, column 8: b'====' is not Base64"],
  ["[a:b = h'abc']", "line 1, column 8: h'abc' is not pairs of hex digits"],
  ["[a:b = 007]", "line 1, column 9: expected AND, OR or ], found 0"],
  ["[a:b > true]", "line 1, column 8: true and false have no order"],
  ["[NOT a:b = 1]", "line 1, column 6: expected EXISTS"],
  ["[a:b LIKE 5]", "line 1, column 11: expected a text in quotes"],
  ["[a:b[x] = 5]", "line 1, column 6: expected an index or *"],
  ["[a:b = 1] [a:b = 2]", "line 1, column 11: expected AND, OR, FOLLOWEDBY"],
  ["[AND:b = 1]", "line 1, column 2: expected an object path like file:name"],
  ["[a:b = 1] /* open", "line 1, column 11: this comment has no end"],
  ["[a:b MATCHES '(?=x)y']", "line 1, column 2: "],
  ["[a:b = 1] REPEATS 1001 TIMES", "line 1, column 1: a match would need 1001 observations"],
  [`${"(".repeat(70)}[a:b=1]${")".repeat(70)}`, "line 1, column 65: nested deeper than 64"],
  [`[${"(".repeat(70)}a:b=1${")".repeat(70)}]`, "nested deeper than 64"],
  [`[a:b='${"x".repeat(300_000)}']`, "300008 characters (at most 262144)"],
];

describe("patterns are read by the grammar", () => {
  it.each(ACCEPTED)("%s", (text) => {
    expect(parsePattern(text).leaves.length).toBeGreaterThan(0);
  });

  it.each(REFUSED)("refuses %.60s", (text, reason) => {
    expect(() => compilePattern(text)).toThrow(reason);
  });

  it("binds AND before OR before FOLLOWEDBY, and qualifiers to what stands before them", () => {
    const { root } = parsePattern("[a:b=1] AND [a:b=2] REPEATS 2 TIMES OR [a:b=3] FOLLOWEDBY [a:b=4]");
    expect(shape(root)).toBe("((1 and (2 x2)) or 3) followed-by 4".replace(/^/, "(").replace(/$/, ")"));
  });

  it.each([
    ["[file:name = 'a' AND domain-name:value = 'b']", "this AND never holds"],
    ["[file:hashes.'SHA-256' = 'f00']", "f00 is no SHA-256 (64 hex digits)"],
    ["[a:b = t'2023-02-29T00:00:00Z']", "no calendar has this day"],
    ["[ipv4-addr:value ISSUBSET 'x']", "x is neither an address nor a network"],
    ["[a:b = 1] START t'2026-01-02T00:00:00Z' STOP t'2026-01-01T00:00:00Z'", "START is not before STOP"],
  ])("says what can never hold: %s", (text, remark) => {
    expect(parsePattern(text).remarks.join("\n")).toContain(remark);
  });
});

function shape(node: ReturnType<typeof parsePattern>["root"]): string {
  switch (node.kind) {
    case "observe":
      return String(node.leaf + 1);
    case "and":
    case "or":
    case "followed-by":
      return `(${node.of.map(shape).join(` ${node.kind} `)})`;
    case "repeats":
      return `(${shape(node.of)} x${node.times})`;
    case "within":
    case "between":
      return `(${shape(node.of)} ${node.kind})`;
  }
}
