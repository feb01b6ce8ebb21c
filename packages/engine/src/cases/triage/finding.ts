/**
 * What an investigation may add to a priority: one quantised finding that no single rule could see.
 * Enters: a folded incident. Leaves: who guessed whose password and got in, or nothing.
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
