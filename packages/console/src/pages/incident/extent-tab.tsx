/** How far it reached: each member with how sure we are and which claims say so. */
import type { WireIncident, WireInvestigation } from "@cordon/model/api/incidents";
import { countText, kindWord } from "../../format/words.ts";
import { Badge, Machine } from "../../ui/badge.tsx";
import { EntityChip } from "../../ui/entity-chip.tsx";
import { EventChip, EventChips } from "../../ui/event-chip.tsx";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";
import { verbOf } from "./claim-line.tsx";

type Member = WireInvestigation["extent"][number];

const STANDINGS = [
  ["confirmed", "bad", "A rule or a claim shows the attack on it."],
  ["likely", "warn", "Reached from something confirmed; no rule fired on it itself."],
  ["exposed", "neutral", "Could have been reached; nothing shows that it was."],
] as const;

const MEMBERS_SHOWN = 200;

export function ExtentTab({ incident }: { readonly incident: WireIncident }) {
  const found = incident.investigation;
  if (found === undefined) return <Plain incident={incident} />;
  return (
    <div className="stack">
      {found.rootCauses.length > 0 && <RootCauses found={found} />}
      {STANDINGS.map(([standing, tone, means]) => {
        const members = found.extent.filter((member) => member.standing === standing);
        if (members.length === 0) return null;
        return (
          <Section
            key={standing}
            title={
              <>
                <Badge tone={tone}>{standing}</Badge> {countText(members.length, "member")}
              </>
            }
            aside={<span className="muted small">{means}</span>}
          >
            <Members members={members} found={found} />
          </Section>
        );
      })}
    </div>
  );
}

function RootCauses({ found }: { readonly found: WireInvestigation }) {
  return (
    <Section title="Where it began" aside={<Machine verdict={found.verdict} confidence={found.confidence} />}>
      <ol className="causes">
        {found.rootCauses.map((cause) => (
          <li key={cause.event + cause.entity.value}>
            <div className="row wrap gap-1">
              <EntityChip entity={cause.entity} />
              <Badge>{cause.boundary.replaceAll("-", " ")}</Badge>
              <span className="muted small">weight {Math.round(cause.score * 100)} %</span>
              <EventChip id={cause.event} />
            </div>
            <LogText text={cause.why} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Members({ members, found }: { readonly members: readonly Member[]; readonly found: WireInvestigation }) {
  const claims = new Map(found.claims.map((claim) => [claim.id, claim]));
  return (
    <table className="table">
      <thead>
        <tr>
          <th>What</th>
          <th>Kind</th>
          <th>First seen</th>
          <th>Because</th>
        </tr>
      </thead>
      <tbody>
        {members.slice(0, MEMBERS_SHOWN).map((member) => {
          const cited = member.claims.flatMap((id) => claims.get(id) ?? []);
          const events = [...new Set(cited.flatMap((claim) => claim.cites.map((cite) => cite.event)))];
          return (
            <tr key={member.entity.kind + member.entity.value}>
              <td>
                <EntityChip entity={member.entity} max={60} />
              </td>
              <td>{kindWord(member.entity.kind)}</td>
              <td>
                <Time at={member.firstSeen} />
              </td>
              <td>
                {[...new Set(cited.map((claim) => verbOf(claim.predicate)))].join(", ") || "named in the evidence"}{" "}
                <EventChips ids={events} max={3} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Plain({ incident }: { readonly incident: WireIncident }) {
  return (
    <Section
      title="Entities of the detections"
      aside={<span className="muted small">The extent comes with the investigation.</span>}
    >
      <div className="chips wrap">
        {incident.entities.map((entity) => (
          <EntityChip key={entity.kind + entity.value + entity.role} entity={entity} />
        ))}
      </div>
    </Section>
  );
}
