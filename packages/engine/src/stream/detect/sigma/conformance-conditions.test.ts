/** Keywords and conditions. Rows read off the specification alone; every one is asked of the reference and of the index. */
import { describe, expect, it } from "vitest";
import { answer, type Row } from "./answer.fixture.ts";

describe("keywords", () => {
  it.each<Row>([
    ["k: [foo, bar]\ncondition: k", { x: "a FOO b" }, true],
    ["k: [foo, bar]\ncondition: k", { x: "ba", y: "r" }, false],
    ["k: ['fo*o']\ncondition: k", { x: "a foXo b" }, true],
    ["k: ['fo*o']\ncondition: k", { x: "fo", y: "o" }, false],
    ["k: ['a?c']\ncondition: k", { x: "xabcx" }, true],
    ["k: ['a?c']\ncondition: k", { x: "xacx" }, false],
    ["k: ['\\*']\ncondition: k", { x: "a*b" }, true],
    ["k: ['\\*']\ncondition: k", { x: "ab" }, false],
    ["k: {'|all': [foo, bar]}\ncondition: k", { x: "foo bar" }, true],
    ["k: {'|all': [foo, bar]}\ncondition: k", { x: "foo", y: "bar" }, true],
    ["k: {'|all': [foo, bar]}\ncondition: k", { x: "foo" }, false],
    ["k: {'|all': ['f*o', 'b?r']}\ncondition: k", { x: "fxo bar" }, true],
    ["k: {'|all': ['f*o', 'b?r']}\ncondition: k", { x: "fxo br" }, false],
    ["k: {'|contains|all': [foo, bar]}\ncondition: k", { x: "xfoobar" }, true],
    ["k: {'|all|contains': [foo, bar]}\ncondition: k", { x: "xfoo" }, false],
    ["k: {'|re': 'f.o'}\ncondition: k", { x: "a fxo" }, true],
    ["k: {'|re|i': 'F.O'}\ncondition: k", { x: "a fxo" }, true],
    ["k: {'|cased': [Foo]}\ncondition: k", { x: "foo" }, false],
    ["k: {'|cased': [Foo]}\ncondition: k", { x: "a Foo b" }, true],
    ["k: {'|startswith': foo}\ncondition: k", { x: "foobar" }, true],
    ["k: {'|startswith': foo}\ncondition: k", { x: "a foo" }, false],
    ["k: {'|endswith': bar}\ncondition: k", { x: "foobar" }, true],
    ["k: [4624]\ncondition: k", { x: 4624 }, true],
    ["k: [4624]\ncondition: k", { x: "id=4624;" }, true],
    ["k: foo\ncondition: k", { x: "foo" }, true],
    ["k: [foo]\ncondition: k", { foo: "x" }, false],
    ["k: [foo]\ncondition: k", { a: { b: [{ c: "xfoox" }] } }, true],
    ["k: [foo]\ncondition: k", { a: null }, false],
    ["k: ['']\ncondition: k", { a: "x" }, true],
    ["k: {'|windash': [' -enc']}\ncondition: k", { x: "p /enc" }, true],
    ["k: {'|base64offset': [foobar]}\ncondition: k", { x: "q eGZvb2Jhcg==" }, true],
    ["k: ['C:\\']\ncondition: k", { x: "in C:\\temp" }, true],
    ["k: [true]\ncondition: k", { x: true }, true],
    ["k: {'|neq': [foo]}\ncondition: k", { x: "bar" }, true],
    ["k: {'|neq': [foo]}\ncondition: k", { x: "afoo" }, false],
    ["k: [foo, {f: a}]\ncondition: k", { f: "a" }, true],
    ["k: [{f: a}, {g: b}]\ncondition: k", { g: "b" }, true],
    ["k: {'|all': [foo, bar], f: a}\ncondition: k", { f: "a", x: "foo bar" }, true],
    ["k: {'|all': [foo, bar], f: a}\ncondition: k", { f: "b", x: "foo bar" }, false],
    ["k: [{'|all': [foo, bar]}, {f: a}]\ncondition: k", { x: "foo bar" }, true],
    ["k: {'|expand': ['%admins%']}\ncondition: k", { x: "is alice ok" }, true],
    ["k: {'|cidr': 10.0.0.0/8}\ncondition: k", { x: "10.1.1.1" }, true],
    ["k: {'|gt': 100}\ncondition: k", { x: 101 }, true],
  ])("%s on %j is %s", (text, raw, expected) => {
    expect(answer(text, raw)).toBe(expected);
  });
});

