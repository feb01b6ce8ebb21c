/**
 * The reasons an analyst would give. Enters: facts. Leaves: findings in words, each with hand-set points and where it stands.
 *
 * MR1. Points are set by hand and say so; they add up to the score that is shown. Nothing here is learnt from a collection.
 * MR2. Words of urgency or payment are no reason by themselves: honest mails hurry and ask for money too.
 * MR3. Texts of the mail within a finding are raw: whoever shows them defangs and escapes them.
 */

import { FREE_MAILERS } from "./free-mailers.ts";
import { BRAND_NAMES } from "./look-alike.ts";
import type { Attachment } from "./mail-attachments.ts";
import { smuggles } from "./mail-attachments.ts";
import { continuesThread, type MailFacts } from "./mail-facts.ts";
import { codeTargets, type MailLink } from "./mail-links.ts";

export interface Finding {
  /** Stable: `reply-elsewhere`. */
  readonly id: string;
  /** Above 0 speaks for phishing, below for an honest mail. */
  readonly points: number;
  readonly words: string;
  /** Header or part it is read from. */
  readonly at: string;
}

type Check = (facts: MailFacts) => readonly Finding[];

const one = (holds: boolean, finding: Finding): readonly Finding[] => (holds ? [finding] : []);

const sender: Check = (facts) => {
  const { fromDomain, replyDomain, returnDomain, nameBears, addressInName, fromLooksLike, auth } = facts;
  const free = FREE_MAILERS.has(fromDomain);
  return [
    ...one(fromDomain === "", { id: "no-sender", points: 10, words: "no sender address", at: "From" }),
    ...one(addressInName !== undefined, {
      id: "address-in-name",
      points: 25,
      words: `the sender's name shows another address: ${addressInName}`,
      at: "From",
    }),
    ...one(facts.otherSenders.length > 0, {
      id: "several-senders",
      points: facts.otherSenderKnown ? 35 : 20,
      words: `From names senders of several domains, ${facts.fromAddress} and ${facts.otherSenders.slice(0, 3).join(", ")}: readers may be shown another one than was checked`,
      at: "From",
    }),
    ...one(nameBears !== undefined, {
      id: "name-of-another",
      points: free ? 30 : 20,
      words: `the sender calls itself by the name of ${nameBears} and writes from ${fromDomain}`,
      at: "From",
    }),
    ...one(facts.personBorne !== undefined, {
      id: "name-of-person",
      points: free ? 35 : 25,
      words: `the sender calls itself ${facts.personBorne}, who writes from elsewhere, not from ${fromDomain}`,
      at: "From",
    }),
    ...one(fromLooksLike !== undefined, {
      id: "sender-look-alike",
      points: 35,
      words: `the sender's domain ${fromLooksLike?.domain} looks like ${fromLooksLike?.of} (${fromLooksLike?.how})`,
      at: "From",
    }),
    ...one(replyDomain !== undefined && replyDomain !== fromDomain, {
      id: "reply-elsewhere",
      points: replyDomain !== undefined && FREE_MAILERS.has(replyDomain) && !free ? 25 : 10,
      words: `answers would go to ${replyDomain}, not to ${fromDomain}`,
      at: "Reply-To",
    }),
    ...one(returnDomain !== undefined && returnDomain !== fromDomain, {
      id: "envelope-elsewhere",
      points: 3,
      words: `sent on behalf of ${returnDomain} (usual for newsletters)`,
      at: "Return-Path",
    }),
    ...one(facts.newToOrganisation === true, {
      id: "first-time",
      points: 8,
      words: "this sender has not written here before",
      at: "From",
    }),
    ...one(facts.newToOrganisation === false, {
      id: "known-sender",
      points: -10,
      words: "this sender has written here before",
      at: "From",
    }),
    ...one(auth.claims.length > 0 && auth.by === undefined, {
      id: "auth-claimed",
      points: 0,
      words: `results of sender checks by ${auth.claims.slice(0, 3).join(", ")} are not counted: not one of the configured servers`,
      at: "Authentication-Results",
    }),
    ...authentication(facts),
  ];
};

