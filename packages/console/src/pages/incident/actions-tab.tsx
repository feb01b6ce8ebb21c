/** What was proposed, allowed, done and undone, with the proof of each. */
import type { WireIncident, WireIncidentAction } from "@cordon/model/api/incidents";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { actionsQuery, meQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { ACTION_WORD, LEDGER_WORD, ledgerTone } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { EntityText } from "../../ui/entity-chip.tsx";
import { Section } from "../../ui/facts.tsx";
import { JsonTree } from "../../ui/json-tree.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Empty } from "../../ui/state.tsx";
import { Countdown, Time } from "../../ui/time.tsx";
import { Effects } from "../approvals/effects.tsx";
import { targetOf } from "../approvals/target.ts";
import { waitsForPerson } from "./next-click.ts";
import { Revert } from "./revert.tsx";

const NONE_CITED: ReadonlySet<string> = new Set();

export function ActionsTab({ incident }: { readonly incident: WireIncident }) {
  const ledger = useQuery(actionsQuery).data?.items ?? [];
  return (
    <div className="stack">
      {incident.tasks.length > 0 && (
        <Section title="Tasks for a person">
          <ul className="rows">
            {incident.tasks.map((task) => (
              <li key={task.task}>
                <LogText text={task.text} />{" "}
                <span className="muted small">
                  <Time at={task.at} relative="only" />
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {incident.actions.length === 0 && (
        <Empty icon="approve" title="No action was proposed">
          <p className="muted">Playbooks propose actions once the investigation names a target that policy allows.</p>
        </Empty>
      )}
      {incident.actions.map((action) => (
        <ActionCard
          key={action.key}
          action={action}
          revertAt={ledger.find((row) => row.key === action.key)?.revertAt}
        />
      ))}
      {incident.runs.length > 0 && <Runs incident={incident} />}
    </div>
  );
}

function ActionCard({
  action,
  revertAt,
}: {
  readonly action: WireIncidentAction;
  readonly revertAt: number | undefined;
}) {
  const target = targetOf(action.action);
  const me = useQuery(meQuery).data;
  return (
    <article className="card action" aria-label={ACTION_WORD[action.action.kind]}>
      <header className="row wrap">
        <h3>
          {ACTION_WORD[action.action.kind]} {target && <EntityText entity={target} />}
        </h3>
        <Badge tone={ledgerTone(action.state)}>{LEDGER_WORD[action.state]}</Badge>
        {action.state === "verified" && revertAt !== undefined && <Countdown until={revertAt} word="undone in" />}
        <span className="grow" />
        {waitsForPerson(action) && (
          <Link to="/approvals" search={{ key: action.key }} className="btn btn-primary btn-small">
            Review
          </Link>
        )}
        {action.state === "verified" && action.plan.undo !== "no" && (
          <Revert action={action} may={me !== undefined && mayAct(me.role, "revertAction")} />
        )}
      </header>
      <p>
        <LogText text={action.reason} />
      </p>
      <Effects plan={action.plan} />
      <ol className="states" aria-label="Course of the action">
        <li>
          <b>Proposed</b> <Time at={action.proposedAt} />
        </li>
        {action.grants.map((grant) => (
          <li key={grant.at + JSON.stringify(grant.by)}>
            <b>Allowed</b> by{" "}
            {"person" in grant.by ? (
              <LogText text={grant.by.person} />
            ) : (
              <span>
                policy <span className="mono">{grant.by.policy}</span>
              </span>
            )}{" "}
            <Time at={grant.at} />
          </li>
        ))}
        {action.state !== "proposed" && (
          <li>
            <b>{LEDGER_WORD[action.state]}</b> <Time at={action.movedAt} />
          </li>
        )}
      </ol>
      {Object.keys(action.detail).length > 0 && (
        <details className="fold">
          <summary>Details of the moves</summary>
          <JsonTree value={action.detail} pointer="" cited={NONE_CITED} />
        </details>
      )}
    </article>
  );
}

function Runs({ incident }: { readonly incident: WireIncident }) {
  return (
    <Section title="Playbook runs">
      <table className="table">
        <thead>
          <tr>
            <th>Playbook</th>
            <th>State</th>
            <th>Started</th>
            <th>Steps</th>
          </tr>
        </thead>
        <tbody>
          {incident.runs.map((run) => (
            <tr key={run.run}>
              <td>
                <LogText text={run.playbook} />
              </td>
              <td>{run.state}</td>
              <td>
                <Time at={run.startedAt} />
              </td>
              <td>{run.steps.length}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
