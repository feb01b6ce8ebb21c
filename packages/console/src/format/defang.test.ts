import { describe, expect, it } from "vitest";
import { defangDocument, defangText, defangValue } from "./defang.ts";

describe("defangText", () => {
  it.each([
    ["GET http://evil.example/a.b?x=1.2", "GET hxxp[://]evil[.]example/a.b?x=1.2"],
    ["HTTPS://EVIL.example", "HxxPS[://]EVIL[.]example"],
    ["from 10.1.2.3 to 8.8.8.8", "from 10.1.2[.]3 to 8.8.8[.]8"],
    ["mail bob@corp.example", "mail bob[@]corp[.]example"],
    ["C:\\Windows\\cmd.exe /c", "C:\\Windows\\cmd.exe /c"],
  ])("%s", (text, expected) => {
    expect(defangText(text)).toBe(expected);
  });
});

describe("defangValue", () => {
  it.each([
    ["domain", "evil.example", "evil[.]example"],
    ["ip", "203.0.113.9", "203.0.113[.]9"],
    ["ip", "2001:db8::1", "2001[:]db8[:][:]1"],
    ["url", "https://a.example/x", "hxxps[://]a[.]example/x"],
    ["file", "a.exe", "a.exe"],
  ] as const)("%s %s", (kind, value, expected) => {
    expect(defangValue(kind, value)).toBe(expected);
  });
});

describe("defangDocument", () => {
  it("neutralises known domains once, keeps the lines", () => {
    expect(defangDocument('{"q":"evil.example",\n"u":"http://evil.example/"}', ["evil.example"])).toBe(
      '{"q":"evil[.]example",\n"u":"hxxp[://]evil[.]example/"}',
    );
  });
});
