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
    [
      "longest: a name may hold the literal",
      "user {u*} from {ip} port {p:n}{}",
      "user a from x port 1 from y port 2 ssh",
      { u: "a from x port 1", ip: "y", p: "2" },
    ],
    [
      "longest: back to where the rest fits",
      "user {u*} {ip} port {p:n} [end]",
      "user a b 1.2.3.4 port 5 [end]",
      { u: "a b", ip: "1.2.3.4", p: "5" },
    ],
    ["longest may be empty", "user {u*} from {ip}", "user  from x", { u: "", ip: "x" }],
    ["longest, nothing fits", "user {u*} from {ip}", "user x", undefined],
    ["longest at the end", "user {u*}", "user a b", { u: "a b" }],
    ["literal only", "stop", "stop", {}],
    ["literal only, longer text", "stop", "stopped", undefined],
    ["other start", "a {x}", "b c", undefined],
  ];
  for (const [name, template, text, expected] of rows) {
    it(name, () => expect(match(template, text)).toEqual(expected));
  }

  it("two longest captures are refused, and many literals end soon", () => {
    expect(() => compileTemplate("{a*} x {b*} y")).toThrow(RangeError);
    expect(match("user {u*} from {ip:n}", `user ${" from x".repeat(100_000)}`)).toBeUndefined();
  });

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
