import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePayload } from "./decode.ts";
import { readPayload } from "./web-model.ts";

describe("decodePayload", () => {
  it.each([
    ["url", "%3Cscript%3E", "<script>"],
    ["url twice", "%253Cscript%253E", "<script>"],
    ["overlong", "..%c0%af..%c0%afetc", "../../etc"],
    ["overlong of three bytes", "%e0%80%af", "/"],
    ["UTF-8", "caf%C3%A9", "café"],
    ["a stray byte", "100%e9", "100é"],
    ["%u", "%u003cimg", "<img"],
    ["entities", "&lt;img&#32;src=x&#x3e;", "<img src=x>"],
    ["script escapes", "\\u003cimg\\x3e", "<img>"],
    ["full width", "＜script＞", "<script>"],
    ["base64", "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "<script>alert(1)</script>"],
    ["nothing", "50% off & more", "50% off & more"],
    ["a name that looks like base64", "ConfigurationManagerService", "ConfigurationManagerService"],
  ])("takes off %s", (_, sent, text) => expect(decodePayload(sent).text).toBe(text));

  it("WD2. names each layer", () => {
    expect(decodePayload("%2526lt%253B").layers).toEqual(["url", "url", "entity"]);
  });

  it("WD1. reads anything, and what it cannot decode stays", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (sent) => readPayload(sent).signs.every(({ from, to }) => from < to)),
    );
    fc.assert(fc.property(fc.stringMatching(/^[a-z0-9 ]{0,15}$/), (sent) => decodePayload(sent).text === sent));
  });
});
