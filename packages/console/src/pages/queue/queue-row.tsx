import type { WireIncidentSummary } from "@cordon/model/api/incidents";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { countText } from "../../format/words.ts";
import { Badge, Machine, Priority, Severity, Status, Terms } from "../../ui/badge.tsx";
import { Icon } from "../../ui/icon.tsx";
import { KillChain } from "../../ui/kill-chain.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";
import { rememberOpened } from "./last-open.ts";
import type { ShownRow } from "./merge-rows.ts";

interface Props {
  readonly row: ShownRow;
  readonly index: number;
  readonly current: boolean;
  readonly peeked: boolean;
  readonly picked: boolean;
  readonly toggle: (id: string) => void;
  readonly focus: (index: number) => void;
}

export const QueueRow = memo(function QueueRow({ row, index, current, peeked, picked, toggle, focus }: Props) {
  const { incident, gone } = row;
  const classes = ["qrow", current && "row-at", peeked && "row-peek", picked && "qrow-picked", gone && "qrow-gone"];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are bound once for the whole list (j, k, o, Enter).
    // biome-ignore lint/a11y/noStaticElementInteractions: pressing beside the title only moves the cursor.
    <div
      aria-current={current ? "true" : undefined}
      className={classes.filter(Boolean).join(" ")}
      onClick={() => focus(index)}
    >
      <span className="q-check">
        <input
          type="checkbox"
          checked={picked}
          onChange={() => toggle(incident.id)}
          aria-label={`Select ${incident.id}`}
          tabIndex={current ? 0 : -1}
        />
      </span>
      <span className="q-prio">
        <Priority value={incident.priority} level={incident.severity} />
        <Severity level={incident.severity} />
      </span>
      <span className="q-what">
        <Link
          to="/incidents/$id"
          params={{ id: incident.id }}
          className="q-title"
          onFocus={() => focus(index)}
          onClick={() => rememberOpened(incident.id)}
        >
          <LogText text={incident.title} max={140} />
        </Link>
        <span className="q-cause">
          {incident.machineVerdict && <Machine verdict={incident.machineVerdict} />}
          {incident.rootCause ? (
            <LogText text={incident.rootCause} max={150} className="muted" />
          ) : (
            <span className="muted">{incident.machineVerdict ? "No root cause found" : "Not investigated yet"}</span>
          )}
        </span>
        <Terms terms={incident.terms} max={4} />
      </span>
      <span className="q-who">
        <Names icon="host" names={incident.hosts} word="host" />
        <Names icon="user" names={incident.users} word="account" />
      </span>
      <span className="q-chain">
        <KillChain tactics={incident.tactics} />
        <span className="muted small">
          {countText(incident.detections, "detection")}
          {incident.repeats > 0 && `, ${countText(incident.repeats, "repeat")}`}
        </span>
      </span>
      <span className="q-state">
        <State incident={incident} gone={gone} />
      </span>
      <span className="q-age">
        <b>
          <Time at={incident.lastSeen} relative="only" />
        </b>
        <span className="muted small">
          <Time at={incident.lastSeen} />
        </span>
      </span>
    </div>
  );
});

function State({ incident, gone }: { readonly incident: WireIncidentSummary; readonly gone: boolean }) {
  return (
    <>
      {incident.approvalsWaiting > 0 ? (
        <Link to="/approvals" className="q-approve">
          <Badge tone="warn">
            <Icon name="approve" size={12} /> {incident.approvalsWaiting} to approve
          </Badge>
        </Link>
      ) : (
        <Status status={incident.status} verdict={incident.verdict} />
      )}
      <span className="muted small">
        {gone ? (
          "left this view"
        ) : incident.blind ? (
          "second verdict asked"
        ) : incident.assignee ? (
          <LogText text={incident.assignee} max={18} />
        ) : (
          "unassigned"
        )}
      </span>
    </>
  );
}

function Names(props: { readonly icon: "host" | "user"; readonly names: readonly string[]; readonly word: string }) {
  const [first] = props.names;
  if (first === undefined) return <span className="muted small">no {props.word}</span>;
  return (
    <span className="q-name">
      <Icon name={props.icon} size={13} />
      <span className="sr">{props.word} </span>
      <LogText text={first} max={22} mono />
      {props.names.length > 1 && <span className="muted small">+{props.names.length - 1}</span>}
    </span>
  );
}
