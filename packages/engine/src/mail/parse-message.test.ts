import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { readMailFile, splitMbox } from "./mail-file.ts";
import { decodeHeader, MESSAGE_BYTES_MAX, parseMessage } from "./parse-message.ts";
import { parseStructured } from "./structured-header.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const mail = (...lines: string[]): Uint8Array => bytes(lines.join("\r\n"));

const MULTI = mail(
  "From: =?utf-8?q?J=C3=BCrgen?= <J@Example.com>",
  "To: a@example.org, B <b@example.org>",
  "Subject: =?utf-8?b?R3LDvMOfZQ==?=",
  "Date: Mon, 2 Nov 2026 10:00:00 +0100",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="x"',
  "",
  "preamble",
  "--x",
  "Content-Type: multipart/alternative; boundary=y",
  "",
  "--y",
  "Content-Type: text/plain; charset=iso-8859-1",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "caf=E9 =",
  "au lait",
  "--y",
  "Content-Type: text/html",
  "",
  "<p>caf&eacute;</p>",
  "--y--",
  "--x",
  "Content-Type: application/pdf; name*0=re; name*1=port.pdf",
  "Content-Disposition: attachment",
  "Content-Transfer-Encoding: base64",
  "",
  "JVBERi0xLjc=",
  "--x--",
);

describe("parseMessage", () => {
  const COMMA = ["From: a name holds a comma without quotes"];
  it.each<
    readonly [string, from: string, expected: readonly (readonly [string, string])[], remarks?: readonly string[]]
  >([
    ["a comma without quotes", "Doe, John <j@x.example>", [["Doe, John", "j@x.example"]], COMMA],
    ["two of them", "Doe, John, PhD <J@x.example>", [["Doe, John, PhD", "j@x.example"]], COMMA],
    [
      "further addresses",
      "Doe, John <j@x.example>, c@d.example",
      [
        ["Doe, John", "j@x.example"],
        ["", "c@d.example"],
      ],
      COMMA,
    ],
    [
      "a comma in an encoded word, unencoded",
      "=?utf-8?Q?Doe,_John?= <j@x.example>",
      [["Doe, John", "j@x.example"]],
      COMMA,
    ],
    ["a comma in an encoded word", "=?utf-8?q?Doe=2C_John?= <j@x.example>", [["Doe, John", "j@x.example"]]],
    ["quotes", '"Doe, John" <j@x.example>', [["Doe, John", "j@x.example"]]],
    [
      "an address in an encoded name",
      "=?utf-8?q?=3Cboss=40corp.example=3E?= <j@x.example>",
      [["<boss@corp.example>", "j@x.example"]],
    ],
    ["an address encoded as a whole", "=?utf-8?q?John_=3Cj=40x.example=3E?=", [["John", "j@x.example"]]],
    ["no address at all", "Doe, John", [["Doe, John", ""]]],
    [
      "a group",
      "Team: a@b.example, c@d.example;",
      [
        ["", "a@b.example"],
        ["", "c@d.example"],
      ],
    ],
  ])("reads a sender with %s", (_name, from, expected, remarks = []) => {
    const message = parseMessage(mail(`From: ${from}`, "", "text"));
    expect(message.from.map(({ name, address }) => [name, address])).toEqual(expected);
    expect(message.remarks).toEqual(remarks);
  });

  it("reads headers, bodies and attachments", () => {
    const message = parseMessage(MULTI);
    expect(message.from).toEqual([{ name: "Jürgen", address: "j@example.com" }]);
    expect(message.to.map(({ address }) => address)).toEqual(["a@example.org", "b@example.org"]);
    expect(message.subject).toBe("Grüße");
    expect(message.date).toBe(Date.UTC(2026, 10, 2, 9));
    expect(message.text).toBe("café au lait");
    expect(message.html).toContain("<p>");
    expect(message.parts.map(({ name, type, attachment }) => [name, type, attachment])).toEqual([
      ["report.pdf", "application/pdf", true],
    ]);
    expect(new TextDecoder().decode(message.parts[0]?.bytes)).toBe("%PDF-1.7");
  });

  it("reads what another parser reads", async () => {
    const theirs = await PostalMime.parse(MULTI);
    const ours = parseMessage(MULTI);
    expect(ours.text.trim()).toBe(theirs.text?.trim());
    expect(ours.subject).toBe(theirs.subject);
    expect(ours.parts.map(({ name }) => name)).toEqual(theirs.attachments.map(({ filename }) => filename));
  });

  it("MP1. never throws, whatever the bytes", () => {
    const pieces = [
      "From: ",
      "\r\n",
      "\r\n\r\n",
      "--x",
      "--x--",
      "Content-Type: multipart/mixed; boundary=x",
      "=?utf-8?b?",
      "=",
      "<a href='",
      "\u0000",
      "From a 10:00 2026\n",
    ];
    const hostile = fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 60 })
      .map((all) => bytes(all.join("")));
    fc.assert(
      fc.property(fc.oneof(hostile, fc.uint8Array({ maxLength: 400 })), (all) => {
        expect(typeof parseMessage(all).subject).toBe("string");
        expect(readMailFile(all, "x").unread.every(({ reason }) => reason !== "")).toBe(true);
      }),
    );
  });

  it("MP2. parts nested too deep, and too many, are cut and named", () => {
    const nested = Array.from(
      { length: 40 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
    ).join("");
    expect(parseMessage(bytes(nested)).remarks).toEqual(["cut: parts nested deeper than 16"]);
    const many = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\nx\r\n".repeat(900)}`;
    expect(parseMessage(bytes(many)).remarks).toEqual(["cut: more than 400 parts"]);
    expect(MESSAGE_BYTES_MAX).toBeGreaterThan(2 ** 20);
  });

  it("a date without a zone is the same on every machine", () => {
    expect(parseMessage(mail("Date: Wed, 30 Jul 1980 18:25:49", "", "")).date).toBe(Date.UTC(1980, 6, 30, 18, 25, 49));
  });
});

