import type { Sha256 } from "@cordon/model/ids";
import { describe, expect, it } from "vitest";
import { campaignsOf } from "./campaign.ts";
import { examineMail } from "./examine.ts";
import { NO_CONTEXT } from "./mail-facts.ts";
import { mailRecords } from "./mail-record.ts";
import { nearDuplicates } from "./near-duplicates.ts";
import { parseMessage } from "./parse-message.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hash = (content: Uint8Array) => `h${content.length}` as Sha256;
const INNER =
  "From: PayPal <x@evil.example>\nTo: bob@corp.example\nSubject: hi\nMessage-ID: <1@evil.example>\n\nsee http://198.51.100.7/a";

describe("mailRecords", () => {
  it("MJ1. judges the forwarded mail and names the reporter", () => {
    const report = `From: Bob <bob@corp.example>\nSubject: FW\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nlook\n--b\nContent-Type: message/rfc822\n\n${INNER}\n--b--`;
    expect(mailRecords(bytes(report), hash, NO_CONTEXT)).toMatchObject([
      {
        recordKind: "cordon.mail",
        reporter: "bob@corp.example",
        from: "x@evil.example",
        subject: "hi",
        urls: ["http://198.51.100.7/a"],
      },
    ]);
    expect(mailRecords(bytes(INNER), hash, NO_CONTEXT)[0]).not.toHaveProperty("reporter");
    expect(mailRecords(bytes("nothing"), hash, NO_CONTEXT)).toEqual([]);
  });

  it("MJ2. is bounded", () => {
    const links = Array.from({ length: 400 }, (_, at) => `http://h${at}.example/${"x".repeat(1_500)}`).join(" ");
    const [record] = mailRecords(bytes(`${INNER} ${links}`), hash, NO_CONTEXT);
    expect(record?.cut).toBe(true);
    expect(JSON.stringify(record).length).toBeLessThan(200_000);
  });
});

describe("campaigns", () => {
  const of = (from: string, text: string) =>
    examineMail(parseMessage(bytes(`From: ${from}\nTo: ${from}.to@corp.example\n\n${text}`)), hash);

  it("CA1. one link host ties; brands and shorteners do not", () => {
    const found = campaignsOf([
      of("a@one.example", "http://lure.example.net/1"),
      of("b@two.example", "go http://lure.example.net/2"),
      of("c@three.example", "https://www.paypal.com/x https://bit.ly/a"),
      of("d@four.example", "or https://www.paypal.com/y https://bit.ly/b"),
    ]);
    expect(found).toMatchObject([
      { mails: [0, 1], ties: ["link to lure.example.net"], senders: ["a@one.example", "b@two.example"] },
    ]);
  });

  it("ND1. nearly the same words meet; ND2. short texts only when equal", () => {
    const words =
      "your mailbox is almost full and will be closed unless you confirm your account with the help desk before friday".split(
        " ",
      );
    const near = [...words.slice(0, -1), "monday"].join(" ");
    const other =
      "the minutes of our meeting are attached please send corrections to the secretary until the end of next week thank you";
    expect([...nearDuplicates([words.join(" "), other, near, "ok", "ok", "no"])]).toEqual([0, 1, 0, 3, 3, 5]);
  });
});
