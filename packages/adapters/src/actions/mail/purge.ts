/**
 * Taking mails out of mailboxes, whatever kind of server holds them.
 * In: a store of mailboxes, and orders. Out: plan, purge, proof, and the way back.
 *
 * PG1. Nothing is destroyed: a purged mail lies where the store keeps such mails and is brought back to the folder that the
 *      plan noted, or to the inbox.
 * PG2. What would be done does not depend on how much of it is done already: the same plan twice.
 * PG3. "Present" (the effect) = none of the mails lies in a readable folder of any of the mailboxes. A mailbox that cannot
 *      be looked into makes it unknown, never present.
 */
import type { Action, ActionPlan } from "@cordon/model/action";
import { messageOf } from "@cordon/model/error";
import type { Json, JsonObject } from "@cordon/model/json";
import type { ActOutcome, Authorised, Probe } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { affectedBy } from "../affected.ts";
import { type ActionDeps, cannotPlan, lookFirst, makePlan, notMine, orderProblem, revertProblem } from "../order.ts";

/** One copy of a mail in a mailbox. */
export interface Copy {
  readonly id: string;
  /** Folder or labels it lies in, as the store names them. */
  readonly place: string;
  readonly purged: boolean;
}

export interface MailStore {
  /** Copies of a mail by its Message-ID, purged ones too. undefined: there is no such mailbox here. */
  find(mailbox: string, messageId: string, stop: Stop): Promise<readonly Copy[] | undefined>;
  purge(mailbox: string, copy: Copy, stop: Stop): Promise<void>;
  restore(mailbox: string, copy: Copy, place: string | undefined, stop: Stop): Promise<void>;
  /** One request or command as it would be sent. */
  readonly effect: (mailbox: string, messageId: string) => string;
}

export interface PurgeSelf {
  readonly name: string;
  readonly domains: readonly string[] | undefined;
  readonly deps: ActionDeps;
  readonly store: MailStore;
}

type Purge = Extract<Action, { kind: "purge-mail" }>;
/** Mailboxes at a time: a tenant's own limit is four calls at once per mailbox, and many more over mailboxes. */
const AT_ONCE = 8;

export const inDomains = (domains: readonly string[] | undefined, address: string): boolean =>
  domains === undefined || domains.some((domain) => address.toLowerCase().endsWith(`@${domain.toLowerCase()}`));

interface Seen {
  readonly mailbox: string;
  readonly messageId: string;
  readonly copies: readonly Copy[] | undefined;
}

async function look({ store }: PurgeSelf, action: Purge, stop: Stop): Promise<readonly Seen[]> {
  const pairs = action.mailboxes.flatMap(({ value: mailbox }) =>
    action.mails.map(({ value: messageId }) => ({ mailbox, messageId })),
  );
  return inTurns(pairs, async ({ mailbox, messageId }) => ({
    ...{ mailbox, messageId, copies: await store.find(mailbox, messageId, stop) },
  }));
}

/** Results in the order of the items, `AT_ONCE` at a time. */
async function inTurns<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(act))));
  return results;
}

export async function planPurge(self: PurgeSelf, action: Action, stop: Stop): Promise<ActionPlan> {
  if (action.kind !== "purge-mail") throw notMine(`${self.name} does not do ${action.kind}`);
  const foreign = action.mailboxes.filter(({ value }) => !inDomains(self.domains, value));
  if (foreign.length === action.mailboxes.length) throw notMine(`${self.name} holds none of these mailboxes`);
  if (foreign.length > 0)
    throw cannotPlan(`${self.name} does not hold ${foreign.map(({ value }) => value).join(", ")}`);
  let seen: readonly Seen[];
  try {
    seen = await look(self, action, stop);
  } catch (error) {
    throw cannotPlan(`${self.name}: ${messageOf(error)}`);
  }
  if (seen.every(({ copies }) => copies === undefined)) {
    // Where the owner said whose they are, it is no one else's: a wrong password must not turn a purge into a simulation.
    const why = `${self.name} opens none of these mailboxes: there are none, or its credentials are wrong`;
    throw self.domains === undefined ? notMine(why) : cannotPlan(why);
  }
  const places: Record<string, Json> = {};
  for (const { mailbox, messageId, copies } of seen) {
    const first = copies?.find(({ purged }) => !purged);
    if (first !== undefined) places[`${mailbox} ${messageId}`] = first.place;
  }
  return makePlan(action, {
    ...{ actuator: self.name, affected: affectedBy(action), undo: "yes", before: { places } },
    effects: seen.map(({ mailbox, messageId, copies }) =>
      copies === undefined ? `no mailbox ${mailbox} here: nothing` : self.store.effect(mailbox, messageId),
    ),
  });
}

