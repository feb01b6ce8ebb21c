/**
 * Sends a notice of an incident to an HTTP endpoint.
 * In: an order to notify by webhook. Out: one signed POST; the receiver can tell a repeat by its key.
 *
 * W1. Signed: `X-Cordon-Signature: v1=` HMAC-SHA-256 over `<timestamp>.<body>`; the timestamp travels in its own header.
 * W2. Redirects are not followed; internal addresses only where the owner allowed them; time and reply are bounded.
 * W3. A 2xx is acceptance. 408, 425, 429 and 5xx, or no answer, leave it unknown; anything else is a refusal.
 */
import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { messageOf } from "@cordon/model/error";
import type { ActionPort, ActOutcome, Authorised } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { safeNotice } from "../notice.ts";
import { type ActionDeps, cannotPlan, makePlan, notMine, orderProblem } from "../order.ts";
import { type Egress, makeEgress } from "./egress.ts";

type Config = ActionConfigOf<"webhook">;

/** Only the status matters; a receiver that talks on is cut off. */
const REPLY_BYTES_MAX = 64 * 1024;

export function makeWebhook(config: Config, deps: ActionDeps): ActionPort {
  const url = new URL(config.url);
  const egress = makeEgress(config.allow);
  return {
    ...{ name: config.name, kinds: ["notify"], redo: "keyed", simulated: false },
    async plan(action) {
      if (action.kind !== "notify" || action.channel !== "webhook")
        throw notMine("a webhook only sends notices by webhook");
      if (url.username !== "" || url.password !== "") throw cannotPlan("credentials do not belong into the URL");
      return makePlan(action, {
        ...{ actuator: config.name, affected: [], undo: "no", before: {} },
        effects: [
          `POST ${url.origin}${url.pathname}${url.search === "" ? "" : "?***"}`,
          `notice of ${action.incident}, signed`,
        ],
      });
    },
    probe: async () => ({ state: "unknown", detail: "only the receiver knows what it received" }),
    apply: (order, stop) => apply({ config, deps, url, egress }, order, stop),
    verify: async () => ({ state: "unknown", detail: "only the receiver knows what it received" }),
    revert: async () => ({ kind: "refused", reason: "a message cannot be taken back" }),
  };
}

interface Self {
  readonly config: Config;
  readonly deps: ActionDeps;
  readonly url: URL;
  readonly egress: Egress;
}

async function apply(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const { config, deps } = self;
  const problem = orderProblem(order, config.name, deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  if (order.action.kind !== "notify") return { kind: "refused", reason: "not a notice" };
  const notice = safeNotice(await deps.notice(order.action.incident));
  const body = JSON.stringify({ form: 1, key: order.key, ...notice });
  const timestamp = String(Math.floor(deps.runtime.now() / 1000));
  const signature = sign(config.secret, timestamp, body);
  const headers = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "user-agent": "cordon",
    "idempotency-key": order.key,
    "x-cordon-timestamp": timestamp,
    "x-cordon-signature": `v1=${signature}`,
  };
  return send(self, { headers, body }, stop);
}

export const sign = (secret: string, timestamp: string, body: string): string =>
  createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");

interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function send({ config, url, egress }: Self, { headers, body }: Message, stop: Stop): Promise<ActOutcome> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A literal address is never looked up, so the guard in `lookup` would not see it.
  const literal = isIP(host) === 0 ? undefined : egress.whyNot(host, host);
  if (literal !== undefined) return Promise.resolve({ kind: "refused", reason: literal });
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const sent = request(url, {
      method: "POST",
      headers,
      lookup: egress.lookup,
      agent: false,
      timeout: config.timeoutMs,
    });
    const finish = (outcome: ActOutcome): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve(outcome);
      sent.destroy();
    };
    const timer = setTimeout(
      () => finish({ kind: "unknown", reason: `no answer within ${config.timeoutMs} ms` }),
      config.timeoutMs,
    );
    const unsubscribe = stop.onStop(() => finish({ kind: "unknown", reason: "stopped while waiting for the answer" }));
    sent.on("response", (response) => {
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > REPLY_BYTES_MAX) finish(outcomeOf(response.statusCode ?? 0));
      });
      response.on("end", () => finish(outcomeOf(response.statusCode ?? 0)));
      response.on("error", () => finish(outcomeOf(response.statusCode ?? 0)));
    });
    sent.on("error", (error) => finish(failureOf(error)));
    sent.end(body);
  });
}

/** W3 */
function outcomeOf(status: number): ActOutcome {
  if (status >= 200 && status < 300) return { kind: "ok", detail: { status } };
  if (status >= 500 || status === 408 || status === 425 || status === 429) {
    return { kind: "unknown", reason: `the receiver answered ${status}` };
  }
  if (status >= 300 && status < 400)
    return { kind: "refused", reason: `the receiver answered ${status}: redirects are not followed` };
  return { kind: "refused", reason: `the receiver answered ${status}` };
}

/** Codes of errors that happen before a single byte of the request has left. */
const NEVER_SENT: ReadonlySet<string> = new Set(["egress-refused", "ENOTFOUND"]);

function failureOf(error: Error & { code?: string }): ActOutcome {
  const kind = NEVER_SENT.has(error.code ?? "") ? "refused" : "unknown";
  return { kind, reason: messageOf(error) };
}
