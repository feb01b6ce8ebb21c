/** The pieces on which patterns stand: fold, tokens, the two matchers, literals of regular expressions. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, foldUnit, isAscii } from "./fold.ts";
import { FOLDED } from "./index/fold-table.ts";
import { dashSpellings, patternOf, tokenise, withAnyAfter, withAnyBefore, withDashes } from "./pattern.ts";
import { compileRegex } from "./regex.ts";
import { requiredLiterals, requirementOf } from "./regex-literals.ts";
import { globMatches, globUnits, patternMatches } from "./text-match.ts";

describe("fold", () => {
  it("maps every unit to one unit, is final, and is the same alone and in company (F1, F2)", () => {
    for (let code = 0; code < 65_536; code += 1) {
      const unit = String.fromCharCode(code);
      const folded = foldUnit(unit);
      if (
        folded.length !== 1 ||
        foldUnit(folded) !== folded ||
        fold(unit) !== folded ||
        fold(`a${unit}B`) !== `a${folded}b`
      ) {
        throw new Error(`U+${code.toString(16)}`);
      }
    }
    expect(fold("\u0391\u03a3 \u0130\ud801\udc00X")).toBe("\u03b1\u03c3 \u0130\ud801\udc00x");
    expect([isAscii("a\x7f"), isAscii("a\x80")]).toEqual([true, false]);
  });
});

describe("fold table", () => {
  it("is the fold, unit by unit, so that scans need no folded copy", () => {
    const different = Array.from({ length: 65_536 }, (_, unit) => unit).filter(
      (unit) => String.fromCharCode(FOLDED[unit] ?? 0) !== foldUnit(String.fromCharCode(unit)),
    );
    expect(different).toEqual([]);
    expect([FOLDED["K".charCodeAt(0)], FOLDED[0x212a]]).toEqual(["k".charCodeAt(0), "k".charCodeAt(0)]);
  });
});

describe("dashes", () => {
  it.each([
    ["-a", 5],
    ["/a -b", 25],
    ["a-b", 1],
    ["- a", 1],
    ["\u2014x\u2013y", 5],
    ["--a", 5],
  ])("%j has %i spellings", (text, count) => {
    expect(dashSpellings(withDashes(tokenise(text)), 3_125)).toHaveLength(count);
  });
  it("are not written out beyond the limit", () => {
    expect(dashSpellings(withDashes(tokenise("-a -b")), 24)).toBeUndefined();
  });
});

const unit = fc.constantFrom(
  "a",
  "b",
  "A",
  "*",
  "?",
  "\\",
  "-",
  "/",
  "\u2013",
  "\u{1f600}",
  "\ud83d",
  "\ude00",
  "\u03a3",
);
const word = fc.array(unit, { maxLength: 8 }).map((list) => list.join(""));

describe("the two matchers", () => {
  it("agree on every pattern and text", () => {
    let hits = 0;
    fc.assert(
      fc.property(word, word, fc.nat(7), (source, text, bits) => {
        const dashed = (bits & 1) === 0 ? tokenise(source) : withDashes(tokenise(source));
        const before = (bits & 2) === 0 ? dashed : withAnyBefore(dashed);
        const pattern = patternOf((bits & 4) === 0 ? before : withAnyAfter(before), (bits & 3) === 3);
        const reference = patternMatches(pattern, text);
        if (reference) hits += 1;
        expect(globMatches(globUnits(pattern), pattern.cased ? text : fold(text))).toBe(reference);
      }),
      { numRuns: 20_000 },
    );
    expect(hits).toBeGreaterThan(200);
  });

  it("take time in proportion on hostile patterns", () => {
    const pattern = patternOf(tokenise(`${"*a".repeat(200)}*b`), false);
    expect(globMatches(globUnits(pattern), "a".repeat(20_000))).toBe(false);
  });
});

describe("required literals", () => {
  it.each<readonly [string, readonly string[] | undefined]>([
    ["abc", ["abc"]],
    ["ABC.def", ["abc"]],
    ["ab.cdef", ["cdef"]],
    ["abc|defg", ["abc", "defg"]],
    ["abc|d", undefined],
    ["abcd?", ["abc"]],
    ["abc+d", ["abc"]],
    ["abcd{0,2}x", ["abc"]],
    ["(abc)def", ["abcdef"]],
    ["(abc|x)", undefined],
    ["(a|b)cd", ["acd", "bcd"]],
    ["x(abc|def.)", ["abc", "def"]],
    ["(abc.|def)+", ["abc", "def"]],
    ["(abc.|d)+", undefined],
    ["(abc)?def", ["def"]],
    ["(abc){1}def", ["abcdef"]],
    ["[abc]def", ["adef", "bdef", "cdef"]],
    ["[^a]bcd", ["bcd"]],
    ["[a-c]def", ["def"]],
    ["[]a]bcd", ["]bcd", "abcd"]],
    ["(?P<name>abc)d", ["abcd"]],
    ["a(?i:bc)d", ["abcd"]],
    ["[[:alpha:]]abc", undefined],
    ["\\.exe\\s", [".exe"]],
    ["\\Qa.b\\Ec", undefined],
    ["\\x41bcd", undefined],
    ["(?i)abc", ["abc"]],
    ["a\\|bc", ["a|bc"]],
    ["^abc$", ["abc"]],
  ])("of %s are %j", (source, expected) => {
    expect(requiredLiterals(requirementOf(source))).toEqual(expected);
  });

  it.each<readonly [string, readonly (readonly string[])[], number]>([
    ["\\s[a-f0-9]{64}\\s[a-f0-9]{16}", [], 82],
    ["-(W|R)\\s?x", [["-W", "-R"], ["x"]], 3],
    ["\\\\[a-z]{1,32}\\.[a-z]{1,6}\\.[ \"']{1}", [[". ", '."', ".'"], ["\\"], ["."]], 6],
    ["\\w+`(\\w+|-|.)`", [["`"]], 4],
    ["a*", [], 0],
    ["(a|bc)d{2,}", [["ad", "bcd"], ["d"]], 3],
  ])("of %s leave the clauses %j and at least %i units", (source, clauses, least) => {
    expect(requirementOf(source)).toMatchObject({ clauses, least });
  });

  it.each<readonly [string, string, boolean]>([
    ["\\s[a-f0-9]{16}", "x 0123456789abcdef", true],
    ["\\s[a-f0-9]{16}", `x${" 0123456789abcde".repeat(9)}`, false],
    ["\\s[a-f0-9]{16}", "0123456789abcdeg".repeat(4), false],
    ["([a-z]){12,}", "0000abcdefghijkl0", true],
    ["([a-z]1?){12}", "a1b1c1d1e1f1g1h1i1j1k1l", true],
    ["([a-z]{12}|1)", "111111111111", true],
    ["([a-z]{12})?1", "111111111111", true],
    ["(?i)[a-z]{12}", "ABCDEFGHIJKL", true],
    ["(?:[a-c]{12}x)+", "xabcabcabcabcx", true],
    ["(?:[a-c]{12}x)+", "abcabcxabcabcx", false],
  ])("of %s let %j pass: %s", (source, text, passes) => {
    expect(compileRegex(source, "", []).mayMatch(text)).toBe(passes);
  });

  it("stand in every ASCII text that matches (R1)", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      "ab",
      "abc",
      ".",
      "|",
      "(ab)",
      "(a|b)",
      "[ab]",
      "[^a]",
      "a*",
      "b+",
      "a?",
      "b{2}",
      "\\.",
      "\\w",
      "^",
      "$",
      "(?i)",
      "(?:ba)",
      "(a|bc)+",
      "(?:ab|.c)",
      "[bc]{1}",
      "(b|)",
      "a{2,}?",
    );
    const text = fc
      .array(fc.constantFrom("a", "b", "c", "A", "B", "."), { maxLength: 12 })
      .map((list) => list.join(""));
    let hits = 0;
    fc.assert(
      fc.property(
        fc.tuple(fc.array(piece, { maxLength: 3 }), fc.array(piece, { maxLength: 3 })),
        fc.array(text, { minLength: 10, maxLength: 10 }),
        ([before, after], texts) => {
          const source = [...before, "abc", ...after].join("");
          const requirement = requirementOf(source);
          const literals = requiredLiterals(requirement);
          const regex = compileRegex(source, "", []);
          for (const one of texts) {
            if (!regex.test(one)) continue;
            if (requirement.clauses.length > 0) hits += 1;
            expect([source, one, regex.mayMatch(one)]).toEqual([source, one, true]);
            expect(literals?.some((literal) => fold(one).includes(literal)) ?? true).toBe(true);
          }
        },
      ),
      { numRuns: 3_000 },
    );
    expect(hits).toBeGreaterThan(20);
  });
});
