import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseXmlEvent } from "./xml.ts";

describe("parseXmlEvent", () => {
  it("gives the form of the EVTX decoder", () => {
    const text =
      '<?xml version="1.0"?><Event xmlns="u"><!-- c --><System><Provider Name="P"/><EventID Qualifiers="0">7</EventID></System>' +
      "<EventData><Data Name='a'>x &amp; &#65;&#x42;</Data><Data Name='b'/><Data>1</Data><Data><![CDATA[<2>]]></Data></EventData></Event>";
    expect(parseXmlEvent(text)).toEqual({
      Event: {
        System: {
          Provider: { "#attributes": { Name: "P" } },
          EventID: { "#attributes": { Qualifiers: "0" }, "#text": "7" },
        },
        EventData: { a: "x & AB", b: "", Data: ["1", "<2>"] },
      },
    });
  });

  const refused: readonly [string, string][] = [
    ["not closed", "<Event><a></Event>"],
    ["another root", "<x/>"],
    ["two roots", "<Event/><Event/>"],
    ["unclosed comment", `<Event>${"<!--".repeat(10)}`],
    ["too deep", `<Event>${"<a>".repeat(70)}${"</a>".repeat(70)}</Event>`],
    ["text", "Event"],
  ];
  for (const [name, text] of refused) {
    it(`refuses: ${name}`, () => expect(parseXmlEvent(text)).toBeUndefined());
  }

  it("hostile text costs no more than its length", () => {
    for (const piece of ["<!--", "<a'", '<a "', "<![CDATA[", "<a ", "&#", "<a b="]) {
      expect(parseXmlEvent(`<Event>${piece.repeat(150_000)}`)).toBeUndefined();
    }
  });

  it("never throws", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "/",
      "<a>",
      "</a>",
      "<Event>",
      "</Event>",
      '"',
      "=",
      "&amp;",
      "&#9999999;",
      "Data",
      " Name='x'",
      "__proto__",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (parts) => void parseXmlEvent(parts.join(""))),
      { numRuns: 10_000 },
    );
  });
});