const SELECTIONS =
  "selection_a: { a: 1 }\nselection_b: { b: 1 }\nfilter_x: { x: 1 }\nfilter_y: { y: 1 }\n_hidden: { h: 1 }\n";

describe("conditions", () => {
  it.each<Row>([
    ["1 of them", { h: 1 }, false],
    ["1 of them", { y: 1 }, true],
    ["all of them", { a: 1, b: 1, x: 1, y: 1 }, true],
    ["all of them", { a: 1, b: 1, x: 1 }, false],
    ["all of selection*", { a: 1, b: 1 }, true],
    ["all of selection*", { a: 1 }, false],
    ["1 of selection_*", { b: 1 }, true],
    ["1 of selection* and not 1 of filter*", { a: 1 }, true],
    ["1 of selection* and not 1 of filter*", { a: 1, x: 1 }, false],
    ["1 of selection* and not all of filter*", { a: 1, x: 1 }, true],
    ["not 1 of filter_*", {}, true],
    ["not 1 of filter_*", { x: 1 }, false],
    ["selection_a or selection_b and filter_x", { a: 1 }, true],
    ["selection_a or selection_b and filter_x", { b: 1 }, false],
    ["(selection_a or selection_b) and filter_x", { a: 1 }, false],
    ["not selection_a or selection_b", { a: 1, b: 1 }, true],
    ["not selection_a and selection_b", { b: 1 }, true],
    ["not (selection_a and selection_b)", { a: 1 }, true],
    ["not not selection_a", { a: 1 }, true],
    ["selection_a AND NOT filter_x", { a: 1 }, true],
    ["selection_a Or selection_b", { b: 1 }, true],
    ["ALL OF THEM", { a: 1, b: 1, x: 1, y: 1 }, true],
    ["1 of _hid*", { h: 1 }, true],
    ["1 of *", { h: 1 }, false],
    ["1 of *_a", { a: 1 }, true],
    ["1 of s*_b", { b: 1 }, true],
    ["1 of selection_a", { a: 1 }, true],
    ["_hidden", { h: 1 }, true],
    ["((selection_a))", { a: 1 }, true],
    ["(selection_a)and(selection_b)", { a: 1, b: 1 }, true],
    ["'selection_a\n\n  and   selection_b'", { a: 1, b: 1 }, true],
    ["[selection_a, selection_b]", { b: 1 }, true],
    ["['selection_a and selection_b', filter_x]", { x: 1 }, true],
    ["[selection_a, 'not filter_x']", { a: 1, x: 1 }, true],
    ["selection_a and 1 of filter_* or selection_b", { b: 1 }, true],
    ["all of selection_* and not 1 of filter_* or _hidden", { h: 1, x: 1 }, true],
    ["2 of selection_*", { a: 1, b: 1 }, true],
    ["any of selection_*", { a: 1 }, true],
  ])("%s on %j is %s", (condition, raw, expected) => {
    expect(answer(`${SELECTIONS}condition: ${condition}`, raw)).toBe(expected);
  });

  it.each<Row>([
    ["s:\n  f: a\nn:\n  g: null\ncondition: s and not n", { f: "a", g: "x" }, true],
    ["s:\n  f: a\nn:\n  g: null\ncondition: s and not n", { f: "a" }, false],
    ["s:\n  f: a\nn:\n  g: ''\ncondition: s and not n", { f: "a" }, true],
    ["s:\n  f: a\ncondition: not s", { f: ["a", "b"] }, false],
    ["and_x: {a: 1}\nor1: {b: 1}\ncondition: and_x and or1", { a: 1, b: 1 }, true],
    ["not: {a: 1}\nall_of: {b: 1}\ncondition: all_of", { b: 1 }, true],
    ["sel-a: {a: 1}\nsel.b: {b: 1}\ncondition: sel-a or sel.b", { b: 1 }, true],
    ["1: {a: 1}\ncondition: '1'", { a: 1 }, true],
    ["a: {a: 1}\nab: {b: 1}\ncondition: 1 of a", { b: 1 }, false],
    ["s:\n  a: 1\n  b: 2\ncondition: s", { a: 1 }, false],
    ["s:\n  - a: 1\n    b: 2\n  - c: 3\ncondition: s", { c: 3 }, true],
    ["s:\n  - a: 1\n    b: 2\n  - c: 3\ncondition: s", { a: 1 }, false],
    ["s:\n  a|startswith: x\n  a|endswith: y\ncondition: s", { a: "xy" }, true],
    ["s:\n  a|startswith: x\n  a|endswith: y\ncondition: s", { a: "xz" }, false],
  ])("%s on %j is %s", (text, raw, expected) => {
    expect(answer(text, raw)).toBe(expected);
  });
});
