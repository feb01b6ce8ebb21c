/**
 * Reasons from how sender, words and links belong together. Enters: facts. Leaves: findings, as `findings.ts` (MR1-MR3).
 * They stand apart since the learnt model has each of these marks as a number of its own (`mail-marks.ts`) and would count
 * them twice within the sum of points.
 */
import type { Finding } from "./findings.ts";
import { isBuilder, isCheapEnding, isRentedSender } from "./hosting.ts";
import type { MailFacts } from "./mail-facts.ts";
import { capitalsForSmall, leavesAtHome, mixedWords, strangersIn } from "./mail-marks.ts";
import { domainOfAddress } from "./message.ts";

const FIRST = 3;

export function findingsOfMarks(facts: MailFacts): readonly Finding[] {
  return [...belonging(facts), ...leading(facts), ...ordered(facts)];
}

function belonging(facts: MailFacts): readonly Finding[] {
  const { message, nameBears, fromDomain, shown } = facts;
  // The sender's name is judged by `name-of-another`: once is enough.
  const strangers = nameBears === undefined ? strangersIn(message.subject, facts) : [];
  const capitals = capitalsForSmall(`${message.from[0]?.name ?? ""} ${message.subject} ${shown.slice(0, 4_000)}`);
  const mixed = mixedWords(`${message.subject} ${shown.slice(0, 4_000)}`);
  return [
    ...(strangers.length === 0
      ? []
      : [
          {
            id: "subject-of-another",
            points: 10,
            words: `the subject bears the name of ${strangers.slice(0, FIRST).join(", ")}, whose is neither the sender nor any link`,
            at: "Subject",
          },
        ]),
    ...(mixed.length === 0
      ? []
      : [
          {
            id: "mixed-words",
            points: 20,
            words: `words mix letters of several alphabets, so that no filter reads them: ${mixed.slice(0, FIRST).join(", ")}`,
            at: "text",
          },
        ]),
    ...(capitals.length === 0
      ? []
      : [
          {
            id: "capitals-for-small",
            points: 12,
            words: `a capital I stands where a small l belongs, so that no filter reads the word: ${capitals.slice(0, FIRST).join(", ")}`,
            at: "text",
          },
        ]),
    ...(isRentedSender(domainOfAddress(facts.fromAddress))
      ? [
          {
            id: "rented-sender",
            points: 8,
            words: `the sender's address ${facts.fromAddress} is below a name where anyone may open an account within minutes`,
            at: "From",
          },
        ]
      : []),
    ...(isCheapEnding(fromDomain)
      ? [
          {
            id: "cheap-sender",
            points: 5,
            words: `the sender's domain ${fromDomain} has an ending that costs next to nothing`,
            at: "From",
          },
        ]
      : []),
  ];
}

function leading({ links, message }: MailFacts): readonly Finding[] {
  const builders = links.filter(({ parts }) => isBuilder(parts.host));
  const told = links.filter(({ parts }) =>
    message.to.some(
      ({ address }) => address.includes("@") && `${parts.path}#${parts.fragment}`.toLowerCase().includes(address),
    ),
  );
  return [
    ...(builders.length === 0
      ? []
      : [
          {
            id: "link-rented",
            points: 8,
            words: `a link leads to a place where anyone may put a page within minutes: ${[...new Set(builders.map(({ parts }) => parts.host))].slice(0, FIRST).join(", ")}`,
            at: "links",
          },
        ]),
    ...(told.length === 0
      ? []
      : [
          {
            id: "link-knows-reader",
            points: 12,
            words: "a link carries the reader's own address, as pages do that fill in a log-in",
            at: "links",
          },
        ]),
  ];
}

/** Speaks for a mail only where the operator's own server vouches for the sender: anyone may write the rest. */
function ordered(facts: MailFacts): readonly Finding[] {
  return facts.auth.dmarc === "pass" && leavesAtHome(facts)
    ? [
        {
          id: "leaves-at-home",
          points: -6,
          words: "the list can be left at the sender's own domain (usual for newsletters that were ordered)",
          at: "List-Unsubscribe",
        },
      ]
    : [];
}
