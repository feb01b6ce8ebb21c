/**
 * Microsoft 365: mails out of mailboxes (Graph), senders and links refused (tenant allow/block list of Exchange Online),
 * sessions ended (Graph).
 *
 * M1. A purged mail is moved to Recoverable Items: its reader cannot see it, an administrator or `revert` can bring it back.
 * M2. A block carries the tenant's own expiry beside ours.
 * M3. Ended sessions cannot be given back; people sign in again.
 */
import type { Action, ActionPlan } from "@cordon/model/action";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { messageOf } from "@cordon/model/error";
import { isJsonObject, type JsonObject } from "@cordon/model/json";
import type { ActionPort, ActOutcome, Authorised, Probe } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { instant, isoTime } from "@cordon/model/time";
import { affectedBy } from "../affected.ts";
import { type ActionDeps, makePlan, notMine, orderProblem, revertProblem } from "../order.ts";
import { callJson, type HttpCall, makeTokens } from "./http-json.ts";
import {
  applyPurge,
  type Copy,
  inDomains,
  type MailStore,
  type PurgeSelf,
  planPurge,
  probePurge,
  revertPurge,
} from "./purge.ts";

type Config = ActionConfigOf<"m365">;
const KINDS = ["purge-mail", "block-sender", "block-link", "revoke-sessions"] as const;
const PURGED = "recoverableitemsdeletions";
/** Copies of one mail in one mailbox. */
const COPIES_MAX = 25;

interface Self {
  readonly config: Config;
  readonly deps: ActionDeps;
  readonly graph: (
    call: Omit<HttpCall, "url"> & { readonly path: string },
    stop: Stop,
  ) => Promise<{ status: number; json: JsonObject }>;
  readonly exchange: (cmdlet: string, parameters: JsonObject, stop: Stop) => Promise<JsonObject>;
}

export function makeM365(config: Config, deps: ActionDeps): ActionPort {
  const self = connect(config, deps);
  const purge: PurgeSelf = { name: config.name, domains: config.domains, deps, store: storeOf(self) };
  return {
    ...{ name: config.name, kinds: config.handles ?? KINDS, redo: "set-like", simulated: false },
    plan: (action, ttlMs, stop) =>
      action.kind === "purge-mail" ? planPurge(purge, action, stop) : plan(self, action, ttlMs),
    probe: (action, _key, stop) =>
      action.kind === "purge-mail" ? probePurge(purge, action, stop) : probe(self, action, stop),
    apply: (order, stop) =>
      order.action.kind === "purge-mail" ? applyPurge(purge, order, stop) : apply(self, order, stop),
    verify: (order, stop) =>
      order.action.kind === "purge-mail" ? probePurge(purge, order.action, stop) : verify(self, order, stop),
    revert: (order, stop) =>
      order.action.kind === "purge-mail" ? revertPurge(purge, order, stop) : revert(self, order, stop),
  };
}

function connect(config: Config, deps: ActionDeps): Self {
  const parts = { runtime: deps.runtime, timeoutMs: config.timeoutMs };
  const { tenant, clientId, clientSecret } = config;
  const tokens = makeTokens(
    async (scope, stop) => {
      const form = { client_id: clientId, client_secret: clientSecret, scope, grant_type: "client_credentials" };
      const url = `${config.loginUrl}/${tenant}/oauth2/v2.0/token`;
      return (await callJson(parts, { method: "POST", url, body: new URLSearchParams(form).toString() }, stop)).json;
    },
    () => deps.runtime.now(),
  );
  const bearer = async (resource: string, stop: Stop) => ({
    authorization: `Bearer ${await tokens(`${resource}/.default`, stop)}`,
  });
  return {
    ...{ config, deps },
    graph: async ({ path, headers, ...call }, stop) =>
      callJson(
        parts,
        {
          ...{ ...call, url: `${config.graphUrl}/v1.0${path}` },
          headers: { ...(await bearer(config.graphUrl, stop)), prefer: 'IdType="ImmutableId"', ...headers },
        },
        stop,
      ),
    exchange: async (CmdletName, Parameters, stop) => {
      const url = `${config.exchangeUrl}/adminapi/beta/${tenant}/InvokeCommand`;
      const body = { CmdletInput: { CmdletName, Parameters } };
      return (
        await callJson(parts, { method: "POST", url, body, headers: await bearer(config.exchangeUrl, stop) }, stop)
      ).json;
    },
  };
}

