/**
 * A sentence is a template over a claim. Enters: a claim and how its entities are called. Leaves: text.
 * Log text appears only as the name of an entity; whoever shows it escapes it.
 */
import type { Entity } from "@cordon/model/entity";
import { unreachable } from "@cordon/model/error";
import { type EventId, nonEmpty } from "@cordon/model/ids";
import type { Claim, Sentence } from "@cordon/model/investigation";

export type Label = (entity: Entity) => string;

/** Names longer than this are cut in sentences; the evidence has them whole. */
const NAME_MAX = 160;
const EVENTS_MAX = 20;

export function textOfClaim(claim: Claim, label: Label): string {
  const subject = clip(label(claim.subject));
  const object = claim.object === undefined ? "" : clip(label(claim.object));
  switch (claim.predicate) {
    case "executed":
      return object === "" ? `${subject} ran` : `${subject} ran ${object}`;
    case "spawned":
      return `${subject} started ${object}`;
    case "connected":
      return `${subject} connected to ${object}`;
    case "resolved":
      return `${subject} looked up ${object}`;
    case "logged-on":
      return object === "" ? `${subject} logged on` : `${subject} logged on to ${object}`;
    case "failed-logon":
      return object === "" ? `${subject} failed to log on` : `${subject} failed to log on to ${object}`;
    case "wrote":
      return `${subject} wrote ${object}`;
    case "modified":
      return `${subject} changed ${object}`;
    case "loaded":
      return `${subject} loaded ${object}`;
    case "accessed-process":
      return `${subject} opened the memory of ${object}`;
    case "created-persistence":
      return object === ""
        ? `${subject} set something to start by itself`
        : `${subject} set ${object} to start by itself`;
    case "accessed-credential":
      return `${subject} read credentials${object === "" ? "" : ` of ${object}`}`;
    case "disabled-control":
      return `${subject} switched off ${object === "" ? "a control" : object}`;
    case "changed-account":
      return `${subject} changed ${object === "" ? "an account" : `the account ${object}`}`;
    case "called-api":
      return `${subject} called ${callOf(claim)}${object === "" ? "" : ` on ${object}`}`;
    case "assumed-role":
      return `${subject} took a role${object === "" ? "" : ` and got the key ${object}`}`;
    case "requested":
      return `${subject} requested ${object}`;
    case "detected-by":
      return `The rule "${object}" fired on ${subject}`;
    case "count-of":
      return `${subject} tried to log on ${claim.count ?? 0} times`;
    case "first-seen":
      return `${subject} was seen for the first time`;
    case "preceded":
      return `${subject} came before ${object}`;
    case "received":
      return object === "" ? `${subject} received the mail` : `${subject} received the mail (${object})`;
    case "replied":
      return `${subject} answered to ${object}`;
    case "submitted":
      return `${subject} sent something to ${object}`;
    default:
      return unreachable(claim.predicate);
  }
}

/** The call's name stands in the citation that shows it. */
function callOf(claim: Claim): string {
  const name = claim.cites.find((cite) => /\/(eventName|operationName|methodName)$/i.test(cite.pointer))?.expected;
  return typeof name === "string" ? clip(name) : "an interface";
}

const clip = (text: string): string => (text.length <= NAME_MAX ? text : `${text.slice(0, NAME_MAX - 1)}…`);

/** No sentence without claims, and none without events. */
export function sentenceOf(text: string, claims: readonly (Claim | undefined)[]): Sentence | undefined {
  const known = claims.flatMap((claim) => claim ?? []);
  const ids: readonly EventId[] = [...new Set(known.flatMap((claim) => claim.cites.map((cite) => cite.event)))];
  const events = nonEmpty(ids.slice(0, EVENTS_MAX));
  if (events === undefined) return undefined;
  return { text, claims: [...new Set(known.map((claim) => claim.id))], events };
}
