/** The decisions of the specification and of docs, one row each. Every row is asked of the reference and of the index. */
import type { JsonObject } from "@cordon/model/json";
import { PLAIN_VIEW } from "@cordon/model/view";
import { describe, expect, it } from "vitest";
import { Matcher } from "./index/matcher.ts";
import { loadRules } from "./load-rules.ts";
import { holds } from "./naive.ts";
import type { SigmaRule } from "./rule.ts";

const placeholders = new Map([
  ["admins", ["alice", "adm_*"]],
  ["ports", ["22"]],
]);

function ruleOf(detection: string): SigmaRule {
  const text = `title: t\nlogsource: {}\ndetection:\n${detection.replace(/^/gm, "  ")}\n`;
  const { rules, rejected } = loadRules([{ path: "t.yml", text, source: "test" }], { placeholders });
  const [rule] = rules;
  if (rule === undefined) throw new Error(`${rejected[0]?.code}: ${rejected[0]?.reason}`);
  return rule;
}

function answer(detection: string, raw: JsonObject): boolean {
  const rule = ruleOf(detection);
  const reference = holds(rule.condition, { view: PLAIN_VIEW, raw });
  const indexed = new Matcher([rule]).match(PLAIN_VIEW, raw).length === 1;
  if (reference !== indexed) throw new Error(`reference ${reference}, index ${indexed}`);
  return reference;
}

/** A selection with one line, `f` being the usual field. */
const line = (text: string): string => `s:\n  ${text}\ncondition: s`;
type Row = readonly [detection: string, raw: JsonObject, expected: boolean];

describe("values", () => {
  it.each<Row>([
    ["f: abc", { f: "ABC" }, true],
    ["f: abc", { f: "xABC" }, false],
    ["f: a*c", { f: "aXXc" }, true],
    ["f: a*c", { f: "ac" }, true],
    ["f: a?c", { f: "abc" }, true],
    ["f: a?c", { f: "ac" }, false],
    ["f: a?c", { f: "a\u{1f600}c" }, true],
    ["f: 'a\\*c'", { f: "a*c" }, true],
    ["f: 'a\\*c'", { f: "abc" }, false],
    ["f: 'a\\\\*'", { f: "a\\anything" }, true],
    ["f: 'a\\\\\\*'", { f: "a\\*" }, true],
    ["f: 'a\\\\\\*'", { f: "a\\x" }, false],
    ["f: 'a\\b'", { f: "a\\b" }, true],
    ["f: 'a\\\\b'", { f: "a\\b" }, true],
    ["f: 'a\\\\\\b'", { f: "a\\\\b" }, true],
    ["f: 'a\\\\\\\\b'", { f: "a\\\\b" }, true],
    ["f|contains: 'C:\\Temp\\'", { f: "x C:\\temp\\y" }, true],
    ["f|contains: 'C:\\Temp\\'", { f: "x C:\\temp*" }, false],
    ["f|startswith: 'C:\\Temp\\'", { f: "c:\\TEMP\\" }, true],
    ["f|endswith: '\\x.exe'", { f: "C:\\X.EXE" }, true],
    ["f: '*'", { f: "" }, true],
    ["f: '*'", { f: null }, false],
    ["f: '*'", {}, false],
    ["f: ''", { f: "" }, true],
    ["f: ''", {}, false],
    ["f: null", {}, true],
    ["f: null", { f: null }, true],
    ["f: null", { f: "" }, false],
    ["f: 1", { f: 1 }, true],
    ["f: 1", { f: "1" }, true],
    ["f: '1'", { f: 1 }, true],
    ["f: 16", { f: "0x10" }, false],
    ["f: 12345678901234567890", { f: "12345678901234567890" }, true],
    ["f: true", { f: true }, true],
    ["f: true", { f: "TRUE" }, true],
    ["f: 'false'", { f: false }, true],
    ["f|contains: 23", { f: 12345 - 1 + 1 }, true],
    ["f: b", { f: ["a", "B"] }, true],
    ["f|contains|all: [a, b]", { f: ["xa", "yb"] }, true],
    ["f|contains|all: [a, b]", { f: ["xa", "ya"] }, false],
    ["f: a", { f: { a: "a" } }, false],
    ["a.b: x", { a: { b: "x" } }, true],
    ["a.b: x", { a: [{ b: "y" }, { b: "x" }] }, true],
    ["a.b: x", { "a.b": "x", a: { b: "y" } }, true],
    ["NewValue: x", { "New Value": "x" }, true],
    ["newvalue: x", { NewValue: "x" }, true],
    ["f: \u03a3", { f: "\u03c3" }, true],
    ["f: 'A\u03a3'", { f: "a\u03a3" }, true],
    ["f|contains: k", { f: "\u212a" }, true],
    ["f: '\u0130'", { f: "\u0130" }, true],
    ["__proto__: x", { f: "x" }, false],
    ["constructor: '*'", {}, false],
  ])("%s on %j is %s", (text, raw, expected) => {
    expect(answer(line(text), raw)).toBe(expected);
  });
});

