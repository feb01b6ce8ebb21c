import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cidrContains, parseAddress, parseCidr, whyNeverBlock } from "./address.ts";
import { parseCondition } from "./condition.ts";
import { evaluateCondition, typeProblems } from "./condition-value.ts";

const variables: Record<string, { type: string; value: string | null }> = {
  __n__: { type: "integer", value: "42" },
  __f__: { type: "float", value: "1.5" },
  __s__: { type: "string", value: "it's a\\path" },
  __b__: { type: "bool", value: "true" },
  __ip__: { type: "ipv4-addr", value: "203.0.113.9" },
  __none__: { type: "string", value: null },
  __bad__: { type: "integer", value: "many" },
};
const judge = (text: string) => evaluateCondition(parseCondition(text), (name) => variables[name]);

describe("conditions", () => {
  it.each([
    ["__n__:value = 42", true],
    ["__n__:value == 41 OR __n__:value <> 41", true],
    ["__n__:value < 9 OR __n__:value > 100 AND __n__:value = 42", false],
    ["(__n__:value < 9 OR __n__:value = 42) AND __n__:value >= 42", true],
    ["__n__:value IN (1, 42)", true],
    ["__n__:value NOT IN (1, 42)", false],
    ["__f__:value > 1.4", true],
    ["__s__:value = 'it\\'s a\\\\path'", true],
    ["__s__:value LIKE 'it_s%'", true],
    ["__s__:value NOT LIKE 'x%'", true],
    ["__s__:value MATCHES '^it.s'", true],
    ["__b__:value = true", true],
    ["__ip__:value ISSUBSET '203.0.113.0/24'", true],
    ["__ip__:value ISSUBSET '198.51.100.0/24'", false],
    ["EXISTS __none__:value", false],
    ["NOT EXISTS __none__:value", true],
  ])("%s is %s", (text, expected) => {
    expect(judge(text)).toBe(expected);
  });

  it.each([
    "",
    "__n__:value",
    "__n__:value = ",
    "x = 1",
    "__n__:value = 1 AND",
    "(__n__:value = 1",
    "__n__:value = 1)",
    "NOT __n__:value = 1",
  ])("%s is no condition", (text) =>
    expect(() => parseCondition(text)).toThrow(expect.objectContaining({ code: "condition-invalid" })),
  );

  it.each([
    "__none__:value = 'x'",
    "__bad__:value = 1",
    "__n__:value = 'x'",
    "__n__:value LIKE 'x'",
    "__gone__:value = 1",
  ])("%s is an error, not false (K3)", (text) =>
    expect(() => judge(text)).toThrow(expect.objectContaining({ code: "condition-untyped" })),
  );

  it("names type problems before anything runs", () => {
    const typeOf = (name: string) => variables[name]?.type;
    expect(typeProblems(parseCondition("__n__:value = 'x' AND __b__:value > true"), typeOf)).toHaveLength(2);
    expect(typeProblems(parseCondition("__s__:value MATCHES '('"), typeOf)[0]).toContain("RE2");
  });

  it("never throws anything but its own error, and parses what it is given in bounded time", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        try {
          parseCondition(text);
        } catch (error) {
          expect(error).toMatchObject({ code: "condition-invalid" });
        }
      }),
    );
  });
});

describe("addresses", () => {
  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "256.1.1.1",
    "1.2.3.4/33",
    "::1::",
    "fe80::1%eth0",
    "1:2:3:4:5:6:7:8:9",
    "g::1",
    "0x7f.0.0.1",
  ])("%s is no address", (text) => expect(parseCidr(text)).toBeUndefined());
  it.each([
    ["10.1.2.3", "private"],
    ["172.31.255.255", "private"],
    ["192.168.0.1", "private"],
    ["127.8.8.8", "loopback"],
    ["169.254.169.254", "link-local"],
    ["224.0.0.1", "multicast"],
    ["255.255.255.255", "reserved"],
    ["::1", "loopback"],
    ["fe80::1", "link-local"],
    ["fd00::1", "unique local"],
    ["ff02::1", "multicast"],
    ["::ffff:10.0.0.1", "private"],
    ["::ffff:7f00:1", "loopback"],
  ])("%s is never blocked: %s", (text, why) => {
    const address = parseAddress(text);
    expect(address === undefined ? "" : whyNeverBlock(address)).toContain(why);
  });
  it.each(["203.0.113.5", "8.8.8.8", "172.32.0.1", "2001:db8::1", "::ffff:203.0.113.5"])(
    "%s may be blocked",
    (text) => {
      const address = parseAddress(text);
      expect(address && whyNeverBlock(address)).toBeUndefined();
    },
  );
  it("containment agrees with a naive twin over bits", () => {
    const v4 = fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 32 }));
    const dotted = (bits: number) => [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
    fc.assert(
      fc.property(v4, v4, ([a, p], [b, q]) => {
        const text = (bits: number) => bits.toString(2).padStart(32, "0");
        const naive = p <= q && text(a).slice(0, p) === text(b).slice(0, p);
        const outer = parseCidr(`${dotted(a)}/${p}`);
        const inner = parseCidr(`${dotted(b)}/${q}`);
        expect(outer && inner && cidrContains(outer, inner)).toBe(naive);
      }),
    );
  });
});
