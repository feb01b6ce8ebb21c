/**
 * Sends a notice of an incident by mail.
 * In: an order to notify by email. Out: one message whose Message-ID is the action's key.
 *
 * M1. Text from logs is cleaned before it becomes a subject or a line; the HTML form is escaped and has no pictures.
 * M2. `starttls` means required: no fall-back to plain text. Certificates are checked.
 * M3. Blind: whether a mail arrived cannot be seen, so it is never sent twice by itself.
 */
import type { ActionConfigOf } from "@cordon/model/action-config";
import { messageOf } from "@cordon/model/error";
import type { ActionPort, ActOutcome, Authorised } from "@cordon/model/ports/action";
import { createTransport } from "nodemailer";
import { noticeHtml, noticeText, safeLine, safeNotice } from "../notice.ts";
import { type ActionDeps, makePlan, notMine, orderProblem } from "../order.ts";

type Config = ActionConfigOf<"smtp">;

export function makeSmtp(config: Config, deps: ActionDeps): ActionPort {
  return {
    ...{ name: config.name, kinds: ["notify"], redo: "blind", simulated: false },
    async plan(action) {
      if (action.kind !== "notify" || action.channel !== "email") throw notMine("smtp only sends notices by email");
      return makePlan(action, {
        ...{ actuator: config.name, affected: [], undo: "no", before: {} },
        effects: [
          `mail to ${config.to.join(", ")} through ${config.host}:${config.port} (${config.security})`,
          `notice of ${action.incident}`,
        ],
      });
    },
    probe: async () => ({ state: "unknown", detail: "a mail that has left cannot be seen" }),
    apply: (order) => apply(config, deps, order),
    verify: async () => ({ state: "unknown", detail: "a mail that has left cannot be seen" }),
    revert: async () => ({ kind: "refused", reason: "a mail cannot be taken back" }),
  };
}

async function apply(config: Config, deps: ActionDeps, order: Authorised): Promise<ActOutcome> {
  const problem = orderProblem(order, config.name, deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  if (order.action.kind !== "notify") return { kind: "refused", reason: "not a notice" };
  const notice = safeNotice(await deps.notice(order.action.incident));
  const transport = createTransport(connection(config));
  try {
    const sent = await transport.sendMail({
      ...{ from: config.from, to: [...config.to], messageId: `<${order.key}@cordon>` },
      subject: safeLine(`[Cordon] ${notice.severity}: ${notice.title}`, 200),
      ...{ text: noticeText(notice), html: noticeHtml(notice) },
      headers: { "Auto-Submitted": "auto-generated", "X-Cordon-Incident": notice.incident },
      ...{ disableFileAccess: true, disableUrlAccess: true },
    });
    return { kind: "ok", detail: { accepted: sent.accepted.length, rejected: sent.rejected.length } };
  } catch (error) {
    return failureOf(error);
  } finally {
    transport.close();
  }
}

function connection(config: Config) {
  const { host, port, security, timeoutMs, user, password } = config;
  return {
    ...{ host, port, secure: security === "tls", requireTLS: security === "starttls", ignoreTLS: security === "none" },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
  };
}

/** Failures of these kinds come before the message itself was handed over. */
const NEVER_SENT: ReadonlySet<string> = new Set(["EAUTH", "EDNS", "ECONNECTION", "ETLS", "EENVELOPE", "ENOAUTH"]);

function failureOf(error: unknown): ActOutcome {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  return { kind: NEVER_SENT.has(code) ? "refused" : "unknown", reason: messageOf(error) };
}
