/** A letter and its sender written out as a mail: headers of several receivers and programs, plain, HTML or both. */
import type { Random } from "../../learning/random.ts";
import { digits, letters, pick } from "./fill.ts";
import { type Receiver, receivedBy } from "./received.ts";
import type { Era, MadeSender } from "./sender-parts.ts";

export interface Content {
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly button?: string;
  readonly file?: string;
}

interface Writing {
  readonly sender: MadeSender;
  readonly content: Content;
  readonly era: Era;
  readonly bad: boolean;
}

const TALK = new Set(["person", "list", "work"]);
const PLAIN_MORE = new Set(["person", "list", "machine", "advance", "boss", "extort"]);

export function writeMail(writing: Writing, random: Random): string {
  const receiver = pick<Receiver>(writing.era === "old" ? OLD_RECEIVERS : RECEIVERS, random);
  const at = Date.UTC(YEAR_FROM[writing.era], 0, 1) + random.below(365 * YEARS[writing.era]) * DAY + random.below(DAY);
  const when = { at, zone: pick(["+0000", "+0100", "-0500", "+0200", "-0700", "+0530"], random) };
  const arrived = dateText(when.at, when.zone);
  const head =
    receiver === "bare"
      ? []
      : receivedBy({ receiver, sender: writing.sender, to: writing.content.to, arrived }, random);
  const own = ownHeaders(writing, { receiver, when }, random);
  return `${[...head, ...own].join("\n")}\n${bodyOf(writing, random)}`;
}

const RECEIVERS = ["bare", "gmail", "gmail", "exchange", "exchange", "postfix", "postfix", "old"] as const;
const OLD_RECEIVERS = ["bare", "old", "old", "old", "old"] as const;

const YEAR_FROM = { old: 1999, new: 2010 } as const;
const YEARS = { old: 11, new: 16 } as const;
const DAY = 86_400_000;

function dateText(ms: number, zone: string): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.getUTCDay()];
  const month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][
    date.getUTCMonth()
  ];
  return `${day}, ${date.getUTCDate()} ${month} ${date.getUTCFullYear()} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${zone}`;
}

function ownHeaders(
  { sender, content, bad }: Writing,
  { receiver, when: { at, zone } }: { receiver: Receiver; when: { at: number; zone: string } },
  random: Random,
): readonly string[] {
  const skew = bad && random.next() < 0.12 ? (random.below(200) - 100) * 3_600_000 : random.below(90_000);
  const name =
    sender.name === ""
      ? ""
      : /^[\x20-\x7e]*$/.test(sender.name)
        ? `"${sender.name.replaceAll('"', "")}" `
        : `=?UTF-8?Q?${quoted(sender.name)}?= `;
  const subject = /^[\x20-\x7e]*$/.test(content.subject) ? content.subject : `=?UTF-8?Q?${quoted(content.subject)}?=`;
  const base = [
    `From: ${name}<${sender.address}>`,
    recipient(content.to, bad, random),
    `Subject: ${subject}`,
    `Date: ${dateText(at - skew, zone)}`,
    ...(sender.reply === undefined ? [] : [`Reply-To: <${sender.reply}>`]),
  ];
  if (receiver === "bare") return base;
  const id =
    bad && random.next() < 0.06
      ? []
      : [`Message-ID: <${letters(12, random, "abcdef0123456789")}.${digits(6, random)}@${sender.idDomain}>`];
  const talk =
    TALK.has(content.kind) && /^(?:re|aw):/i.test(content.subject) && !bad
      ? [`In-Reply-To: <${letters(10, random)}@corp.example>`, `References: <${letters(10, random)}@corp.example>`]
      : [];
  const signed =
    sender.signs === undefined
      ? []
      : [
          `DKIM-Signature: v=1; a=rsa-sha256; d=${sender.signs}; s=s1; h=from:to:subject; bh=x; b=${letters(20, random)}`,
        ];
  const leave =
    sender.unsubscribe === undefined
      ? []
      : [
          `List-Unsubscribe: <${sender.unsubscribe}>`,
          ...(!bad && random.next() < 0.6 ? ["List-Unsubscribe-Post: List-Unsubscribe=One-Click"] : []),
        ];
  const list =
    content.kind === "list" && random.next() < 0.7
      ? [
          "List-Id: <users.lists.example.org>",
          "Precedence: list",
          "List-Unsubscribe: <https://lists.example.org/options/users>",
        ]
      : [];
  const priority = random.next() < (bad ? 0.12 : 0.04) ? ["X-Priority: 1", "Importance: high"] : [];
  return [...signed, ...base, ...id, ...talk, ...leave, ...list, ...priority];
}