const user = (address: string): string => `/users/${encodeURIComponent(address)}`;

function storeOf({ graph }: Self): MailStore {
  const list = async (path: string, messageId: string, stop: Stop) => {
    // A quote in the id is doubled: OData knows no other escape.
    const filter = `internetMessageId eq '<${messageId.replaceAll("'", "''")}>'`;
    const query = new URLSearchParams({ $filter: filter, $select: "id,parentFolderId", $top: String(COPIES_MAX) });
    const { status, json } = await graph({ method: "GET", path: `${path}?${query}`, allow: [404] }, stop);
    return status === 404 ? undefined : Array.isArray(json.value) ? json.value.filter(isJsonObject) : [];
  };
  const copyOf = (row: JsonObject, purged: boolean): readonly Copy[] =>
    typeof row.id === "string"
      ? [{ id: row.id, place: typeof row.parentFolderId === "string" ? row.parentFolderId : "inbox", purged }]
      : [];
  const move = async (mailbox: string, id: string, destinationId: string, stop: Stop): Promise<number> =>
    (
      await graph(
        {
          ...{ method: "POST", path: `${user(mailbox)}/messages/${encodeURIComponent(id)}/move` },
          ...{ body: { destinationId }, allow: [404] },
        },
        stop,
      )
    ).status;
  return {
    async find(mailbox, messageId, stop) {
      const live = await list(`${user(mailbox)}/messages`, messageId, stop);
      if (live === undefined) return undefined;
      const gone = (await list(`${user(mailbox)}/mailFolders/${PURGED}/messages`, messageId, stop)) ?? [];
      const purged = new Set(gone.map(({ id }) => id));
      return [
        ...live.filter(({ id }) => !purged.has(id ?? "")).flatMap((row) => copyOf(row, false)),
        ...gone.flatMap((row) => copyOf(row, true)),
      ];
    },
    async purge(mailbox, { id }, stop) {
      // 404: its reader was faster and deleted it.
      await move(mailbox, id, PURGED, stop);
    },
    async restore(mailbox, { id }, place, stop) {
      // The folder may be gone by now.
      if ((await move(mailbox, id, place ?? "inbox", stop)) === 404) await move(mailbox, id, "inbox", stop);
    },
    effect: (mailbox, messageId) => `POST ${user(mailbox)}/messages/<${messageId}>/move to ${PURGED}`,
  };
}

