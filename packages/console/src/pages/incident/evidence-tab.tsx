/** What the verdict rests on: open questions, claims with their events, detections with the fields that matched. */
import type { WireIncident } from "@cordon/model/api/incidents";
import { countText } from "../../format/words.ts";
import { Badge, Severity } from "../../ui/badge.tsx";
import { EventChips } from "../../ui/event-chip.tsx";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";
import { ClaimLine, saidOf } from "./claim-line.tsx";
import { RuleText } from "./rule-text.tsx";
import { WhyFired } from "./why-fired.tsx";

/** More than this at once is not read by anybody; the search shows the rest. */
const SHOWN_MAX = 300;

export function EvidenceTab({ incident }: { readonly incident: WireIncident }) {
  const found = incident.investigation;
  const said = saidOf(found);
  return (
    <div className="columns">
      <div className="stack">
        {found && found.questions.length > 0 && (
          <Section title="Open questions">
            <ul className="rows">
              {found.questions.map((question) => (
                <li key={question}>
                  <LogText text={question} />
                </li>
              ))}
            </ul>
          </Section>
        )}
        <Section
          title={countText(found?.claims.length ?? 0, "claim")}
          aside={
            found && found.claimsRefused > 0 && <Badge tone="warn">{found.claimsRefused} refused by the checker</Badge>
          }
        >
          <ul className="plain rows">
            {found?.claims.slice(0, SHOWN_MAX).map((claim) => (
              <li key={claim.id}>
                <ClaimLine claim={claim} said={said.get(claim.id)} />
              </li>
            ))}
            {found === undefined && <li className="muted">Claims come with the investigation.</li>}
          </ul>
        </Section>
        {found && found.ledger.length > 0 && <Queries ledger={found.ledger} limits={found.limits} />}
      </div>
      <Section title={countText(incident.detections.length, "detection")}>
        <ul className="plain rows">
          {incident.detections.slice(0, SHOWN_MAX).map((joined) => (
            <li key={joined.detection.id}>
              <Detection joined={joined} />
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

type Joined = WireIncident["detections"][number];

function Detection({ joined }: { readonly joined: Joined }) {
  const { detection } = joined;
  return (
    <details className="detection">
      <summary>
        <Severity level={detection.severity} />
        <LogText text={detection.rule.title} />
        {joined.times > 1 && <Badge>×{joined.times}</Badge>}
        <span className="muted small det-time">
          <Time at={detection.time} />
        </span>
      </summary>
      <div className="stack-tight">
        <div className="row wrap gap-1 small">
          {detection.techniques.map((technique) => (
            <Badge key={technique}>{technique}</Badge>
          ))}
          <EventChips ids={detection.evidence} />
        </div>
        <table className="matched">
          <caption className="sr">Fields that matched</caption>
          <tbody>
            {detection.matched.map((match) => (
              <tr key={match.selection + match.field + (match.pointer ?? "")}>
                <th scope="row">
                  <LogText text={match.field || "keyword"} mono />
                </th>
                <td>
                  <LogText text={valueText(match.value)} mono max={240} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <WhyFired rule={detection.rule.id} event={detection.evidence.at(-1) ?? ""} />
        <p className="muted small">
          Rule <LogText text={detection.rule.source} mono max={70} />
          {detection.rule.author && (
            <>
              {" by "}
              <LogText text={detection.rule.author} max={80} />
            </>
          )}
          . Confidence {Math.round(detection.confidence)} of 100.
        </p>
        {detection.rule.version && <RuleText rule={detection.rule.id} version={detection.rule.version} />}
        {joined.because.length > 0 && (
          <p className="muted small">
            Joined by{" "}
            {joined.because.map((reason, i) => (
              <span key={reason.by + reason.key}>
                {i > 0 && ", "}
                {reason.by} <LogText text={reason.key} mono max={50} />
              </span>
            ))}
          </p>
        )}
      </div>
    </details>
  );
}

const valueText = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

type Found = NonNullable<WireIncident["investigation"]>;

function Queries({ ledger, limits }: { readonly ledger: Found["ledger"]; readonly limits: Found["limits"] }) {
  return (
    <Section title={`${countText(ledger.length, "query", "queries")} asked`}>
      {limits.length > 0 && (
        <ul className="rows small">
          {limits.map((limit) => (
            <li key={limit}>
              <LogText text={limit} />
            </li>
          ))}
        </ul>
      )}
      <table className="table small">
        <thead>
          <tr>
            <th>Question</th>
            <th className="num">Rows</th>
          </tr>
        </thead>
        <tbody>
          {ledger.map((query) => (
            <tr key={query.id}>
              <td>
                <LogText text={query.question} />
              </td>
              <td className="num">
                {query.rows}
                {query.truncated && <span title="A limit cut the answer: absence may not be concluded"> cut</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
