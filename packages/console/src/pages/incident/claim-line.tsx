import type { WireInvestigation } from "@cordon/model/api/incidents";
import type { Predicate } from "@cordon/model/investigation";
import { Badge } from "../../ui/badge.tsx";
import { EntityText } from "../../ui/entity-chip.tsx";
import { EventChips } from "../../ui/event-chip.tsx";
import { Time } from "../../ui/time.tsx";

export type WireClaim = WireInvestigation["claims"][number];

const VERB: Partial<Record<Predicate, string>> = {
  "logged-on": "logged on to",
  "failed-logon": "failed to log on to",
  "accessed-process": "opened process",
  "created-persistence": "set to start again",
  "accessed-credential": "read credentials of",
  "disabled-control": "switched off",
  "changed-account": "changed account",
  "called-api": "called",
  "assumed-role": "assumed role",
  "detected-by": "was flagged by",
  "count-of": "was counted",
  "first-seen": "was first seen",
};

export const verbOf = (predicate: Predicate): string => VERB[predicate] ?? predicate;

export function ClaimLine({ claim }: { readonly claim: WireClaim }) {
  const events = [...new Set(claim.cites.map((cite) => cite.event))];
  return (
    <div className="claim">
      <div className="claim-said">
        <span className="muted small mono">{claim.id}</span> <EntityText entity={claim.subject} max={56} />{" "}
        <b>{verbOf(claim.predicate)}</b>
        {claim.count !== undefined && ` ${claim.count} times`}{" "}
        {claim.object && <EntityText entity={claim.object} max={56} />}
      </div>
      <div className="row wrap gap-1 small">
        {claim.at !== undefined && <Time at={claim.at} />}
        {claim.techniques.map((technique) => (
          <Badge key={technique}>{technique}</Badge>
        ))}
        <EventChips ids={events} />
      </div>
    </div>
  );
}
