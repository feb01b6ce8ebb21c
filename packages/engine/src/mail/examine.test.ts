import type { Sha256 } from "@cordon/model/ids";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defang, examineMail } from "./examine.ts";
import { scanHtml } from "./html-scan.ts";
import { type MailContext, NO_CONTEXT } from "./mail-facts.ts";
import { parseMessage } from "./parse-message.ts";

const hash = (bytes: Uint8Array) => String(bytes.length) as Sha256;
const context: MailContext = {
  ...NO_CONTEXT,
  servers: ["mx.corp.example", "protection.outlook.com"],
  ownDomains: ["corp-bank.example"],
};
const examine = (...lines: string[]) =>
  examineMail(parseMessage(new TextEncoder().encode(lines.join("\n"))), hash, context);
const HTML = ["MIME-Version: 1.0", "Content-Type: text/html", ""];
const FROM = ["From: Ann <ann@partner.example>", "Message-ID: <1@partner.example>"];

describe("examineMail", () => {
  it.each<[string, readonly string[], string]>([
    [
      "a link that pretends",
      [...FROM, ...HTML, '<a href="http://evil.example.net/x">https://www.paypal.com/login</a>'],
      "link-pretends",
    ],
    ["a look-alike sender", ["From: Help <a@c0rp-bank.example>", "", "x"], "sender-look-alike"],
    ["another's address as name", ['From: "ceo@corp-bank.example" <x@gmail.com>', "", "x"], "address-in-name"],
    ["two senders in one From", ["From: x@evil.example, help@paypal.com", "", "x"], "several-senders"],
    ["two From", ["From: Ann <ann@partner.example>", "From: x@evil.example", "", "x"], "several-senders"],
    [
      "a brand in the subject",
      ["From: Desk <x@sedge.example>", "Subject: Your Netflix plan is paused", "", "x"],
      "subject-of-another",
    ],
    [
      "words of two alphabets",
      [...FROM, "Content-Type: text/plain; charset=utf-8", "", "verify your p\u0430yment now"],
      "mixed-words",
    ],
    ["a domain that costs nothing", ["From: Desk <x@sedge.top>", "", "x"], "cheap-sender"],
    ["a page that anyone may put up", [...FROM, "", "see https://sedge.pages.dev/a"], "link-rented"],
    [
      "a page that knows who reads",
      [...FROM, "To: r@corp.example", "", "see https://sedge.example/#r@corp.example"],
      "link-knows-reader",
    ],
    [
      "a list that is left at home, vouched for",
      [
        ...FROM,
        "Authentication-Results: mx.corp.example; dmarc=pass header.from=partner.example",
        "List-Unsubscribe: <https://news.partner.example/u>",
        "",
        "x",
      ],
      "leaves-at-home",
    ],
    [
      "the operator's name with a hyphen",
      ["From: Voice desk corp-bank.example <x@sedge.jp>", "", "x"],
      "name-of-another",
    ],
    ["the operator's name in words", ["From: Corp Bank Service Desk <x@sedge.jp>", "", "x"], "name-of-another"],
    [
      "the reader's own domain as name",
      ['From: "People team, sedge.example" <x@otter.jp>', "To: r@mail.sedge.example", "", "x"],
      "name-of-another",
    ],
    ["a brand as name", ["From: PayPal Service <x@gmail.com>", "", "x"], "name-of-another"],
    ["answers elsewhere", [...FROM, "Reply-To: x@gmail.com", "", "x"], "reply-elsewhere"],
    [
      "a password field",
      [...FROM, ...HTML, '<form action="http://a.example/x"><input type="password"></form>'],
      "password-form",
    ],
    ["a bare address", [...FROM, "", "see http://198.51.100.7/login"], "link-literal"],
    ["user information", [...FROM, "", "see http://paypal.com@evil.example.net/"], "link-userinfo"],
    [
      "smuggling",
      [...FROM, ...HTML, "<script>var b=new Blob([atob('AAAA')]);a.download='x.zip'</script>"],
      "smuggling",
    ],
    [
      "DMARC failed at our server",
      [...FROM, "Authentication-Results: mx.corp.example; dmarc=fail header.from=partner.example", "", "x"],
      "dmarc-fail",
    ],
    [
      "a program",
      [
        ...FROM,
        'Content-Type: application/pdf; name="a.pdf"',
        "Content-Disposition: attachment",
        "Content-Transfer-Encoding: base64",
        "",
        "TVqQAAMAAAAEAAAA",
      ],
      "file-disguised",
    ],
    [
      "results of Exchange Online, where the operator names it",
      [
        ...FROM,
        "Authentication-Results: spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=a.example; dmarc=fail header.from=partner.example",
        "",
        "x",
      ],
      "spf-fail",
    ],
  ])("%s", (_, lines, id) => {
    const found = examine(...lines);
    expect(found.reasons.map((reason) => reason.id)).toContain(id);
    expect(found.score).toBe(
      Math.max(
        0,
        Math.min(
          100,
          found.reasons.reduce((sum, { points }) => sum + points, 0),
        ),
      ),
    );
  });

  it.each<[string, readonly string[]]>([
    [
      "a list of the reader's own domain",
      [
        'From: "Ann via sedge.example" <list@lists.sedge.example>',
        "To: r@sedge.example",
        "",
        "see https://sedge.example/",
      ],
    ],
    ["a search form", [...FROM, ...HTML, '<form action="http://search.example.net/q"><input name="q"></form>']],
    [
      "a newsletter's own counter",
      [...FROM, ...HTML, '<a href="http://click.partner.example/r/1">www.sedge.example.net</a>'],
    ],
  ])("%s is no reason to call a mail suspicious", (_, lines) => {
    expect(examine(...lines).verdict).toBe("nothing found");
  });

  it("the sender's own counter does not excuse a well-known name", () => {
    const found = examine(...FROM, ...HTML, '<a href="http://click.partner.example/r/1">https://www.paypal.com/</a>');
    expect(found.reasons.map(({ id }) => id)).toContain("link-pretends");
  });

  it("MA1. results of a server that is not the operator's change nothing", () => {
    const claimed = examine(
      ...FROM,
      "Authentication-Results: evil.example; dmarc=pass; spf=pass smtp.mailfrom=a@partner.example",
      "",
      "x",
    );
    expect(claimed.auth).toMatchObject({ dmarc: "unknown", spf: "unknown", claims: ["evil.example"] });
    expect(claimed.reasons.filter(({ points }) => points !== 0)).toEqual([]);
    const own = examine(
      ...FROM,
      "Authentication-Results: mx.corp.example; spf=pass smtp.mailfrom=a@partner.example; dmarc=pass",
      "",
      "x",
    );
    expect(own.auth).toMatchObject({ dmarc: "pass", aligned: true, by: "mx.corp.example" });
  });

  it("MR2. an honest mail that hurries and asks for money has no reason against it", () => {
    const found = examine(
      ...FROM,
      "Subject: URGENT: invoice overdue",
      "",
      "Please pay 500 EUR by tomorrow, see https://partner.example/invoice",
    );
    expect([found.verdict, found.score]).toEqual(["nothing found", 0]);
  });

  it("a rented sender and capitals for small letters are named", () => {
    const found = examine(
      "From: WaIIet Care <noreply@proj-x1.firebaseapp.com>",
      "To: b@corp.example",
      "Subject: x",
      "Message-ID: <1@google.com>",
      "",
      "Your LinkedIn page is fine",
    );
    const named = found.reasons.filter(({ id }) => ["rented-sender", "capitals-for-small"].includes(id));
    expect(named.map(({ id, points }) => [id, points])).toEqual([
      ["capitals-for-small", 12],
      ["rented-sender", 8],
    ]);
    expect(named.map(({ words }) => words).join(" ")).toMatch(/WaIIet.*proj-x1/);
    expect(named.map(({ words }) => words).join(" ")).not.toContain("LinkedIn");
  });

  it("nothing shown can be clicked", () => {
    expect(defang("see http://evil.example/x, www.a.com or a@b.example")).toBe(
      "see hxxp://evil[.]example/x, www[.]a[.]com or a[@]b[.]example",
    );
  });

  it("HS1. hostile HTML never throws and takes no more time than its length", () => {
    const pieces = [
      "<a href='",
      '"',
      "<!--",
      "-->",
      "<script>",
      "</script",
      "<div style='display:none'>",
      ">",
      "x",
      "&#",
      "</a>",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 80 }), (all) => {
        expect(typeof scanHtml(all.join("")).text).toBe("string");
      }),
    );
    expect(scanHtml('<a "'.repeat(200_000)).links).toEqual([]);
    const facts = scanHtml('<p style="display:none">secret</p><p>shown</p><a href=//x.example/a>go <b>here</b></a>');
    expect([facts.hidden, facts.text, facts.links[0]]).toEqual([
      "secret",
      "shown\ngo here",
      { target: "//x.example/a", text: "go here", tag: "a" },
    ]);
  });
});
