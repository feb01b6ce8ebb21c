/** From the nouns to the wire: summaries, cursors and query parameters. */

import type { LedgerRow } from "@cordon/model/action";
import type { zEventQuery } from "@cordon/model/api/events";
import type { WireIncidentSummary } from "@cordon/model/api/incidents";
import { canonicalise } from "@cordon/model/canonical";
import { ENTITY_KINDS, type EntityKind } from "@cordon/model/entity";
import { AppError } from "@cordon/model/error";
import { eventId } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import type { EventQuery, FieldTest } from "@cordon/model/query";
import { instant } from "@cordon/model/time";
import type { z } from "zod";

const LIST_MAX = 8; // names shown in a row of the queue

export function summaryOf(incident: Incident): WireIncidentSummary {
  const named = (kind: EntityKind): string[] => [
    ...new Set(
      incident.entities
        .filter((entity) => entity.kind === kind && entity.wellKnown !== true)
        .map((entity) => entity.value),
    ),
  ];
  const root = incident.investigation?.rootCauses[0];
  return {
    id: incident.id,
    title: incident.title,
    status: incident.status,
    priority: incident.priority,
    severity: incident.severity,
    terms: [...incident.terms],
    openedAt: incident.openedAt,
    updatedAt: incident.updatedAt,
    firstSeen: incident.firstSeen,
    lastSeen: incident.lastSeen,
    detections: incident.detections.length,
    repeats: incident.detections.reduce((sum, joined) => sum + joined.times - 1, 0),
    hosts: named("host").slice(0, LIST_MAX),
    users: named("user").slice(0, LIST_MAX),
    techniques: [...incident.techniques],
    tactics: [...incident.tactics],
    approvalsWaiting: incident.actions.filter(
      (action) => action.state === "proposed" && action.policy.outcome === "needs-approval",
    ).length,
    ...(incident.investigation === undefined ? {} : { machineVerdict: incident.investigation.verdict }),
    ...(root === undefined ? {} : { rootCause: root.why }),
    ...(incident.assignee === undefined ? {} : { assignee: incident.assignee }),
    ...(incident.verdict === undefined ? {} : { verdict: incident.verdict }),
  };
}

export function approvalOf(row: LedgerRow, incident: Incident, refusal: string | undefined) {
  const action = incident.actions.find((each) => each.key === row.key);
  const { key, plan, policy, grants, proposedAt, approvalUntil } = row;
  return {
    key,
    incident: { id: incident.id, title: incident.title, priority: incident.priority, severity: incident.severity },
    action: row.action,
    plan,
    policy,
    grants,
    reason: incident.runs.find((run) => run.run === row.origin.run)?.reason ?? action?.reason ?? "",
    playbook: row.origin.playbook,
    proposedAt,
    ...(approvalUntil === undefined ? {} : { approvalUntil }),
    ...(refusal === undefined ? {} : { refusal }),
  };
}

type RawEventQuery = z.infer<typeof zEventQuery>;

/** Throws AppError `query-invalid` naming the parameter. */
export function eventQueryOf(query: RawEventQuery): EventQuery {
  const classes = listOf(query.class).map((text) => {
    const number = Number(text);
    if (!Number.isInteger(number)) throw new AppError("query-invalid", `class: "${text}" is not an OCSF class_uid`);
    return number;
  });
  const entities = listOf(query.entity).map(entityOf);
  const fields = listOf(query.field).map(fieldOf);
  const sources = listOf(query.source);
  return {
    ...(query.from === undefined ? {} : { from: instant(query.from) }),
    ...(query.to === undefined ? {} : { to: instant(query.to) }),
    ...(entities.length === 0 ? {} : { entities }),
    ...(sources.length === 0 ? {} : { sources }),
    ...(classes.length === 0 ? {} : { classes }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(query.q === undefined || query.q === "" ? {} : { text: query.q }),
    order: query.order,
    limit: query.limit,
    ...(query.after === undefined ? {} : { after: cursorOf(query.after) }),
  };
}

function listOf(value: string | string[] | undefined): readonly string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function entityOf(text: string): { kind: EntityKind; value: string } {
  const at = text.indexOf(":");
  const kind = ENTITY_KINDS.find((each) => each === text.slice(0, at));
  if (at < 1 || kind === undefined)
    throw new AppError(
      "query-invalid",
      `entity: "${text}" must be kind:value with kind one of ${ENTITY_KINDS.join(", ")}`,
    );
  const value = text.slice(at + 1);
  return { kind, value: canonicalise(kind, value)?.value ?? value };
}

const OPS = ["eq", "contains", "startswith", "endswith", "exists"] as const;

function fieldOf(text: string): FieldTest {
  const [field = "", opText = "", ...rest] = text.split(":");
  const op = OPS.find((each) => each === opText);
  if (field === "" || op === undefined)
    throw new AppError("query-invalid", `field: "${text}" must be name:op:value with op one of ${OPS.join(", ")}`);
  if (op !== "exists" && rest.length === 0) throw new AppError("query-invalid", `field: "${text}" has no value`);
  return op === "exists" ? { field, op } : { field, op, value: rest.join(":") };
}

export function cursorFor(event: { readonly time: number; readonly id: string }): string {
  return Buffer.from(`${event.time}|${event.id}`).toString("base64url");
}

function cursorOf(text: string): { time: ReturnType<typeof instant>; id: ReturnType<typeof eventId> } {
  const [time = "", id = ""] = Buffer.from(text, "base64url").toString().split("|");
  if (!/^-?\d{1,16}$/.test(time) || id === "")
    throw new AppError("query-invalid", "after: not a cursor of this server");
  return { time: instant(Number(time)), id: eventId(id) };
}