describe("modifiers", () => {
  it.each<Row>([
    ["f|exists: true", { f: null }, true],
    ["f|exists: true", { f: [] }, true],
    ["f|exists: true", { f: { a: 1 } }, true],
    ["f|exists: false", {}, true],
    ["f|exists: 'false'", { f: 1 }, false],
    ["f|cased: Abc", { f: "Abc" }, true],
    ["f|cased: Abc", { f: "abc" }, false],
    ["f|contains|cased: Ab*d", { f: "xAbcdx" }, true],
    ["f|contains|cased: Ab*d", { f: "xabcdx" }, false],
    ["f|neq: a", { f: "b" }, true],
    ["f|neq: a", { f: "a" }, false],
    ["f|neq: a", {}, true],
    ["f|neq: [a, b]", { f: "b" }, false],
    ["f|contains|neq: a", { f: "xay" }, false],
    ["f|contains|windash: ' -enc '", { f: "x /enc y" }, true],
    ["f|contains|windash: ' -enc '", { f: "x \u2015enc y" }, true],
    ["f|contains|windash: ' -enc '", { f: "x +enc y" }, false],
    ["f|windash|contains: ' \u2013a -b'", { f: "x /a \u2014b" }, true],
    ["f|windash|contains: '-a -b -c -d -e -f'", { f: "/a -b \u2013c \u2014d \u2015e /f" }, true],
    ["f|windash|contains: 'a-b'", { f: "a/b" }, false],
    ["f|re: 'a.c'", { f: "xabcx" }, true],
    ["f|re: 'a.c'", { f: "ABC" }, false],
    ["f|re|i: 'a.c'", { f: "ABC" }, true],
    ["f|re: '(?i)a.c'", { f: "ABC" }, true],
    ["f|re: '^b'", { f: "a\nb" }, false],
    ["f|re|m: '^b'", { f: "a\nb" }, true],
    ["f|re: 'a.b'", { f: "a\nb" }, false],
    ["f|re|s: 'a.b'", { f: "a\nb" }, true],
    ["f|re: '.*'", {}, false],
    ["f|re: '.*'", { f: null }, false],
    ["f|re: '^4[0-9]+$'", { f: 4688 }, true],
    ["f|re: 'powershell|pwsh'", { f: "pwsh.exe" }, true],
    ["f|re|i: 'task'", { f: "ta\u017fk" }, true],
    ["f|base64: foobar", { f: "Zm9vYmFy" }, true],
    ["f|base64|contains: foobar", { f: "x Zm9vYmFy y" }, true],
    ["f|base64offset|contains: foobar", { f: `x${btoa("yfoobarz")}` }, true],
    ["f|base64offset|contains: foobar", { f: btoa("yyfoobar") }, true],
    ["f|base64offset|contains: foobar", { f: btoa("foobarz") }, true],
    ["f|wide|base64offset|contains: ab", { f: btoa("xa\0b\0y") }, true],
    ["f|utf16be|base64offset|contains: ab", { f: btoa("\0a\0b") }, true],
    ["f|utf16|base64: a", { f: btoa("\xff\xfea\0") }, true],
    ["f|utf16le: ab", { f: "a\0b\0" }, true],
    ["f|gt: 5", { f: 6 }, true],
    ["f|gt: 5", { f: "0x06" }, true],
    ["f|gt: 5", { f: "six" }, false],
    ["f|gte: 5", { f: "5.0" }, true],
    ["f|lt: 5", { f: 5 }, false],
    ["f|lte: 5", { f: 5 }, true],
    ["f|lt: 5", {}, false],
    ["f|hour: 7", { f: "2026-01-02T07:09:00+05:00" }, true],
    ["f|hour|gte: 22", { f: "2026-01-02 23:00:00.123" }, true],
    ["f|minute: 9", { f: "2026-01-02T07:09:00Z" }, true],
    ["f|day: 2", { f: "2026-01-02" }, true],
    ["f|week: 53", { f: "2021-01-02" }, true],
    ["f|month: 1", { f: 1767312000 }, true],
    ["f|year: 2026", { f: 1767312000000 }, true],
    ["f|year: 2026", { f: "yesterday" }, false],
    ["f|hour: 7", { f: "2026-01-02" }, false],
    ["f|cidr: 10.0.0.0/8", { f: "10.1.2.3" }, true],
    ["f|cidr: 10.0.0.0/8", { f: "11.1.2.3" }, false],
    ["f|cidr: 10.1.2.3/8", { f: "10.9.9.9" }, true],
    ["f|cidr: 10.0.0.0/8", { f: "::ffff:10.1.2.3" }, true],
    ["f|cidr: 10.0.0.0/8", { f: "10.1.2.3.example" }, false],
    ["f|cidr: 'fe80::/10'", { f: "febf::1" }, true],
    ["f|cidr: 'fe80::/10'", { f: "fec0::1" }, false],
    ["f|expand: '%admins%'", { f: "ADM_bob" }, true],
    ["f|expand: 'x%ports%y'", { f: "x22y" }, true],
    ["f|expand: '\\%ports%'", { f: "%ports%" }, true],
    ["f: '%ports%'", { f: "%ports%" }, true],
    ["f|fieldref: g", { f: "A", g: "a" }, true],
    ["f|fieldref|cased: g", { f: "A", g: "a" }, false],
    ["f|fieldref: g", { f: "A" }, false],
    ["f|fieldref|neq: g", { f: "A" }, true],
    ["f|fieldref|endswith: g", { f: "C:\\a.exe", g: "A.EXE" }, true],
    ["f|fieldref|startswith: g", { f: ["x", "yz"], g: "y" }, true],
    ["f|fieldref|contains: g", { f: "abc", g: 5 }, false],
  ])("%s on %j is %s", (text, raw, expected) => {
    expect(answer(line(text), raw)).toBe(expected);
  });
});

