/**
 * What an investigation may add to a priority: one quantised finding that no single rule could see.
 * Enters: a folded incident. Leaves: who guessed whose password and got in, how far a phishing mail got, or nothing.
 *
 * N1. It reads claims by predicate, count and entity, never free text; and it may only raise.
 */
import { type Entity, entityKey } from "@cordon/model/entity";
import type { Incident } from "@cordon/model/incident";
import type { Instant } from "@cordon/model/time";

/** Attempts from one address from which on it is guessing, not a typing error. */
export const GUESSES_MIN = 10;

export interface Guessed {
  readonly address: Entity;
  readonly attempts: number;
  readonly account: Entity;
  readonly host?: Entity;
  readonly at: Instant;
}

/** How far a mail got, the furthest: an account used from a new place, data sent to the link's host, a link followed. */
export function phishedIn({
  investigation,
}: Pick<Incident, "investigation">): { points: number; why: string } | undefined {
  const found = investigation?.phishing;
  if (found === undefined) return undefined;
  const [used] = found.signedIn;
  if (used !== undefined)
    return { points: 10, why: `${used.who.value} signed in from a new place after following a link of the mail` };
  const [sent] = found.submitted.filter(({ stopped }) => stopped !== true);
  if (sent !== undefined) return { points: 8, why: `${sent.who.value} sent something to the link's host` };
  const clicked = found.clicked.filter(({ stopped }) => stopped !== true).length;
  return clicked === 0 ? undefined : { points: 4, why: `${clicked} followed a link of the mail` };
}

/** Attempts are counted only for an address from which a logon then worked: the claim of that logon says whose it was. */
export function guessedIn({ investigation }: Pick<Incident, "investigation">): Guessed | undefined {
  if (investigation === undefined) return undefined;
  for (const { predicate, subject, count } of investigation.claims) {
    if (predicate !== "count-of" || (count ?? 0) < GUESSES_MIN) continue;
    const root = investigation.rootCauses.find(
      ({ entity, boundary }) => boundary === "remote-logon" && entityKey(entity) === entityKey(subject),
    );
    const logon = investigation.claims.find(
      ({ id, predicate: said }) => said === "logged-on" && root?.chain.includes(id),
    );
    if (logon === undefined) continue;
    const { object, subject: account, at } = logon;
    return {
      ...{ address: subject, attempts: count ?? 0, account, at: at ?? investigation.at },
      ...(object?.kind === "host" ? { host: object } : {}),
    };
  }
  return undefined;
}
