import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileTemplate, matchTemplate } from "./template.ts";

const match = (template: string, text: string) => {
  const found = matchTemplate(compileTemplate(template), text);
  return found && Object.fromEntries(found);
};

describe("templates", () => {
  const rows: readonly [string, string, string, object | undefined][] = [
    [
      "captures",
      "Failed {m} for {u} from {ip}",
      "Failed password for bob from 1.2.3.4",
      { m: "password", u: "bob", ip: "1.2.3.4" },
    ],
    ["the last takes the rest", "a {x}", "a b c", { x: "b c" }],
    ["final literal", "a {x} end", "a b end end", { x: "b end" }],
    ["text after the final literal", "a {x} end", "a b end.", undefined],
    ["empty capture refused", "user {u} from {ip}", "user  from x", undefined],
    ["empty capture allowed", "user {u?} from {ip}", "user  from x", { u: "", ip: "x" }],
    ["forgotten", "a {} z{n}", "a bcd z1", { n: "1" }],
    ["digits, then anything", "port {p:n}{}", "port 22 [preauth]", { p: "22" }],
    ["digits at the end", "port {p:n}", "port 22", { p: "22" }],
    ["digits and more text", "port {p:n}", "port 22x", undefined],
    ["no digits", "port {p:n}{}", "port x", undefined],
    ["literal only", "stop", "stop", {}],
    ["literal only, longer text", "stop", "stopped", undefined],
    ["other start", "a {x}", "b c", undefined],
  ];
  for (const [name, template, text, expected] of rows) {
    it(name, () => expect(match(template, text)).toEqual(expected));
  }

  it("touching captures are refused", () => expect(() => compileTemplate("{a}{b}")).toThrow(RangeError));

  it("reads back what it wrote", () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(word, word, fc.nat(), (a, b, n) => {
        expect(match("from {a} to {b}: {n:n}{}", `from ${a} to ${b}: ${n}!`)).toEqual({ a, b, n: String(n) });
      }),
    );
  });
});
