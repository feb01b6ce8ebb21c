import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCef } from "./cef.ts";

describe("parseCef", () => {
  it("header escapes and values with spaces", () => {
    expect(
      parseCef("CEF:0|Ven\\|dor|Pro\\\\d|1.0|100|a name|9|src=10.0.0.1 msg=two words here dst=2.1.2.2 spt=1232"),
    ).toEqual({
      cefVersion: "0",
      deviceVendor: "Ven|dor",
      deviceProduct: "Pro\\d",
      deviceVersion: "1.0",
      deviceEventClassId: "100",
      name: "a name",
      severity: "9",
      src: "10.0.0.1",
      msg: "two words here",
      dst: "2.1.2.2",
      spt: "1232",
    });
  });

  const values: readonly [string, string, string][] = [
    ["escaped equals", "msg=a\\=b", "a=b"],
    ["newline", "msg=a\\nb", "a\nb"],
    ["backslash", "msg=C:\\\\x", "C:\\x"],
    ["pipe needs no escape", "msg=a|b", "a|b"],
    ["trailing space", "msg=a b  \n", "a b"],
    ["empty", "msg= act=x", ""],
  ];
  for (const [name, extension, expected] of values) {
    it(`extension: ${name}`, () => expect(parseCef(`CEF:0|v|p|1|2|n|3|${extension}`)?.msg).toBe(expected));
  }

  it("no extension", () => expect(parseCef("CEF:0|v|p|1|2|n|3")?.severity).toBe("3"));
  it("too short is not CEF", () => expect(parseCef("CEF:0|v|p")).toBeUndefined());

  it("fields are bounded, their text stays", () => {
    const fields = Array.from({ length: 3_000 }, (_, i) => `k${i}=v${i}`).join(" ");
    const raw = parseCef(`CEF:0|v|p|1|2|n|3|${fields}`) ?? {};
    expect(Object.keys(raw).length).toBe(2_007);
    expect(raw.k1999).toContain("k2999=v2999");
  });

  it("never throws", () => {
    const piece = fc.constantFrom("|", "\\", "=", " ", "a", "\n", "CEF:0", "__proto__=");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (parts) => {
        parseCef(`CEF:0|${parts.join("")}`);
      }),
      { numRuns: 5_000 },
    );
  });
});
