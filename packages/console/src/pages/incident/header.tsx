import type { WireIncident } from "@cordon/model/api/incidents";
import type { Entity } from "@cordon/model/entity";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { meQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { spanText } from "../../format/time-text.ts";
import { countText } from "../../format/words.ts";
import { Machine, Priority, Severity, Status } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Copy } from "../../ui/copy.tsx";
import { EntityChip } from "../../ui/entity-chip.tsx";
import { EventChip } from "../../ui/event-chip.tsx";
import { KillChain } from "../../ui/kill-chain.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";
import { useAssign } from "./assign.ts";
import { Decision } from "./decision.tsx";
import { Reopen } from "./reopen.tsx";
import { Why } from "./why.tsx";

export function IncidentHeader({
  incident,
  onClose,
}: {
  readonly incident: WireIncident;
  readonly onClose: () => void;
}) {
  return (
    <header className="inc-head">
      <div className="inc-crumbs">
        <Link to="/">Queue</Link> <span aria-hidden="true">/</span> <span className="mono">{incident.id}</span>
        <Copy what="the link to this incident" text={() => `${window.location.origin}/incidents/${incident.id}`} />
        {incident.mergedInto && (
          <Link to="/incidents/$id" params={{ id: incident.mergedInto }}>
            merged into {incident.mergedInto}
          </Link>
        )}
      </div>
      <div className="inc-title">
        <h1>
          <LogText text={incident.title} />
        </h1>
        <Moves incident={incident} onClose={onClose} />
      </div>
      <div className="inc-cards">
        <Verdict incident={incident} />
        <PriorityCard incident={incident} />
        <Affected incident={incident} />
        <Clock incident={incident} />
      </div>
    </header>
  );
}

function Moves({ incident, onClose }: { readonly incident: WireIncident; readonly onClose: () => void }) {
  const me = useQuery(meQuery).data;
  const assign = useAssign();
  const may = me !== undefined && mayAct(me.role, "closeIncident");
  const mine = me !== undefined && incident.assignee === me.name;
  return (
    <div className="row gap-1 inc-moves">
      <Status status={incident.status} verdict={incident.verdict} />
      <Button
        small
        icon="user"
        hint="a"
        disabled={!may || assign.isPending || incident.blind === true}
        onClick={() => me && assign.mutate({ id: incident.id, person: mine ? null : me.name })}
      >
        {mine ? "With you: let go" : incident.assignee ? `${incident.assignee}: take over` : "Assign to me"}
      </Button>
      {incident.blind ? null : incident.status === "closed" ? (
        <Reopen id={incident.id} may={may} />
      ) : (
        <Button small hint="e" disabled={!may} onClick={onClose}>
          Close…
        </Button>
      )}
    </div>
  );
}

function Verdict({ incident }: { readonly incident: WireIncident }) {
  const found = incident.investigation;
  if (found === undefined) {
    return (
      <section className="card inc-verdict" aria-label="Verdict">
        <h2>Verdict</h2>
        <p className="muted">The investigation has not finished. What the rules saw is under Evidence.</p>
      </section>
    );
  }
  const [cause] = found.rootCauses;
  // The sentence that only repeats the root cause says nothing new beside it.
  const first = found.summary.find((sentence) => cause === undefined || !sentence.text.includes(cause.why));
  return (
    <section className="card inc-verdict" aria-label="Verdict">
      <h2>
        Verdict <Machine verdict={found.verdict} confidence={found.confidence} />
        <span className="muted small">
          {found.by === "deterministic" ? "worked out without a model" : `by ${found.by.model}`}
        </span>
      </h2>
      {first && (
        <p>
          <LogText text={first.text} />
        </p>
      )}
      {cause && (
        <p>
          <span className="label">Root cause</span> <LogText text={cause.why} />{" "}
          <EventChip id={cause.event} label="see event" />
        </p>
      )}
      <KillChain tactics={incident.tactics} spelled />
    </section>
  );
}

function PriorityCard({ incident }: { readonly incident: WireIncident }) {
  return (
    <section className="card" aria-label="Priority">
      <h2>
        Priority <Severity level={incident.severity} />
      </h2>
      <Priority value={incident.priority} level={incident.severity} />
      <details className="fold">
        <summary>Why {Math.round(incident.priority)}?</summary>
        <Why terms={incident.terms} total={incident.priority} />
        {incident.decision && <Decision decision={incident.decision} />}
      </details>
    </section>
  );
}

const NAMES_SHOWN = 4;

function Affected({ incident }: { readonly incident: WireIncident }) {
  const members: readonly Pick<Entity, "kind" | "value">[] =
    incident.investigation?.extent.filter((member) => member.standing !== "exposed").map((member) => member.entity) ??
    incident.entities.filter((entity) => entity.wellKnown !== true);
  const hosts = members.filter((entity) => entity.kind === "host");
  const users = members.filter((entity) => entity.kind === "user");
  return (
    <section className="card" aria-label="Affected">
      <h2>
        Affected{" "}
        <span className="muted">
          {countText(hosts.length, "host")}, {countText(users.length, "account")}
        </span>
      </h2>
      <div className="chips wrap">
        {[...hosts.slice(0, NAMES_SHOWN), ...users.slice(0, NAMES_SHOWN)].map((entity) => (
          <EntityChip key={entity.kind + entity.value} entity={entity} max={26} />
        ))}
        {hosts.length + users.length === 0 && <span className="muted">No host or account named.</span>}
      </div>
    </section>
  );
}

function Clock({ incident }: { readonly incident: WireIncident }) {
  return (
    <section className="card" aria-label="Clock">
      <h2>Clock</h2>
      <dl className="clock">
        <dt>First seen</dt>
        <dd>
          <Time at={incident.firstSeen} />
        </dd>
        <dt>Last seen</dt>
        <dd>
          <Time at={incident.lastSeen} />
        </dd>
        <dt>Spans</dt>
        <dd>{spanText(incident.lastSeen - incident.firstSeen)}</dd>
        <dt>{incident.closedAt === undefined ? "Opened" : "Closed"}</dt>
        <dd>
          <Time at={incident.closedAt ?? incident.openedAt} relative="only" />
        </dd>
      </dl>
    </section>
  );
}
