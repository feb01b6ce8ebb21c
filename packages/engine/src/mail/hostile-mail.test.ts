/** Mails made to keep a reader busy: what is looked at stays within its limits, and what was cut is said (MP1, MP2). */
import { describe, expect, it } from "vitest";
import { mailFacts } from "./mail-facts.ts";
import { modelText } from "./mail-text.ts";
import { mailVector } from "./mail-vector.ts";
import { parseMessage } from "./parse-message.ts";

const HEAD = "From: a@b.example\nTo: c@d.example\nSubject: x\nMIME-Version: 1.0\n";
const html = (text: string): string => `${HEAD}Content-Type: text/html\n\n${text}`;
const MULTIPART = `${HEAD}Content-Type: multipart/mixed; boundary=q\n\n`;
const nested = (depth: number): string =>
  HEAD +
  Array.from({ length: depth }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`).join("");

const read = (text: string) => {
  const message = parseMessage(Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 255));
  const facts = mailFacts(message);
  return { message, facts, values: mailVector(facts), words: modelText(facts) };
};

describe("hostile mails", () => {
  it.each([
    ["20,000 levels", nested(20_000), /nested deeper than 16/],
    ["10,000 parts", MULTIPART + "--q\nContent-Type: image/png; name=a\n\nx\n".repeat(10_000), /more than 400 parts/],
    ["5,000 headers", `${"X-A: b\n".repeat(5_000)}\nhi`, /more than 1000 headers/],
    ["headers of 3 million characters without an end", "a\n".repeat(1_500_000), /headers of \d+ characters/],
  ])("%s: cut, and said", (_name, text, remark) => {
    const { message } = read(text);
    expect(message.remarks.join(" ")).toMatch(remark);
    expect(message.headers.length).toBeLessThanOrEqual(1_000);
    expect(message.parts.length).toBeLessThanOrEqual(400);
  });

  it.each([
    ["a folded header without end", `Subject: x\n${" y".repeat(10)}\n`.concat(" zz\n".repeat(50_000))],
    ["encoded words by the thousand", `From: ${"=?utf-8?B?QQ==?=".repeat(8_000)}\n\nx`],
    ["recipients by the ten thousand", `To: ${"a@b.example, ".repeat(30_000)}\n\nx`],
    ["brackets and quotes in an address", `To: ${'"a" <(['.repeat(9_000)}\n\nx`],
    ["base64 that is none", `${HEAD}Content-Transfer-Encoding: base64\n\n${"????====AAAA".repeat(60_000)}`],
    [
      "quoted-printable that is none",
      `${HEAD}Content-Transfer-Encoding: quoted-printable\n\n${"= \t =3=Z==".repeat(60_000)}`,
    ],
    ["tags that never close", html("<a <div style=display:none <!-- ".repeat(20_000))],
    [
      "links by the thousand",
      html(Array.from({ length: 4_000 }, (_, at) => `<a href=http://a${at}.example/x>paypal.example</a>`).join("")),
    ],
    ["entities by the thousand", html("&#1&#x1F600;&amp".repeat(40_000))],
    ["words that look like addresses", `${HEAD}\n${"a@b-".repeat(100_000)}`],
    [
      "one letter a hundred thousand times",
      `${HEAD}\n${"-".repeat(100_000)}${"1".repeat(100_000)}${" ".repeat(100_000)}`,
    ],
    [
      "an archive of names alone",
      `${MULTIPART}--q\nContent-Type: application/zip; name=a.zip\n\n${"PK\x03\x04".repeat(100_000)}`,
    ],
  ])("%s: read to its end, numbers are numbers", (_name, text) => {
    const { message, facts, values, words } = read(text);
    expect(message.to.length).toBeLessThanOrEqual(500);
    expect(facts.links.length).toBeLessThanOrEqual(500);
    expect(words.length).toBeLessThan(100_000);
    expect(
      [...values].filter((value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY),
    ).toEqual([]);
  });

  it("reads soft breaks, escapes and stray marks of quoted-printable as they are meant", () => {
    const { message } = read(
      `${HEAD}Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain; charset=utf-8\n\na=\nb=  \r\nc=3D=C3=A9 =zz= d=`,
    );
    expect(message.text.trim()).toBe("abc=\u00e9 =zz= d=");
  });
});