const authentication: Check = ({ auth, fromDomain }) => {
  if (auth.by === undefined) return [];
  const at = `Authentication-Results (${auth.by})`;
  return [
    ...one(auth.dmarc === "fail", {
      id: "dmarc-fail",
      points: 30,
      words: `DMARC failed: ${fromDomain} did not send this`,
      at,
    }),
    ...one(auth.spf === "fail", {
      id: "spf-fail",
      points: 15,
      words: "SPF failed: the sending server may not send for its envelope domain",
      at,
    }),
    ...one(auth.dkim === "fail", { id: "dkim-fail", points: 10, words: "the DKIM signature is not valid", at }),
    ...one(auth.dmarc !== "pass" && auth.aligned === false, {
      id: "not-aligned",
      points: 10,
      words: `checks passed for another domain than ${fromDomain}`,
      at,
    }),
    // Passing says who sent it, not that they are honest: it takes points away and never clears a mail.
    ...one(auth.dmarc === "pass", {
      id: "dmarc-pass",
      points: -12,
      words: `${fromDomain} did send this (DMARC passed)`,
      at,
    }),
  ];
};

const letter: Check = (facts) => {
  const { message, html, agreement } = facts;
  return [
    ...one(/^\s*(?:re|aw|sv)\s*:/i.test(message.subject) && !continuesThread(facts), {
      id: "false-answer",
      points: 8,
      words: "pretends to answer, but belongs to no thread",
      at: "Subject",
    }),
    ...one(message.messageId === undefined, {
      id: "no-message-id",
      points: 6,
      words: "no Message-ID: not sent by a usual mail program",
      at: "Message-ID",
    }),
    ...one(html.passwordFields > 0, {
      id: "password-form",
      points: 45,
      words: "asks for a password within the mail",
      at: "HTML",
    }),
    ...one((html.tags.form ?? 0) > 0 && html.passwordFields === 0, {
      id: "form",
      points: 15,
      words: "holds a form",
      at: "HTML",
    }),
    ...one((html.tags.script ?? 0) > 0, { id: "script", points: 15, words: "holds a script", at: "HTML" }),
    ...one(smuggles(message.html), {
      id: "smuggling",
      points: 40,
      words: "builds a file out of its own text (HTML smuggling)",
      at: "HTML",
    }),
    ...one(html.hidden.length > 200, {
      id: "hidden-text",
      points: 10,
      words: `${html.hidden.length} characters that a reader cannot see`,
      at: "HTML",
    }),
    ...one(agreement !== undefined && agreement < 0.3, {
      id: "two-letters",
      points: 12,
      words: "the plain text and the HTML say different things",
      at: "HTML",
    }),
    ...one(codeTargets(html).length > 0, {
      id: "code-link",
      points: 30,
      words: "a link runs code instead of leading somewhere",
      at: "HTML",
    }),
    ...one(
      /[\u200b-\u200f\u2060\ufeff\u00ad]/.test(facts.shown) &&
        (facts.shown.match(/[\u200b-\u200f\u2060\ufeff\u00ad]/g) ?? []).length > 20,
      { id: "invisible-letters", points: 12, words: "words are broken up by invisible letters", at: "text" },
    ),
  ];
};

const FIRST_LINKS = 3;
const shown = (links: readonly MailLink[]): string =>
  links
    .slice(0, FIRST_LINKS)
    .map(({ url }) => url.slice(0, 120))
    .join(", ");

/** Newsletters send readers by way of their own counter; nobody shows a well-known name for that. */
const countsClicks = ({ parts, shownDomain }: MailLink, { fromDomain }: MailFacts): boolean =>
  parts.domain === fromDomain && !BRAND_NAMES.some(({ domain }) => domain === shownDomain);

