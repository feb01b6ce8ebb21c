/**
 * Google Workspace: mails out of mailboxes (Gmail API), sessions ended (Directory API), as a service account with
 * domain-wide delegation.
 *
 * GW1. A purged mail lies in the mailbox's trash for 30 days; `revert` takes it out and gives it its labels back.
 * GW2. The service account's key signs short-lived tokens, one for each mailbox; it never leaves this process.
 */
import { createSign } from "node:crypto";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { messageOf } from "@cordon/model/error";
import { isJsonObject, type JsonObject } from "@cordon/model/json";
import type { ActionPort } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { affectedBy } from "../affected.ts";
import { type ActionDeps, cannotPlan, makePlan, notMine, orderProblem } from "../order.ts";
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

type Config = ActionConfigOf<"google-workspace">;
const KINDS = ["purge-mail", "revoke-sessions"] as const;
const GMAIL_SCOPE = "https://www.googleapis.com/auth/gmail.modify";
const DIRECTORY_SCOPE = "https://www.googleapis.com/auth/admin.directory.user.security";
const TOKEN_SECONDS = 3_600;

interface Self {
  readonly config: Config;
  readonly deps: ActionDeps;
  /** `as`: in whose name. */
  readonly call: (
    as: string,
    scope: string,
    call: HttpCall,
    stop: Stop,
  ) => Promise<{ status: number; json: JsonObject }>;
}

export function makeGoogleWorkspace(config: Config, deps: ActionDeps): ActionPort {
  const self = connect(config, deps);
  const purge: PurgeSelf = { name: config.name, domains: config.domains, deps, store: storeOf(self) };
  const unseen = { state: "unknown", detail: "only a sign-in shows that sessions were ended" } as const;
  return {
    ...{ name: config.name, kinds: config.handles ?? KINDS, redo: "set-like", simulated: false },
    async plan(action, _ttlMs, stop) {
      if (action.kind !== "revoke-sessions") return planPurge(purge, action, stop);
      const account = action.account.value;
      if (!account.includes("@") || !inDomains(config.domains, account))
        throw notMine(`${config.name} does not know ${account}`);
      if (config.admin === undefined) throw cannotPlan(`${config.name}: no admin is configured to end sessions with`);
      const effects = [`POST /admin/directory/v1/users/${account}/signOut`];
      return makePlan(action, { actuator: config.name, affected: affectedBy(action), undo: "no", before: {}, effects });
    },
    probe: async (action, _key, stop) => (action.kind === "revoke-sessions" ? unseen : probePurge(purge, action, stop)),
    verify: async (order, stop) =>
      order.action.kind === "revoke-sessions" ? unseen : probePurge(purge, order.action, stop),
    async apply(order, stop) {
      if (order.action.kind !== "revoke-sessions") return applyPurge(purge, order, stop);
      const problem = orderProblem(order, config.name, deps.runtime.now());
      if (problem !== undefined) return { kind: "refused", reason: problem };
      const user = encodeURIComponent(order.action.account.value);
      const url = `${config.directoryUrl}/admin/directory/v1/users/${user}/signOut`;
      try {
        const { status } = await self.call(
          config.admin ?? "",
          DIRECTORY_SCOPE,
          { method: "POST", url, allow: [404] },
          stop,
        );
        return status === 404 ? { kind: "refused", reason: "no such account" } : { kind: "ok", detail: { status } };
      } catch (error) {
        return { kind: "unknown", reason: messageOf(error) };
      }
    },
    revert: async (order, stop) =>
      order.action.kind === "revoke-sessions"
        ? { kind: "refused", reason: "ended sessions cannot be given back" }
        : revertPurge(purge, order, stop),
  };
}

function connect(config: Config, deps: ActionDeps): Self {
  const parts = { runtime: deps.runtime, timeoutMs: config.timeoutMs };
  const tokens = makeTokens(
    async (key, stop) => {
      const [as = "", scope = ""] = key.split(" ");
      const form = {
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: assertion(config, deps, { as, scope }),
      };
      const body = new URLSearchParams(form).toString();
      return (await callJson(parts, { method: "POST", url: config.tokenUrl, body }, stop)).json;
    },
    () => deps.runtime.now(),
  );
  return {
    ...{ config, deps },
    call: async (as, scope, call, stop) =>
      callJson(parts, { ...call, headers: { authorization: `Bearer ${await tokens(`${as} ${scope}`, stop)}` } }, stop),
  };
}

/** GW2: RFC 7523. */
function assertion(
  config: Config,
  { runtime }: ActionDeps,
  { as, scope }: { readonly as: string; readonly scope: string },
): string {
  const iat = Math.floor(runtime.now() / 1_000);
  const claims = { iss: config.clientEmail, sub: as, scope, aud: config.tokenUrl, iat, exp: iat + TOKEN_SECONDS };
  const text = [{ alg: "RS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${createSign("RSA-SHA256").update(text).sign(config.privateKey, "base64url")}`;
}

function storeOf({ config, call }: Self): MailStore {
  const base = (mailbox: string): string => `${config.gmailUrl}/gmail/v1/users/${encodeURIComponent(mailbox)}/messages`;
  const gmail = (mailbox: string, request: HttpCall, stop: Stop) => call(mailbox, GMAIL_SCOPE, request, stop);
  const post = (mailbox: string, path: string, stop: Stop, body?: JsonObject) =>
    gmail(
      mailbox,
      { method: "POST", url: `${base(mailbox)}/${path}`, allow: [404], ...(body === undefined ? {} : { body }) },
      stop,
    );
  return {
    async find(mailbox, messageId, stop) {
      const query = new URLSearchParams({ q: `rfc822msgid:${messageId}`, includeSpamTrash: "true" });
      const listed = await gmail(mailbox, { method: "GET", url: `${base(mailbox)}?${query}`, allow: [404] }, stop);
      if (listed.status === 404) return undefined;
      const rows = Array.isArray(listed.json.messages) ? listed.json.messages.filter(isJsonObject) : [];
      const copies: Copy[] = [];
      for (const { id } of rows) {
        if (typeof id !== "string") continue;
        const { json } = await gmail(mailbox, { method: "GET", url: `${base(mailbox)}/${id}?format=minimal` }, stop);
        const labels = Array.isArray(json.labelIds) ? json.labelIds.filter((label) => typeof label === "string") : [];
        copies.push({ id, place: labels.join(" "), purged: labels.includes("TRASH") });
      }
      return copies;
    },
    async purge(mailbox, { id }, stop) {
      await post(mailbox, `${id}/trash`, stop);
    },
    async restore(mailbox, { id }, place, stop) {
      await post(mailbox, `${id}/untrash`, stop);
      const labels = (place ?? "INBOX").split(" ").filter((label) => label !== "" && label !== "TRASH");
      if (labels.length > 0) await post(mailbox, `${id}/modify`, stop, { addLabelIds: labels });
    },
    effect: (mailbox, messageId) => `POST /gmail/v1/users/${mailbox}/messages/<${messageId}>/trash`,
  };
}