export async function probePurge(self: PurgeSelf, action: Action, stop: Stop): Promise<Probe> {
  if (action.kind !== "purge-mail") return { state: "unknown", detail: "not a purge" };
  try {
    const copies = (await look(self, action, stop)).flatMap((seen) => seen.copies ?? []);
    const left = copies.filter(({ purged }) => !purged).length;
    const gone = copies.length - left;
    const detail = `${left} in readable folders, ${gone} set aside`;
    if (left > 0) return { state: "absent", ours: false, detail };
    return { state: "present", ours: gone > 0, detail };
  } catch (error) {
    return { state: "unknown", detail: messageOf(error) };
  }
}

export async function applyPurge(self: PurgeSelf, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const problem = orderProblem(order, self.name, self.deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const { action } = order;
  if (action.kind !== "purge-mail") return { kind: "refused", reason: "not a purge" };
  const looked = await lookFirst(() => look(self, action, stop));
  if ("kind" in looked) return looked;
  return forEachCopy(self, order, {
    seen: looked.seen,
    wanted: ({ purged }) => !purged,
    act: (seen, copy) => self.store.purge(seen.mailbox, copy, stop),
  });
}

export async function revertPurge(self: PurgeSelf, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const problem = revertProblem(order, self.name, self.deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const { action, plan } = order;
  if (action.kind !== "purge-mail") return { kind: "refused", reason: "not a purge" };
  const places = placesOf(plan.before);
  const seen = await look(self, action, stop);
  return forEachCopy(self, order, {
    seen,
    wanted: ({ purged }) => purged,
    act: ({ mailbox, messageId }, copy) =>
      self.store.restore(mailbox, copy, places.get(`${mailbox} ${messageId}`), stop),
  });
}

interface Work {
  readonly seen: readonly Seen[];
  readonly wanted: (copy: Copy) => boolean;
  readonly act: (seen: Seen, copy: Copy) => Promise<void>;
}

/** Part of it done is not done: it is unknown, and what is left is tried again (all of it is set-like). */
async function forEachCopy({ deps }: PurgeSelf, order: Authorised, { seen, wanted, act }: Work): Promise<ActOutcome> {
  const items = seen.flatMap((one) => (one.copies ?? []).filter(wanted).map((copy) => ({ one, copy })));
  const failed: string[] = [];
  await inTurns(items, async ({ one, copy }) => {
    try {
      if (deps.runtime.now() >= order.deadline) throw new Error("the deadline has passed");
      await act(one, copy);
    } catch (error) {
      failed.push(`${one.mailbox}: ${messageOf(error)}`);
    }
  });
  const detail: JsonObject = {
    mails: items.length - failed.length,
    mailboxes: new Set(items.map(({ one }) => one.mailbox)).size,
  };
  return failed.length === 0
    ? { kind: "ok", detail }
    : { kind: "unknown", reason: `${failed.length} of ${items.length} failed: ${failed.slice(0, 3).join("; ")}` };
}

function placesOf(before: JsonObject): ReadonlyMap<string, string> {
  const { places } = before;
  if (typeof places !== "object" || places === null || Array.isArray(places)) return new Map();
  return new Map(Object.entries(places).flatMap(([key, place]) => (typeof place === "string" ? [[key, place]] : [])));
}
