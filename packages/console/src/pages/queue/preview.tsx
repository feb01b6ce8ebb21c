/** The incident in short, beside the queue: enough to decide whether to open it. */
import type { WireIncidentSummary } from "@cordon/model/api/incidents";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { incidentQuery } from "../../api/queries.ts";
import { Machine, Priority, Severity, Status } from "../../ui/badge.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { Section } from "../../ui/facts.tsx";
import { KillChain } from "../../ui/kill-chain.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Loaded } from "../../ui/state.tsx";
import { NextBox } from "../incident/next-box.tsx";
import { Why } from "../incident/why.tsx";

export function Preview({
  incident,
  onClose,
}: {
  readonly incident: WireIncidentSummary;
  readonly onClose: () => void;
}) {
  const ask = useQuery(incidentQuery(incident.id));
  return (
    <Drawer
      label="Preview"
      title={<LogText text={incident.title} max={90} />}
      onClose={onClose}
      actions={
        <Link to="/incidents/$id" params={{ id: incident.id }} className="btn btn-primary btn-small">
          Open
        </Link>
      }
    >
      <div className="stack">
        <div className="row wrap">
          <Priority value={incident.priority} level={incident.severity} />
          <Severity level={incident.severity} />
          <Status status={incident.status} verdict={incident.verdict} />
          {incident.machineVerdict && <Machine verdict={incident.machineVerdict} />}
        </div>
        <KillChain tactics={incident.tactics} spelled />
        <Loaded ask={ask} what="incident">
          {(full) => (
            <>
              <NextBox incident={full} />
              <Section title="What happened">
                <ul className="plain rows">
                  {(full.investigation?.summary ?? []).map((sentence) => (
                    <li key={sentence.text}>
                      <LogText text={sentence.text} />
                    </li>
                  ))}
                  {full.investigation === undefined && <li className="muted">Not investigated yet.</li>}
                </ul>
              </Section>
            </>
          )}
        </Loaded>
        <Section title="Why this priority">
          <Why terms={incident.terms} total={incident.priority} />
        </Section>
      </div>
    </Drawer>
  );
}
