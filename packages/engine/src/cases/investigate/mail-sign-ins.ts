/**
 * Sign-ins after a click, from where the account had not been before. Enters: who received and who followed. Leaves: facts.
 *
 * MI1. New is: a public address from which none of the account's earlier sign-ins of `BEFORE_MS` came, and which is not the
 *      one the click itself came from. Without an earlier sign-in to compare with, nothing is called new.
 * MI2. Where clicks name no account, the accounts of all recipients are looked at, from the first click on.
 */
import { isPublicAddress } from "@cordon/model/address-scope";
import type { Event } from "@cordon/model/event";
import { DAY, type Instant, instant } from "@cordon/model/time";
import { CLASS, type Fact, find } from "./facts.ts";
import type { Inquiry } from "./inquiry.ts";
import { made } from "./mail-seeds.ts";
import { KEYS_MAX } from "./questions.ts";

const BEFORE_MS = 30 * DAY;
const ROWS = 2_000;

export async function findSignIns(
  { questions }: Inquiry,
  given: { readonly received: readonly Fact[]; readonly visits: readonly Fact[]; readonly to: Instant },
): Promise<{ readonly facts: readonly Fact[]; readonly looked: boolean }> {
  const { received, visits, to } = given;
  if (visits.length === 0) return { facts: [], looked: false };
  const named = visits.filter(({ subject }) => subject.kind === "user").map(({ subject }) => subject.value);
  const accounts = named.length > 0 ? named : received.map(({ subject }) => subject.value);
  const entities = [...new Set(accounts.flatMap(namesOf))].slice(0, KEYS_MAX).map((value) => ({
    ...{ kind: "user" as const, value },
  }));
  if (entities.length === 0) return { facts: [], looked: false };
  const since = instant(Math.min(...visits.map(({ at }) => at)));
  const earlier = await questions.ask("From where did these accounts sign in before?", {
    ...{ entities, classes: [CLASS.logon], from: instant(since - BEFORE_MS), to: since },
    ...{ order: "newest", limit: ROWS },
  });
  const later = await questions.ask("From where did they sign in afterwards?", {
    ...{ entities, classes: [CLASS.logon], from: since, to, order: "oldest", limit: ROWS },
  });
  const clickedFrom = new Set(visits.flatMap(({ event }) => find(event, "ip", "src")?.value ?? []));
  return { facts: newPlaces(earlier, later, clickedFrom), looked: earlier.length + later.length > 0 };
}

/** A directory calls the same account by its address, or by the part before the @. */
const namesOf = (account: string): readonly string[] => {
  const lower = account.toLowerCase();
  return lower.includes("@") ? [lower, lower.slice(0, lower.indexOf("@"))] : [lower];
};

/** MI1; one fact for each account and address. */
function newPlaces(
  earlier: readonly Event[],
  later: readonly Event[],
  clickedFrom: ReadonlySet<string>,
): readonly Fact[] {
  const before = new Map<string, Set<string>>();
  for (const event of earlier) {
    const account = find(event, "user", "target", "actor")?.value;
    const address = find(event, "ip", "src")?.value;
    if (account === undefined || address === undefined || event.outcome === "failure") continue;
    before.set(account, (before.get(account) ?? new Set()).add(address));
  }
  const facts = new Map<string, Fact>();
  for (const event of later) {
    const user = find(event, "user", "target", "actor");
    const address = find(event, "ip", "src");
    if (user === undefined || address === undefined || event.outcome === "failure") continue;
    const known = before.get(user.value);
    if (known === undefined || known.has(address.value) || clickedFrom.has(address.value)) continue;
    if (!isPublicAddress(address.value)) continue;
    const key = `${user.value} ${address.value}`;
    if (!facts.has(key)) facts.set(key, made("logged-on", event, user, address));
  }
  return [...facts.values()];
}
