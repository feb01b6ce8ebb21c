/** One stored event with everything that makes it evidence: what it says, where it stands, who rests on it. */
import type { WireEventDetail } from "@cordon/model/api/events";
import type { WireIncident } from "@cordon/model/api/incidents";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { defangDocument } from "../../format/defang.ts";
import { classWord, kindWord } from "../../format/words.ts";
import { Badge, Severity } from "../../ui/badge.tsx";
import { Copy } from "../../ui/copy.tsx";
import { EntityChip } from "../../ui/entity-chip.tsx";
import { Facts, Section } from "../../ui/facts.tsx";
import { JsonTree } from "../../ui/json-tree.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";
import { citedPointers } from "./cited.ts";
import { TryRule } from "./try-rule.tsx";

export function EventView({ detail }: { readonly detail: WireEventDetail }) {
  const { event } = detail;
  const client = useQueryClient();
  const incidents = detail.incidents
    .map((id) => client.getQueryData<WireIncident>(["incident", id]))
    .filter((incident) => incident !== undefined);
  const cited = citedPointers(detail, incidents);
  return (
    <div className="stack">
      <Where detail={detail} />
      <CitedBy detail={detail} />
      <Section title="Entities">
        <div className="chips wrap">
          {event.entities.map((entity) => (
            <span key={`${entity.kind}${entity.role}${entity.value}`} className="pair">
              <span className="muted small">
                {entity.role} {kindWord(entity.kind)}
              </span>
              <EntityChip entity={entity} />
            </span>
          ))}
          {event.entities.length === 0 && <span className="muted">None recognised.</span>}
        </div>
      </Section>
      <Section
        title="Raw record"
        aside={
          <span className="row gap-1">
            {cited.size > 0 && <Badge tone="warn">{cited.size} cited</Badge>}
            <Copy word="Copy defanged" what="the record, defanged" text={() => defangedRecord(detail)} />
          </span>
        }
      >
        <JsonTree value={event.raw} pointer="" cited={cited} />
      </Section>
      <TryRule event={event.id} />
    </div>
  );
}

function defangedRecord({ event }: WireEventDetail): string {
  const domains = event.entities.filter((entity) => entity.kind === "domain").map((entity) => entity.value);
  return defangDocument(JSON.stringify(event.raw, null, 2), domains);
}

function Where({ detail }: { readonly detail: WireEventDetail }) {
  const { event } = detail;
  const { provenance } = event;
  return (
    <Facts
      rows={[
        ["Time", <Time key="t" at={event.time} relative="both" />],
        ["Received", <Time key="r" at={event.receivedAt} />],
        ["Source", <LogText key="s" text={event.shape} mono />],
        ["Class", classWord(event.class)],
        ["Outcome", event.outcome],
        ["Input", <LogText key="i" text={provenance.input} mono />],
        ["Record", String(provenance.position)],
        ["Via", <LogText key="v" text={provenance.via} mono />],
        [
          "Event id",
          <span key="e" className="mono break">
            {event.id}
          </span>,
        ],
        [
          "SHA-256",
          <span key="h" className="mono break">
            {provenance.sha256}
          </span>,
        ],
        ["Mapping", <LogText key="m" text={`${provenance.mapping} ${provenance.version.slice(0, 12)}`} mono />],
        ["Remarks", provenance.remarks?.length ? <Remarks key="k" lines={provenance.remarks} /> : undefined],
      ]}
    />
  );
}

function Remarks({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul className="plain">
      {lines.map((line) => (
        <li key={line}>
          <LogText text={line} />
        </li>
      ))}
    </ul>
  );
}

function CitedBy({ detail }: { readonly detail: WireEventDetail }) {
  if (detail.detections.length === 0 && detail.incidents.length === 0) return null;
  return (
    <Section title="Cited by">
      <ul className="plain rows">
        {detail.detections.map((detection) => (
          <li key={detection.id} className="cited-by">
            <Severity level={detection.severity} />
            <div>
              <LogText text={detection.rule.title} />
              <div className="muted small">
                {detection.matched.map((match) => match.field || "keyword").join(", ") || "whole event"}
                {detection.rule.author && (
                  <>
                    {" · rule by "}
                    <LogText text={detection.rule.author} max={60} />
                  </>
                )}
              </div>
            </div>
          </li>
        ))}
        {detail.incidents.map((id) => (
          <li key={id}>
            <Link to="/incidents/$id" params={{ id }} className="chip">
              Incident {id}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
