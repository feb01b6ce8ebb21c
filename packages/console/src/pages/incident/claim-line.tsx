import type { WireInvestigation } from "@cordon/model/api/incidents";
import type { Predicate } from "@cordon/model/investigation";
import { Badge } from "../../ui/badge.tsx";
import { EntityText } from "../../ui/entity-chip.tsx";
import { EventChips } from "../../ui/event-chip.tsx";
import { LogText } from "../../ui/log-text.tsx";
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

interface Props {
  readonly claim: WireClaim;
  /** The sentence the investigator made of it, where the timeline holds one. */
  readonly said?: string | undefined;
}

/** Sentences by claim id. */
export function saidOf(found: WireInvestigation | undefined): ReadonlyMap<string, string> {
  const items = found?.timeline ?? [];
  return new Map(items.flatMap((item) => (item.claim === undefined ? [] : [[item.claim, item.text] as const])));
}

export function ClaimLine({ claim, said }: Props) {
  const events = [...new Set(claim.cites.map((cite) => cite.event))];
  return (
    <div className="claim">
      <div className="claim-said">
        <span className="muted small mono">{claim.id}</span>{" "}
        {said === undefined ? <Composed claim={claim} /> : <LogText text={said} />}
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

/** Subject, verb, object: for claims that no sentence was made of. */
function Composed({ claim }: { readonly claim: WireClaim }) {
  return (
    <>
      <EntityText entity={claim.subject} max={56} /> <b>{verbOf(claim.predicate)}</b>
      {claim.count !== undefined && ` ${claim.count} times`}{" "}
      {claim.object && <EntityText entity={claim.object} max={56} />}
    </>
  );
}
