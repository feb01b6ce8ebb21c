import type { WireApproval } from "@cordon/model/api/actions";
import { Link } from "@tanstack/react-router";
import { ACTION_WORD, countText, HIGH_IMPACT, kindWord } from "../../format/words.ts";
import { Badge, Priority, Severity } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Copy } from "../../ui/copy.tsx";
import { EntityText } from "../../ui/entity-chip.tsx";
import { EventChips } from "../../ui/event-chip.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Countdown, Time } from "../../ui/time.tsx";
import { Effects, undoText } from "./effects.tsx";
import { targetOf } from "./target.ts";

interface Props {
  readonly card: WireApproval;
  readonly current: boolean;
  readonly approve: () => void;
  readonly deny: () => void;
}

export function ApprovalCard({ card, current, approve, deny }: Props) {
  const target = targetOf(card.action);
  return (
    <article
      className={current ? "card approval approval-at" : "card approval"}
      aria-current={current ? "true" : undefined}
      data-key={card.key}
      aria-label={ACTION_WORD[card.action.kind]}
    >
      <header className="approval-head">
        <h2>
          {ACTION_WORD[card.action.kind]} {target && <EntityText entity={target} max={60} />}
        </h2>
        {HIGH_IMPACT.has(card.action.kind) && (
          <Badge tone="bad">
            <Icon name="alert" size={12} /> high impact
          </Badge>
        )}
        {card.approvalUntil !== undefined && <Countdown until={card.approvalUntil} word="lapses in" />}
      </header>
      <Link to="/incidents/$id" params={{ id: card.incident.id }} className="approval-incident">
        <Priority value={card.incident.priority} level={card.incident.severity} />
        <Severity level={card.incident.severity} />
        <LogText text={card.incident.title} max={110} />
      </Link>
      <Effects plan={card.plan} />
      <Facts card={card} />
      <footer className="row wrap">
        {card.refusal === undefined ? (
          <>
            <Button look="primary" icon="check" {...(current ? { hint: "a" } : {})} onClick={approve}>
              Approve…
            </Button>
            <Button icon="close" {...(current ? { hint: "r" } : {})} onClick={deny}>
              Deny…
            </Button>
          </>
        ) : (
          <p className="notice tone-warn">
            <Icon name="alert" /> You may not approve this: <LogText text={card.refusal} />
          </p>
        )}
        <span className="grow" />
        <PlanHash hash={card.plan.hash} />
      </footer>
    </article>
  );
}

function Facts({ card }: { readonly card: WireApproval }) {
  const target = targetOf(card.action);
  const given = card.grants.length;
  return (
    <dl className="approval-facts">
      <dt>Why</dt>
      <dd>
        <LogText text={card.reason} />
      </dd>
      <dt>Hits</dt>
      <dd className="chips wrap">
        {card.plan.affected.map((entity) => (
          <span key={entity.kind + entity.value}>
            <span className="muted small">{kindWord(entity.kind)}</span> <EntityText entity={entity} />
          </span>
        ))}
        {card.plan.affected.length === 0 && <span className="muted">nobody named by the plan</span>}
      </dd>
      <dt>Undo</dt>
      <dd>{undoText(card.plan)}</dd>
      {target && (
        <>
          <dt>Evidence</dt>
          <dd className="row wrap gap-1">
            <EventChips ids={target.evidence} />
            {target.control === "attacker" && <Badge tone="warn">the attacker could have chosen this value</Badge>}
          </dd>
        </>
      )}
      <dt>Asked by</dt>
      <dd>
        {card.policy.reasons.map((reason) => (
          <div key={reason}>
            <LogText text={reason} />
          </div>
        ))}
        <span className="muted small mono">{card.policy.policies.join(", ")}</span>
      </dd>
      <dt>Votes</dt>
      <dd>
        {given} of {countText(card.policy.approvalsNeeded, "approval")}
        {card.grants.map((grant) => (
          <span key={grant.at} className="muted">
            {" "}
            · {"person" in grant.by ? <LogText text={grant.by.person} /> : grant.by.policy}
          </span>
        ))}
      </dd>
      <dt>From</dt>
      <dd>
        playbook <LogText text={card.playbook} /> · <Time at={card.proposedAt} relative="both" />
      </dd>
    </dl>
  );
}

function PlanHash({ hash }: { readonly hash: string }) {
  return (
    <details className="hash">
      <summary>
        plan <span className="mono">{hash.slice(0, 8)}</span>
      </summary>
      <span className="mono break">{hash}</span>
      <Copy what="the plan hash" text={() => hash} />
    </details>
  );
}
