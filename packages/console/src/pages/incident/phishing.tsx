/** A phishing mail at a glance: why it is bad, who met it and how far, and what waits to be done about it. */
import type { WireIncident, WireIncidentAction, WireInvestigation } from "@cordon/model/api/incidents";
import { Link } from "@tanstack/react-router";
import { ACTION_WORD, countText } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { EntityChip } from "../../ui/entity-chip.tsx";
import { EventChip } from "../../ui/event-chip.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";
import { targetOf } from "../approvals/target.ts";
import { waitsForPerson } from "./next-click.ts";
import "./phishing.css";

type Phishing = NonNullable<WireInvestigation["phishing"]>;
type Person = Phishing["received"][number];

const REASONS_SHOWN = 6;
const PEOPLE_SHOWN = 50;
/** Actions about the mail and those who met it. */
const ABOUT_MAIL: ReadonlySet<string> = new Set(["purge-mail", "block-sender", "block-link", "revoke-sessions"]);

export function PhishingCard({ incident }: { readonly incident: WireIncident }) {
  const found = incident.investigation?.phishing;
  if (found === undefined) return null;
  const waiting = incident.actions.filter((each) => ABOUT_MAIL.has(each.action.kind) && waitsForPerson(each));
  return (
    <section className="card phishing" aria-label="Mail">
      <header className="phishing-head">
        <h2>Mail</h2>
        <Badge tone={found.verdict === "nothing found" ? "neutral" : "bad"}>{found.verdict}</Badge>
        {found.score > 0 && <span className="muted small">{found.score} of 100</span>}
        <Counts found={found} />
      </header>
      <Mails found={found} />
      <details>
        <summary>Why, and who met it</summary>
        <ul className="phishing-why">
          {found.because.slice(0, REASONS_SHOWN).map((reason) => (
            <li key={reason}>
              <LogText text={reason} />
            </li>
          ))}
        </ul>
        <People found={found} />
      </details>
      {waiting.length > 0 && <Waiting actions={waiting} />}
    </section>
  );
}

function Counts({ found }: { readonly found: Phishing }) {
  const got = found.received.filter(({ stopped }) => stopped !== true).length;
  const held = found.received.length - got;
  const parts = [
    found.logs.mail
      ? `${countText(got, "mailbox", "mailboxes")}${held > 0 ? `, ${held} held back` : ""}`
      : "no mail log",
    found.logs.web ? `${found.clicked.length} followed a link` : "no web log",
    ...(found.submitted.length > 0 ? [`${found.submitted.length} sent data`] : []),
    ...(found.replied.length > 0 ? [`${found.replied.length} answered`] : []),
    ...(found.signedIn.length > 0
      ? [countText(found.signedIn.length, "sign-in from a new place", "sign-ins from new places")]
      : []),
  ];
  return <span className="phishing-counts">{parts.join(" · ")}</span>;
}

function Mails({ found }: { readonly found: Phishing }) {
  const [first, ...others] = found.mails;
  if (first === undefined) return null;
  return (
    <p className="row wrap gap-1 small">
      <LogText text={first.from} mono max={60} />
      <LogText text={first.subject} max={90} />
      <EventChip id={first.event} />
      {others.length > 0 && <span className="muted">and {countText(others.length, "mail")} more</span>}
    </p>
  );
}

const DEEDS = [
  ["signedIn", "signed in from a new place", "bad"],
  ["submitted", "sent data", "bad"],
  ["replied", "answered", "warn"],
  ["clicked", "followed a link", "warn"],
  ["received", "received it", "neutral"],
] as const;

function People({ found }: { readonly found: Phishing }) {
  const rows = DEEDS.flatMap(([key, word, tone]) => found[key].map((person) => ({ key, word, tone, person })));
  if (rows.length === 0) return <p className="muted small">Nobody is known to have met it.</p>;
  return (
    <table className="table">
      <thead>
        <tr>
          <th>Who</th>
          <th>Did</th>
          <th>What</th>
          <th>When</th>
          <th>Evidence</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, PEOPLE_SHOWN).map(({ key, word, tone, person }) => (
          <tr key={`${key} ${person.who.kind} ${person.who.value} ${person.event}`}>
            <td>
              <EntityChip entity={person.who} max={48} />
            </td>
            <td>
              <Badge tone={person.stopped === true ? "good" : tone}>{wordOf(word, person)}</Badge>
            </td>
            <td>{person.what !== undefined && <LogText text={person.what} mono max={48} />}</td>
            <td>
              <Time at={person.at} />
            </td>
            <td>
              <EventChip id={person.event} />
            </td>
          </tr>
        ))}
      </tbody>
      {rows.length > PEOPLE_SHOWN && (
        <caption>{rows.length - PEOPLE_SHOWN} more: the API and the report have them</caption>
      )}
    </table>
  );
}

const wordOf = (word: string, { stopped }: Person): string => (stopped === true ? `${word}: held back` : word);

function Waiting({ actions }: { readonly actions: readonly WireIncidentAction[] }) {
  return (
    <div className="row wrap gap-1">
      <span className="muted small">Waits for you:</span>
      {actions.map(({ key, action }) => (
        <Link key={key} to="/approvals" search={{ key }} className="btn btn-small">
          {ACTION_WORD[action.kind]} <LogText text={aboutWhat(action)} mono max={40} />
        </Link>
      ))}
    </div>
  );
}

function aboutWhat(action: WireIncidentAction["action"]): string {
  const boxes = action.mailboxes?.length ?? 0;
  return boxes > 1 ? countText(boxes, "mailbox", "mailboxes") : (targetOf(action)?.value ?? "");
}