const LINK_CHECKS: readonly {
  readonly id: string;
  readonly points: number;
  readonly words: string;
  readonly holds: (link: MailLink, facts: MailFacts) => boolean;
}[] = [
  {
    id: "link-pretends",
    points: 35,
    words: "a link shows one address and leads to another",
    holds: (link, facts) => link.shownDomain !== undefined && !countsClicks(link, facts),
  },
  {
    id: "link-look-alike",
    points: 35,
    words: "a link leads to a domain that looks like a known one",
    holds: ({ lookAlike }) => lookAlike !== undefined,
  },
  {
    id: "link-mixed-letters",
    points: 30,
    words: "a link's domain mixes letters of several scripts",
    holds: ({ mixedScripts }) => mixedScripts,
  },
  {
    id: "link-literal",
    points: 25,
    words: "a link leads to an address without a name",
    holds: ({ parts }) => parts.literal,
  },
  {
    id: "link-userinfo",
    points: 30,
    words: "a link hides its target behind a name and @",
    holds: ({ parts }) => parts.userinfo !== "",
  },
  {
    id: "link-port",
    points: 10,
    words: "a link leads to an unusual port",
    holds: ({ parts }) => !["", "80", "443"].includes(parts.port),
  },
  {
    id: "link-shortened",
    points: 8,
    words: "a shortened link does not show where it leads",
    holds: ({ shortener }) => shortener,
  },
  {
    id: "link-program",
    points: 25,
    words: "a link leads to a program or archive",
    holds: ({ parts }) => /\.(?:exe|scr|js|vbs|hta|msi|jar|iso|img|lnk|zip|rar|7z)$/i.test(parts.path),
  },
  {
    id: "form-elsewhere",
    points: 20,
    words: "a form sends what is typed to another server",
    // A form without a password is a search or a survey, wherever it goes: `form` has said so.
    holds: ({ from, parts }, { html, fromDomain }) =>
      from === "form" && html.passwordFields > 0 && parts.domain !== fromDomain,
  },
];

const links: Check = (facts) =>
  LINK_CHECKS.flatMap(({ id, points, words, holds }) => {
    const found = facts.links.filter((link) => holds(link, facts));
    return one(found.length > 0, { id, points, words: `${words}: ${shown(found)}`, at: "links" });
  });

const FILE_CHECKS: readonly {
  readonly id: string;
  readonly points: number;
  readonly words: string;
  readonly holds: (file: Attachment) => boolean;
}[] = [
  {
    id: "file-malicious",
    points: 80,
    words: "an attachment is malicious",
    holds: ({ opinion }) => opinion?.verdict === "malicious",
  },
  {
    id: "file-suspicious",
    points: 35,
    words: "an attachment is suspicious",
    holds: ({ opinion }) => opinion?.verdict === "suspicious",
  },
  { id: "file-program", points: 45, words: "a program is attached", holds: ({ executable }) => executable },
  {
    id: "file-disguised",
    points: 35,
    words: "an attachment is not what its name says",
    holds: ({ disguised, doubleEnding }) => disguised || doubleEnding,
  },
  {
    id: "file-archive-program",
    points: 35,
    words: "an archive with a program or archive inside is attached",
    holds: ({ inside }) => inside.length > 0,
  },
  {
    id: "file-smuggling",
    points: 50,
    words: "an attached page builds a file out of its own text (HTML smuggling)",
    holds: ({ smuggling }) => smuggling,
  },
  {
    id: "file-page",
    points: 15,
    words: "a web page is attached",
    holds: ({ actual }) => actual === "html" || actual === "svg",
  },
  { id: "file-macros", points: 25, words: "an attached document holds macros", holds: ({ macros }) => macros },
  {
    id: "file-encrypted",
    points: 15,
    words: "an attachment is encrypted: no gateway can look into it",
    holds: ({ encrypted }) => encrypted,
  },
];

const PASSWORD_IN_TEXT = /\b(?:password|passwort|mot de passe|contraseñ?a|pass ?code|pwd)\b.{0,20}[:=]?\s*\S/iu;
const QR_WORDS = /\bqr[ -]?code\b|\bscan (?:the|this) code\b/i;

const files: Check = ({ attachments, shown: text, html }) => [
  ...FILE_CHECKS.flatMap(({ id, points, words, holds }) => {
    const found = attachments.filter(holds);
    const names = found
      .slice(0, FIRST_LINKS)
      .map(({ name, opinion }) => [name || "without a name", ...(opinion?.reasons ?? []).slice(0, 2)].join(": "));
    return one(found.length > 0, { id, points, words: `${words} (${names.join("; ")})`, at: "attachments" });
  }),
  ...one(attachments.some(({ encrypted }) => encrypted) && PASSWORD_IN_TEXT.test(text), {
    id: "file-password-beside",
    points: 25,
    words: "the encrypted attachment's password stands in the mail",
    at: "text",
  }),
  ...one(
    QR_WORDS.test(text) &&
      (html.images.length > 0 || attachments.some(({ declared }) => declared.startsWith("image/"))),
    { id: "qr", points: 25, words: "asks to scan a code in a picture", at: "text" },
  ),
];

export const findingsOf = (facts: MailFacts): readonly Finding[] =>
  [sender, letter, links, files].flatMap((check) => check(facts)).toSorted((a, b) => b.points - a.points);