/** Some write to nobody by name: waves of all kinds, and clubs to their members. */
function recipient(to: string, bad: boolean, random: Random): string {
  if (random.next() < (bad ? 0.12 : 0.04)) return "To: Undisclosed recipients:;";
  return `To: ${random.next() < (bad ? 0.05 : 0.2) ? `"${to.split("@")[0]}" ` : ""}<${to}>`;
}

const quoted = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map((byte) =>
      byte > 32 && byte < 127 && byte !== 61 && byte !== 63 && byte !== 95
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`,
    )
    .join("");

function bodyOf(writing: Writing, random: Random): string {
  const { content, bad } = writing;
  const html = random.next() < (PLAIN_MORE.has(content.kind) ? 0.4 : 0.85);
  const both = html && random.next() < (bad ? 0.45 : 0.7);
  const pictures = content.button !== undefined && random.next() < pictureShare(content.kind, bad);
  const file = content.file === undefined ? [] : [attachment(content.file, random)];
  const parts = [
    ...(both || !html ? [part("text/plain", plainText(writing, random), random)] : []),
    ...(html ? [part("text/html", htmlText(writing, random, pictures), random)] : []),
  ];
  const [only] = parts;
  if (parts.length === 1 && file.length === 0 && only !== undefined) return `MIME-Version: 1.0\n${only}\n`;
  const boundary = `=_${letters(16, random)}`;
  const joined = (pieces: readonly string[], mark: string): string =>
    `${pieces.map((piece) => `--${mark}\n${piece}\n`).join("")}--${mark}--\n`;
  const alternative =
    parts.length > 1
      ? [`Content-Type: multipart/alternative; boundary="${boundary}a"\n\n${joined(parts, `${boundary}a`)}`]
      : parts;
  if (file.length === 0) return `MIME-Version: 1.0\n${alternative[0]}`;
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${boundary}"\n\n${joined([...alternative, ...file], boundary)}`;
}

/** Letters whose words are in a picture: waves, and some shops and clubs. */
const pictureShare = (kind: string, bad: boolean): number =>
  bad ? 0.18 : kind === "promo" || kind === "news" ? 0.06 : 0;

function part(type: string, text: string, random: Random): string {
  const bytes = new TextEncoder().encode(text);
  if (random.next() < 0.25)
    return `Content-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${base64(bytes)}`;
  return `Content-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${text}`;
}

function base64(bytes: Uint8Array): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const whole = (a << 16) | (b << 8) | c;
    const left = bytes.length - at;
    text += `${alphabet[whole >> 18]}${alphabet[(whole >> 12) & 63]}${left > 1 ? alphabet[(whole >> 6) & 63] : "="}${left > 2 ? alphabet[whole & 63] : "="}`;
  }
  return text.replace(/.{76}/g, "$&\n");
}

const MAGIC: Readonly<Record<string, string>> = {
  pdf: "%PDF-1.4\n",
  exe: "MZ\x90\x00",
  zip: "PK\x03\x04",
  docx: "PK\x03\x04",
  xlsx: "PK\x03\x04",
  html: "<html><body><form action='http://x.example/a.php'><input type=password></form>",
  htm: "<html><script>document.write(unescape('%3c'))</script></html>",
  shtml: "<html><body>",
  png: "\x89PNG\r\n",
  jpg: "\xff\xd8\xff\xe0",
  ics: "BEGIN:VCALENDAR\nMETHOD:REQUEST\n",
};

function attachment(name: string, random: Random): string {
  const ending = name.slice(name.lastIndexOf(".") + 1);
  const type =
    ending === "pdf"
      ? "application/pdf"
      : ending === "ics"
        ? "text/calendar"
        : ending === "png" || ending === "jpg"
          ? `image/${ending}`
          : ending.endsWith("html") || ending === "htm"
            ? "text/html"
            : "application/octet-stream";
  const body = Uint8Array.from(
    `${MAGIC[ending] ?? "data"}${letters(60 + random.below(400), random)}`,
    (letter) => letter.charCodeAt(0) & 255,
  );
  return `Content-Type: ${type}; name="${name}"\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n\n${base64(body)}`;
}

function plainText({ sender, content }: Writing, random: Random): string {
  const link =
    content.button === undefined
      ? []
      : Array.from({ length: 1 + random.below(3) }, () => `${content.button}: ${sender.web()}`);
  const extra = TALK.has(content.kind) && random.next() < 0.3 ? [sender.web()] : [];
  return [...content.paragraphs.slice(0, -1), ...link, ...extra, ...content.paragraphs.slice(-1)].join("\n\n");
}

const FILLER = ["Privacy policy", "Contact us", "Terms", "Help", "Home", "View in browser", "About", "Security"];
const TAG_STYLES = ['<font face="Arial" size=2>', '<span style="font-size:14px">', "<center>", "<b>", ""];

