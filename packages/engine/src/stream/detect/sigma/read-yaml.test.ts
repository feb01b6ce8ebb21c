import { describe, expect, it } from "vitest";
import { readYaml } from "./read-yaml.ts";

const nest = (open: string, times: number, close = ""): string => `${open.repeat(times)}x${close.repeat(times)}`;
const bomb = (levels: number): string =>
  Array.from({ length: levels }, (_, n) => `a${n}: &a${n} [${n === 0 ? "x" : `*a${n - 1},`.repeat(10)}]`).join("\n");

/** Why a text is not taken, and the line that is told. */
function refusal(
  text: string,
): { readonly code: unknown; readonly message: string; readonly line: number } | undefined {
  const [document] = readYaml(text);
  try {
    document?.read();
    return undefined;
  } catch (error) {
    const { code, message, at } = error as { code: unknown; message: string; at: readonly string[] };
    return { code, message, line: document?.lineOf(at) ?? 0 };
  }
}

describe("YAML that would cost too much", () => {
  it.each([
    ["lists in lists", `title: t\nx: ${nest("[", 10_000, "]")}\n`, "yaml-too-deep", /nested deeper than 32/, 2],
    ["maps in maps", `title: t\n\nx: ${nest("{a: ", 5_000, "}")}\n`, "yaml-too-deep", /nested deeper than 32/, 3],
    ["pairs in lists", `x: ${nest("[a: ", 5_000, "]")}\n`, "yaml-too-deep", /nested deeper than 32/, 1],
    ["lists in one line", `x:\n  ${nest("- ", 5_000)}\n`, "yaml-too-deep", /nested deeper than 32/, 2],
    [
      "ever deeper lines",
      Array.from({ length: 1_500 }, (_, n) => `${" ".repeat(n)}a:`).join("\n"),
      "yaml-too-deep",
      /nested deeper than 32/,
      33,
    ],
    ["a deep key", `x: 1\n? ${nest("[", 5_000, "]")}\n: 1\n`, "yaml-syntax", /not a plain text/, 1],
    ["brackets that stay open", `x: ${nest("[", 10_000)}`, "yaml-syntax", /line 1: /, 1],
    ["an alias bomb", bomb(12), "yaml-too-large", /aliases bring more than 100000 values/, 6],
    [
      "very many aliases",
      `a: &a [1,2,3,4,5,6,7,8,9,10]\nb: [${"*a,".repeat(9_500)}]`,
      "yaml-too-large",
      /aliases bring more than/,
      2,
    ],
    ["an alias inside of itself", "t: 1\na: &a [1, *a]", "yaml-too-deep", /`\*a` stands inside of what it names/, 2],
    ["an alias of nothing", "t: 1\na: *b", "yaml-syntax", /unknown alias `\*b`/, 2],
  ])("is refused by name and line: %s", (_, text, code, message, line) => {
    expect(refusal(text)).toMatchObject({ code, message: expect.stringMatching(message), line });
  });

  it.each([
    ["32 levels", nest("[", 32, "]"), JSON.parse(nest("[", 32, "]").replace("x", '"x"'))],
    [
      "an alias is what it names",
      "a: &a [x, 1]\nb: *a\nc: [*a, *a]",
      {
        a: ["x", 1],
        b: ["x", 1],
        c: [
          ["x", 1],
          ["x", 1],
        ],
      },
    ],
    ["of two anchors the last one before", "- &a 1\n- *a\n- &a 2\n- *a", [1, 1, 2, 2]],
    ["many aliases of one value", `a: &a x\nb: [${"*a,".repeat(5_000)}]`, { a: "x", b: Array(5_000).fill("x") }],
  ])("is not mistaken for: %s", (_, text, value) => {
    expect(readYaml(text)[0]?.read()).toEqual(value);
  });

  it.each([
    ["open brackets", `a: ${"[".repeat(8_000_000)}`],
    ["open braces", `a: ${"{".repeat(8_000_000)}`],
    ["both, in lines", `a:\n${" [{a: \n".repeat(1_000_000)}`],
  ])("is refused before it is parsed: millions of %s", (_, text) => {
    expect(() => readYaml(text)).toThrow("more than 10000 brackets are open at once");
  });

  it("is not mistaken for deep: many brackets in texts, comments and short lists", () => {
    const line = `- ["[[[[", '{{{{', x] # [[[[\n`;
    expect(readYaml(line.repeat(4_000))[0]?.read()).toEqual(Array(4_000).fill(["[[[[", "{{{{", "x"]));
  });

  it("leaves the documents beside it as they are", () => {
    const [deep, next] = readYaml(`x: ${nest("[", 3_000, "]")}\n---\ntitle: t\n`);
    expect(() => deep?.read()).toThrow("nested deeper");
    expect(next?.read()).toEqual({ title: "t" });
  });
});