describe("headers", () => {
  it.each([
    ['attachment; filename="a;b.pdf"', "attachment", "filename", "a;b.pdf"],
    ["attachment; filename*=UTF-8''na%C3%AFve.txt", "attachment", "filename", "naïve.txt"],
    ["text/plain; name*0*=utf-8''%41; name*1=b", "text/plain", "name", "Ab"],
    ["TEXT/HTML", "text/html", "name", undefined],
  ])("%s", (header, value, name, expected) => {
    const found = parseStructured(header);
    expect([found.value, found.parameters.get(name)]).toEqual([value, expected]);
  });

  it("raw UTF-8 in a header is read as such", () => expect(decodeHeader("caf\xc3\xa9")).toBe("café"));
});

describe("files of mail", () => {
  it("MF2. a mbox is cut at separators and nowhere else", () => {
    const box = bytes(
      "From a@x Mon Jan  1 10:00:00 2026\nSubject: one\n\nFrom here on it is text.\n\n>From quoted\n\nFrom b@y Mon Jan  1 11:00:00 2026\nSubject: two\n\nx\n",
    );
    const { messages } = readMailFile(box, "box");
    expect(messages.map(({ message }) => message.subject)).toEqual(["one", "two"]);
    expect(messages[0]?.message.text).toContain("\nFrom quoted");
    expect(splitMbox(bytes("no separator"))).toHaveLength(1);
  });

  it("reads Graph's and Gmail's exports", () => {
    const graph = {
      value: [
        {
          subject: "hello",
          from: { emailAddress: { name: "A", address: "a@x.example" } },
          toRecipients: [{ emailAddress: { address: "b@y.example" } }],
          body: { contentType: "html", content: "<b>hi</b>" },
          attachments: [{ name: "a.txt", contentType: "text/plain", contentBytes: "aGk=" }],
        },
      ],
    };
    const gmail = {
      payload: {
        mimeType: "multipart/alternative",
        headers: [{ name: "Subject", value: "hi" }],
        parts: [{ mimeType: "text/plain", filename: "", body: { data: "aGk-" } }],
      },
    };
    const one = readMailFile(bytes(JSON.stringify(graph)), "g.json").messages[0]?.message;
    expect([one?.subject, one?.from[0]?.address, one?.html, one?.parts[0]?.name]).toEqual([
      "hello",
      "a@x.example",
      "<b>hi</b>",
      "a.txt",
    ]);
    const other = readMailFile(bytes(JSON.stringify(gmail)), "m.json").messages[0]?.message;
    expect([other?.subject, other?.text]).toEqual(["hi", "hi>"]);
    expect(readMailFile(bytes('{"a":1}'), "z.json").unread[0]?.reason).toMatch(/neither/);
  });
});