const RULES = [
  "td{padding:4px}",
  "body{margin:0;padding:0;-webkit-text-size-adjust:100%}",
  ".btn{background:#06c;color:#fff;padding:12px 24px;border-radius:4px}",
  "img{border:0;outline:none;max-width:100%;height:auto}",
  "@media only screen and (max-width:480px){.col{width:100%!important;display:block!important}}",
  "table{border-collapse:collapse;mso-table-lspace:0;mso-table-rspace:0}",
  "a:link{color:#15c;text-decoration:underline}",
];

/** Programs that make letters write more style than text, whoever uses them. */
function styles(random: Random): string {
  if (random.next() < 0.35) return "";
  const rules = Array.from({ length: 1 + random.below(random.next() < 0.4 ? 60 : 6) }, () => pick(RULES, random));
  const office = random.next() < 0.4 ? "<!--[if mso]><style>a{text-decoration:none}</style><![endif]-->" : "";
  return `<meta name="viewport" content="width=device-width"><style>${rules.join("\n")}</style>${office}`;
}

function htmlText({ sender, content, bad }: Writing, random: Random, pictures: boolean): string {
  const style =
    random.next() < 0.6
      ? ' style="font-family:Arial;font-size:14px;color:#333"'
      : pick(["", ' bgcolor="#ffffff"'], random);
  const wrap =
    random.next() < 0.6 ? ["<table width=600 cellpadding=0><tr><td>", "</td></tr></table>"] : ["<div>", "</div>"];
  const main = sender.web();
  const side = sender.side ?? sender.web;
  const one = random.next() < (bad ? 0.6 : 0.25);
  const target = (): string => (one ? main : sender.web());
  const words = content.button ?? "";
  const shown =
    bad && random.next() < 0.1
      ? `https://www.${sender.brand.toLowerCase().replace(/[^a-z]/g, "") || "bank"}.com/`
      : words;
  const font = pick(TAG_STYLES, random);
  const button =
    content.button === undefined
      ? ""
      : `<p>${font}<a href="${main}"${random.next() < 0.5 ? ' style="background:#06c;color:#fff;padding:12px"' : ""}>${shown}</a></p>`;
  const image = (): string =>
    `<img src="${random.next() < 0.1 ? pick([`data:image/png;base64,${letters(80, random)}`, "cid:image001@x"], random) : side()}" width=${1 + random.below(600)}>`;
  if (pictures)
    return `<html>${random.next() < 0.4 ? `<head>${styles(random)}</head>` : ""}<body>${random.next() < 0.4 ? `<h2><a href="${main}">${content.subject}${bad && random.next() < 0.5 ? ` <span style="opacity:0">${letters(8, random)}</span>` : ""}</a></h2>` : ""}<a href="${main}">${image()}</a>${random.next() < 0.3 ? image() : ""}${sender.unsubscribe === undefined ? "" : `<p><a href="${sender.unsubscribe}">Unsubscribe</a></p>`}${random.next() < 0.5 ? `<p><a href="${target()}">${pick(FILLER, random)}</a></p>` : ""}</body></html>`;
  const images = Array.from({ length: random.below(random.next() < 0.4 ? 9 : 3) }, () =>
    random.next() < 0.5 ? `<a href="${target()}">${image()}</a>` : image(),
  ).join("");
  const hidden =
    random.next() < 0.15
      ? `<div style="display:none">${bad && random.next() < 0.6 ? letters(40 + random.below(200), random, "abcdefghijklmnop    ") : (content.paragraphs[1] ?? "")}</div>`
      : "";
  const small =
    content.button === undefined && random.next() < 0.8
      ? ""
      : Array.from(
          { length: random.below(random.next() < 0.5 ? 12 : 4) },
          () => `<a href="${random.next() < 0.5 ? side() : target()}">${pick(FILLER, random)}</a> `,
        ).join("");
  const leave =
    sender.unsubscribe === undefined
      ? ""
      : `<p><a href="${sender.unsubscribe}">${pick(["Unsubscribe", "unsubscribe here", "Preferences", "click here"], random)}</a></p>`;
  const pixel = content.button !== undefined && random.next() < 0.4 ? `<img src="${target()}" width=1 height=1>` : "";
  const comments = random.next() < 0.15 ? `<!-- ${letters(30 + random.below(300), random, "abcdefghij  ")} -->` : "";
  return `<html><head>${random.next() < 0.7 ? `<title>${content.subject}</title>` : ""}${styles(random)}</head><body${style}>${hidden}${wrap[0]}${images}${comments}${content.paragraphs.map((line) => `<p>${font}${line}</p>`).join("\n")}${button}${small}${leave}${wrap[1]}${pixel}</body></html>`;
}
