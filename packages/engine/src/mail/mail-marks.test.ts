import { describe, expect, it } from "vitest";
import { mailFacts } from "./mail-facts.ts";
import { MAIL_FEATURES, mailVector, withoutEnvelope } from "./mail-vector.ts";
import { parseMessage } from "./parse-message.ts";

const valuesOf = (text: string): Readonly<Record<string, number>> => {
  const values = mailVector(mailFacts(parseMessage(new TextEncoder().encode(text))));
  return Object.fromEntries(MAIL_FEATURES.map((name, at) => [name, values[at] ?? Number.NaN]));
};
const mail = (head: string, body = "Hello there"): string =>
  `${head}\nMIME-Version: 1.0\nContent-Type: text/html\n\n${body}`;
const FROM = "From: Alder Post <news@alder-post.com>\nTo: rhea@works.example\nSubject: x";

describe("marks of a mail", () => {
  it.each([
    [
      "a list that one may leave where it comes from",
      mail(`${FROM}\nList-Unsubscribe: <https://mail.alder-post.com/u>`),
      { leaveHead: 1, leaveOwn: 1 },
    ],
    [
      "a list that is left elsewhere",
      mail(`${FROM}\nList-Unsubscribe: <https://other.xyz/u>`),
      { leaveHead: 1, leaveOwn: 0 },
    ],
    ["signed for the sender", mail(`DKIM-Signature: v=1; d=alder-post.com; s=x\n${FROM}`), { signed: 1, signedOwn: 1 }],
    [
      "signed for somebody else",
      mail(`DKIM-Signature: v=1; a=b; d=bulk.net; s=x\n${FROM}`),
      { signed: 1, signedOwn: 0 },
    ],
    [
      "results of a named server",
      mail(
        `Authentication-Results: mx.a.example; spf=pass smtp.mailfrom=alder-post.com; dkim=fail; dmarc=pass\n${FROM}`,
      ),
      { claimSpf: 1, claimDkim: 0, claimDmarc: 1, claimAligned: 1 },
    ],
    [
      "results without a server's name (Exchange Online)",
      mail(
        `Authentication-Results: spf=softfail (sender IP is 192.0.2.1) smtp.mailfrom=x.top; dkim=none; dmarc=fail\n${FROM}`,
      ),
      { claimSpf: 0, claimDkim: 0.5, claimDmarc: 0 },
    ],
    ["no results", mail(FROM), { claimSpf: Number.NaN }],
    [
      "a result that Exchange Online guessed",
      mail(
        `Authentication-Results: spf=pass smtp.mailfrom=x.top; dkim=pass header.d=x.top; dmarc=bestguesspass\n${FROM}`,
      ),
      { claimSpf: 1, claimDkim: 1, claimDmarc: 0.5 },
    ],
    [
      "a server that says an invented name, and answers to one",
      mail(
        `Received: from qwe.asdfgh.yxcvbnm (x.net [192.0.2.7]) by b.example; Mon, 2 Mar 2020 10:00:00 +0000\nReply-To: <a@qwe.yxcvbnm>\n${FROM}`,
      ),
      { helloNoEnding: 1, replyNoEnding: 1 },
    ],
    [
      "a server of an office",
      mail(`Received: from pc7.office.local (x.net [192.0.2.7]) by b.example; Mon, 2 Mar 2020 10:00:00 +0000\n${FROM}`),
      { helloNoEnding: 0, replyNoEnding: Number.NaN },
    ],
    [
      "a rented sender, capitals for small letters, a picture left at a stranger's",
      mail(
        "From: Aldr PaypaI WaIIet <noreply@proj-x1.firebaseapp.com>\nTo: r@w.example\nSubject: Update your Iedger",
        "<img src='//i.imgur.com/x.png'>",
      ),
      { fromRented: 1, capitalWithin: Math.log1p(3), picturesLeft: Math.log1p(1) },
    ],
    [
      "words that begin with a capital of their own",
      mail(
        "From: Ida Ion <ida@ion.example>\nTo: r@w.example\nSubject: In Iowa with Isolde, IT, LinkedIn, AirIndia, OpenAI",
      ),
      { fromRented: 0, capitalWithin: 0, picturesLeft: 0 },
    ],
    [
      "a clock two days ahead",
      mail(
        `Received: from a.example (a.example [192.0.2.7]) by b.example; Mon, 2 Mar 2020 10:00:00 +0000\nDate: Wed, 4 Mar 2020 10:00:00 +0000\n${FROM}`,
      ),
      { dateSkew: Math.log1p(48) },
    ],
    [
      "an origin whose name holds its address",
      mail(
        `Received: from x (198-51-100-7.dyn.isp.net [198.51.100.7]) by b.example; Mon, 2 Mar 2020 10:00:00 +0000\n${FROM}`,
      ),
      { originDynamic: 1, originNameless: 0 },
    ],
    [
      "the name of a known firm, whose domain is nowhere",
      mail(
        "From: PayPal Service <a@xjw.top>\nTo: r@w.example\nSubject: PayPal account",
        "<a href='https://xjw.top/a'>go</a>",
      ),
      { strangerInHead: 1, fromEnding: 1, linkEnding: Math.log(2), nameInAddress: 0, nameInLinks: 0 },
    ],
    [
      "the name of a known firm at home",
      mail(
        "From: PayPal <service@paypal.com>\nTo: r@w.example\nSubject: PayPal receipt",
        "<a href='https://www.paypal.com/a'>go</a>",
      ),
      { strangerInHead: 0, nameInAddress: 1, nameInLinks: 1 },
    ],
    [
      "a page of a builder that is told who reads",
      mail(FROM, "<a href='https://abc.pages.dev/#rhea@works.example'>go</a>"),
      { linkBuilder: Math.log(2), linkTellsMe: Math.log(2) },
    ],
    ["words of two alphabets", mail(FROM, "Verify your p\u0430yp\u0430l now"), { mixedWords: Math.log(2) }],
  ])("%s", (_name, text, expected) => {
    const values = valuesOf(text);
    for (const [name, value] of Object.entries(expected)) {
      if (Number.isNaN(value)) expect(values[name], name).toBeNaN();
      else expect(values[name], name).toBeCloseTo(value, 9);
    }
  });

  it("MK1. a row of a table has no marks of headers it cannot have; the same goes for the copy without envelope", () => {
    const bare = valuesOf(`${FROM}\n\nHello`);
    expect([bare.leaveHead, bare.idMissing, bare.wayFrom, bare.signed]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(bare.fromEnding).toBe(0);
    const full = mailVector(mailFacts(parseMessage(new TextEncoder().encode(mail(FROM)))));
    const copy = withoutEnvelope(full);
    const masked = MAIL_FEATURES.filter((_, at) => Number.isNaN(copy[at]) && !Number.isNaN(full[at]));
    expect(masked).toContain("idMissing");
    expect(masked).not.toContain("words");
  });
});
