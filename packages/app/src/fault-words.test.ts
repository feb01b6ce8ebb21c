import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problemOf } from "./api/problem.ts";
import { sayFaultsInOurWords } from "./fault-words.ts";

sayFaultsInOurWords();

const schema = z.strictObject({
  days: z.int().min(1).max(365).optional(),
  share: z.number().lt(1).optional(),
  text: z.string().min(1).max(5).optional(),
  kind: z.enum(["a", "b"]).optional(),
  list: z.array(z.string()).min(1).max(2).optional(),
  url: z.url().optional(),
  code: z
    .string()
    .regex(/^T\d{4}$/)
    .optional(),
  own: z.string().min(3, "a name of three letters").optional(),
  either: z.union([z.string(), z.number()]).optional(),
});

describe("words of faults", () => {
  it.each([
    [{ days: 999 }, "days: at most 365; is 999"],
    [{ days: 0 }, "days: at least 1; is 0"],
    [{ days: 1.5 }, "days: has to be a whole number; is 1.5"],
    [{ days: "many" }, 'days: has to be a number; is "many"'],
    [{ share: 1 }, "share: less than 1; is 1"],
    [{ text: "" }, "text: is empty"],
    [{ text: "abcdef" }, "text: at most 5 characters; has 6"],
    [{ kind: "c" }, 'kind: has to be one of "a", "b"; is "c"'],
    [{ list: [] }, "list: is empty"],
    [{ list: ["a", "b", "c"] }, "list: at most 2 elements; has 3"],
    [{ list: "a" }, "list: has to be a list; is text"],
    [{ list: [1] }, "list.0: has to be text; is 1"],
    [{ url: "x" }, 'url: is not a web address; is "x"'],
    [{ code: "1" }, 'code: is not of the form /^T\\d{4}$/; is "1"'],
    [{ own: "ab" }, "own: a name of three letters"],
    [{ either: true }, "either: has none of the forms that are allowed; is true or false"],
    [{ wrong: 1, bad: 2 }, '(body): "wrong", "bad" are not known here'],
    ["a secret", "(body): has to be an object; is text"],
    [undefined, "(body): is missing: an object is needed"],
  ])("%j", (value, said) => expect(problemOf(schema.safeParse(value).error).detail).toBe(said));

  it("a long value is cut", () => {
    const { detail } = problemOf(schema.safeParse({ kind: "x".repeat(500) }).error);
    expect(detail.length).toBeLessThan(120);
  });
});