/** What a block or a session is about; undefined when it is not ours. */
function listOf(action: Action): { readonly type: "Sender" | "Url"; readonly entry: string } | undefined {
  if (action.kind === "block-sender") return { type: "Sender", entry: action.sender.value.toLowerCase() };
  if (action.kind !== "block-link") return undefined;
  // The list knows no scheme, and a bare domain covers what lies below it.
  const plain = action.link.value.replace(/^https?:\/\//i, "").replace(/[?#].*$/, "");
  return { type: "Url", entry: plain.endsWith("/") ? plain.slice(0, -1) : plain };
}

async function plan({ config }: Self, action: Action, ttlMs: number | undefined): Promise<ActionPlan> {
  const list = listOf(action);
  const lasting = ttlMs === undefined ? {} : { ttlMs };
  const common = { actuator: config.name, affected: affectedBy(action), before: {} };
  if (list !== undefined) {
    const effect = `New-TenantAllowBlockListItems -ListType ${list.type} -Block -Entries ${list.entry}`;
    return makePlan(action, { ...common, ...lasting, undo: "yes", effects: [effect] });
  }
  if (action.kind !== "revoke-sessions") throw notMine(`${config.name} does not do ${action.kind}`);
  const account = action.account.value;
  if (!account.includes("@") || !inDomains(config.domains, account))
    throw notMine(`${config.name} does not know ${account}`);
  return makePlan(action, { ...common, undo: "no", effects: [`POST ${user(account)}/revokeSignInSessions`] });
}

const sameEntry = (json: JsonObject, entry: string): boolean =>
  (Array.isArray(json.value) ? json.value : []).some(
    (row) => isJsonObject(row) && typeof row.Value === "string" && row.Value.toLowerCase() === entry.toLowerCase(),
  );

async function probe({ exchange }: Self, action: Action, stop: Stop): Promise<Probe> {
  const list = listOf(action);
  if (list === undefined) return { state: "unknown", detail: "only a sign-in shows that sessions were ended" };
  try {
    const found = await exchange(
      "Get-TenantAllowBlockListItems",
      { ListType: list.type, Entry: list.entry, Block: true },
      stop,
    );
    return sameEntry(found, list.entry)
      ? { state: "present", ours: true, detail: `${list.entry} stands in the block list` }
      : { state: "absent", ours: false, detail: `${list.entry} does not stand in the block list` };
  } catch (error) {
    return { state: "unknown", detail: messageOf(error) };
  }
}

async function apply(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const { config, deps, exchange, graph } = self;
  const problem = orderProblem(order, config.name, deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const { action } = order;
  const list = listOf(action);
  try {
    if (list !== undefined) {
      if ((await probe(self, action, stop)).state === "present") return { kind: "ok", detail: { already: true } };
      const ends = order.revertAt === undefined ? {} : { ExpirationDate: isoTime(instant(order.revertAt)) };
      const never = order.revertAt === undefined ? { NoExpiration: true } : {};
      const notes = `Cordon ${action.kind} ${order.key.slice(0, 16)}`;
      await exchange(
        "New-TenantAllowBlockListItems",
        { ListType: list.type, Block: true, Entries: [list.entry], Notes: notes, ...ends, ...never },
        stop,
      );
      return { kind: "ok", detail: { list: list.type, entry: list.entry } };
    }
    if (action.kind !== "revoke-sessions") return { kind: "refused", reason: `not done here: ${action.kind}` };
    const { status } = await graph(
      { method: "POST", path: `${user(action.account.value)}/revokeSignInSessions`, allow: [404] },
      stop,
    );
    return status === 404 ? { kind: "refused", reason: "no such account" } : { kind: "ok", detail: { status } };
  } catch (error) {
    return { kind: "unknown", reason: messageOf(error) };
  }
}

async function verify(self: Self, order: Authorised, stop: Stop): Promise<Probe> {
  const { action } = order;
  if (action.kind !== "revoke-sessions") return probe(self, action, stop);
  try {
    const path = `${user(action.account.value)}?$select=signInSessionsValidFromDateTime`;
    const { json } = await self.graph({ method: "GET", path }, stop);
    const from = Date.parse(String(json.signInSessionsValidFromDateTime ?? ""));
    const allowed = Math.min(...order.grants.map(({ at }) => at));
    const detail = `sessions are valid from ${String(json.signInSessionsValidFromDateTime)}`;
    // The cloud's clock is its own.
    return from >= allowed - CLOCK_SKEW_MS
      ? { state: "present", ours: true, detail }
      : { state: "absent", ours: false, detail };
  } catch (error) {
    return { state: "unknown", detail: messageOf(error) };
  }
}
const CLOCK_SKEW_MS = 60_000;

async function revert(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const problem = revertProblem(order, self.config.name, self.deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const list = listOf(order.action);
  if (list === undefined) return { kind: "refused", reason: "ended sessions cannot be given back" };
  if ((await probe(self, order.action, stop)).state === "absent") return { kind: "ok", detail: { already: true } };
  await self.exchange("Remove-TenantAllowBlockListItems", { ListType: list.type, Entries: [list.entry] }, stop);
  return { kind: "ok", detail: { list: list.type, entry: list.entry } };
}