describe("selections and conditions", () => {
  const abc = "a: { f: a }\nb: { f: b }\nc: { g: c }\n_d: { g: d }\n";
  it.each<Row>([
    ["s: [one, two*four]\ncondition: s", { x: { y: ["none", "the ONE"] } }, true],
    ["s: [one, two*four]\ncondition: s", { x: "two three four" }, true],
    ["s: [one, two*four]\ncondition: s", { x: "two", y: "four" }, false],
    ["s: [one]\ncondition: s", { one: "x" }, false],
    ["s: { '|all': [one, two] }\ncondition: s", { x: "one", y: "two" }, true],
    ["s: { '|all': [one, two] }\ncondition: s", { x: "one" }, false],
    ["s: [443, true]\ncondition: s", { p: 14430 }, true],
    ["s: { '|re': '^o.e$' }\ncondition: s", { x: ["one"] }, true],
    ["s: [{ f: a }, { f: b, g: c }]\ncondition: s", { f: "b", g: "c" }, true],
    ["s: [{ f: a }, { f: b, g: c }]\ncondition: s", { f: "b" }, false],
    ["s: [word, { f: b }]\ncondition: s", { x: "a word" }, true],
    [`${abc}condition: a or b and c`, { f: "a" }, true],
    [`${abc}condition: (a or b) and c`, { f: "a" }, false],
    [`${abc}condition: not a and c`, { g: "c" }, true],
    [`${abc}condition: NOT (a OR b)`, { f: "a" }, false],
    [`${abc}condition: 1 of them`, { g: "d" }, false],
    [`${abc}condition: 1 of _*`, { g: "d" }, true],
    [`${abc}condition: any of them`, { g: "c" }, true],
    [`${abc}condition: all of them`, { f: ["a", "b"], g: "c" }, true],
    [`${abc}condition: 2 of them`, { f: ["a", "b"] }, true],
    [`${abc}condition: 2 of them`, { f: "a" }, false],
    [`${abc}condition: not 1 of a*`, { f: "b" }, true],
    [`${abc}condition: [a, c]`, { g: "c" }, true],
    ["not_x: { f: a }\ncondition: not not_x", { f: "b" }, true],
    ["sel_x_1: { f: a }\nsel_y_2: { f: b }\ncondition: 1 of sel_*_2", { f: "b" }, true],
  ])("%s on %j is %s", (text, raw, expected) => {
    expect(answer(text, raw)).toBe(expected);
  });
});
