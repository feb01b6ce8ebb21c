/** One handler per route of the table. Each takes checked input and gives the wire shape; HTTP is not its business. */
import type { RouteName } from "@cordon/model/api/routes";
import { ROUTES } from "@cordon/model/api/routes";
import { entityKey } from "@cordon/model/entity";
import { AppError } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import { actionKey, eventId, incidentId } from "@cordon/model/ids";
import type { IncidentQuery } from "@cordon/model/ports/journal";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { DAY, instant, MINUTE } from "@cordon/model/time";
import { z } from "zod";
import type { Instance } from "../instance.ts";
import type { Caller } from "./auth.ts";
import { entriesShownTo, shownTo, summariesShownTo } from "./blind.ts";
import type { Handler } from "./call.ts";
import { close, moveIncident, mustFind, reopen } from "./desk.ts";
import { LEARNING_HANDLERS } from "./learning-handlers.ts";
import { ruleFeedback } from "./rule-feedback.ts";
import { listRuleHealth, listRules, ruleVersion } from "./rule-pages.ts";
import { backtestRule, tryRule } from "./rule-study.ts";
import { statusOf } from "./status.ts";
import { approvalOf, cursorFor, eventQueryOf } from "./wire.ts";

const APPROVALS_MAX = 200;
const LEDGER_MAX = 500;
export const LINK_MS = 15 * MINUTE;

/** Bodies that are taken as they come have routes of their own in the server. */
type RawRoute = {
  [Name in RouteName]: (typeof ROUTES)[Name] extends { readonly raw: object } ? Name : never;
}[RouteName];

export const HANDLERS: Readonly<Record<Exclude<RouteName, "login" | "logout" | "stream" | RawRoute>, Handler>> = {
  health: async ({ instance }) => ({ ok: true, version: instance.version }),
  me: async ({ instance, caller }) => meOf(instance, who(caller)),
  status: async ({ instance }) => statusOf(instance),

  async listIncidents({ instance, caller, query }) {
    const wanted = ROUTES.listIncidents.query.parse(query);
    const filter: Omit<IncidentQuery, "limit" | "after"> = {
      order: wanted.order,
      ...(wanted.status === undefined || wanted.status === "" ? {} : { status: statusesOf(wanted.status) }),
      ...(wanted.minPriority === undefined ? {} : { minPriority: wanted.minPriority }),
      ...(wanted.q === undefined || wanted.q === "" ? {} : { text: wanted.q }),
    };
    const after = wanted.after === undefined ? {} : { after: incidentId(wanted.after) };
    const [items, total] = await Promise.all([
      instance.journal.list({ ...filter, ...after, limit: wanted.limit }),
      instance.journal.count(filter),
    ]);
    const last = items.at(-1);
    return {
      items: await summariesShownTo({ instance, caller }, items),
      total,
      ...(items.length === wanted.limit && last !== undefined ? { next: last.id } : {}),
    };
  },
  getIncident: async (call) => shownTo(call, await mustFind(call.instance, call.params.id ?? "")),
  async getJournal(call) {
    const incident = await mustFind(call.instance, call.params.id ?? "");
    const entries = await entriesShownTo(call, incident);
    return { items: entries.map((entry, at) => ({ position: at + 1, incident: incident.id, entry })) };
  },
  closeIncident: ({ instance, caller, params, body }) =>
    close(instance, params.id ?? "", who(caller).name, ROUTES.closeIncident.body.parse(body)),
  reopenIncident: ({ instance, caller, params, body }) =>
    reopen(instance, params.id ?? "", who(caller).name, ROUTES.reopenIncident.body.parse(body).reason),
  addNote({ instance, caller, params, body }) {
    const { text } = ROUTES.addNote.body.parse(body);
    return moveIncident(instance, incidentId(params.id ?? ""), who(caller).name, () => ({
      kind: "note-added",
      text,
    }));
  },
  assignIncident({ instance, caller, params, body }) {
    const { person } = ROUTES.assignIncident.body.parse(body);
    return moveIncident(instance, incidentId(params.id ?? ""), who(caller).name, () => ({
      kind: "assigned",
      person,
    }));
  },
  async getReport(call) {
    const { format } = ROUTES.getReport.query.parse(call.query);
    const incident = await mustFind(call.instance, call.params.id ?? "");
    return call.instance.report(await shownTo(call, incident), format);
  },

  async listEvents({ instance, query }) {
    const wanted = ROUTES.listEvents.query.parse(query);
    const items = await instance.events.search(eventQueryOf(wanted), NEVER_STOP);
    const last = items.at(-1);
    return { items, ...(items.length === wanted.limit && last !== undefined ? { next: cursorFor(last) } : {}) };
  },
  async getEvent({ instance, params }) {
    const event = await findEvent(instance, params.id ?? "");
    return { event, ...(await citing(instance, event)) };
  },
  async listDetections({ instance, query }) {
    const wanted = ROUTES.listDetections.query.parse(query);
    return {
      items: await instance.worklist.list({
        limit: wanted.limit,
        ...(wanted.rule === undefined ? {} : { rule: wanted.rule }),
        ...(wanted.before === undefined ? {} : { before: instant(wanted.before) }),
      }),
    };
  },

  async listApprovals({ instance, caller }) {
    const rows = await instance.ledger.byState(["proposed"], APPROVALS_MAX);
    const waiting = rows.filter((row) => row.policy.outcome === "needs-approval");
    const items = [];
    for (const row of waiting) {
      const incident = await instance.journal.get(row.incident);
      if (incident !== undefined && incident.status !== "closed")
        items.push(approvalOf(row, incident, refusalFor(who(caller), row)));
    }
    return { items };
  },
  listActions: async ({ instance }) => ({ items: await instance.ledger.list(LEDGER_MAX) }),
  async approveAction({ instance, caller, params, body }) {
    const { planHash } = ROUTES.approveAction.body.parse(body);
    await instance.response.approve(actionKey(params.key ?? ""), who(caller), planHash);
    return { ok: true };
  },
  async denyAction({ instance, caller, params, body }) {
    const { reason } = ROUTES.denyAction.body.parse(body);
    await instance.response.deny(actionKey(params.key ?? ""), who(caller), reason);
    return { ok: true };
  },
  async revertAction({ instance, caller, params, body }) {
    const { reason } = ROUTES.revertAction.body.parse(body);
    await instance.response.revert(actionKey(params.key ?? ""), who(caller), reason);
    return { ok: true };
  },
  async closeBreaker({ instance, caller, params, body }) {
    const { reason } = ROUTES.closeBreaker.body.parse(body);
    await instance.response.closeBreaker(params.key ?? "", who(caller), reason);
    return { ok: true };
  },

  listRules: ({ instance, query }) => listRules(instance, query),
  reloadRules({ instance, caller, body }) {
    const { force } = ROUTES.reloadRules.body.parse(body ?? {});
    return instance.ruleCare.reload({ by: who(caller).name, force });
  },
  listRulesets: async ({ instance }) => ({ items: instance.ruleCare.history() }),
  listRuleHealth: ({ instance, query }) => listRuleHealth(instance, query),
  getRuleVersion: ({ instance, params }) => ruleVersion(instance, params),
  async explainRule({ instance, params, query }) {
    const { event } = ROUTES.explainRule.query.parse(query);
    const explained = instance.rules.explain(params.id ?? "", await findEvent(instance, event));
    if (explained === undefined) throw new AppError("not-found", `no rule ${params.id}`, { fix: "cordon rules list" });
    return explained;
  },
  ruleCoverage: ({ instance }) => instance.study.coverage(),
  ruleNavigator: ({ instance }) => instance.study.navigator(),
  backtestRule: ({ instance, body }) => backtestRule(instance, body),
  backtestProgress: async ({ instance }) => instance.study.progress(),
  tryRule: ({ instance, body }) => tryRule(instance, body),
  intelStatus: async ({ instance }) => instance.intel.status(),
  intelLookup: async ({ instance, query }) => instance.intel.lookup(ROUTES.intelLookup.query.parse(query).value),
  listIndicators: async ({ instance, query }) => instance.intel.list(ROUTES.listIndicators.query.parse(query)),
  reloadIntel: ({ instance }) => instance.intel.reload(),
  retroIntel: ({ instance, body }) => instance.intel.retro(ROUTES.retroIntel.body.parse(body).days),
  ruleFeedback: ({ instance }) => ruleFeedback(instance),
  listModels: ({ instance }) => instance.models.list(),
  modelCard: ({ instance, params }) => instance.models.card(params.id ?? ""),
  evaluateMine: ({ instance }) => instance.models.mine(),
  modelGates: async ({ instance, params }) => ({ gates: [...(await instance.models.gates(params.id ?? ""))] }),
  ...LEARNING_HANDLERS,
  trainModel: ({ instance, caller }) => instance.models.train(who(caller).name),
  promoteModel({ instance, caller, params, body }) {
    const { despite } = ROUTES.promoteModel.body.parse(body ?? {});
    return instance.models.promote(params.id ?? "", who(caller).name, despite);
  },
  rollbackModel: ({ instance, caller }) => instance.models.rollback(who(caller).name),
  listPlaybooks: async ({ instance }) => ({ items: instance.playbooks.list() }),
  async simulatePlaybook({ instance, params, body }) {
    const { variables } = ROUTES.simulatePlaybook.body.parse(body);
    return instance.playbooks.simulate(params.id ?? "", variables);
  },

  async listTokens({ instance }) {
    const rows = await instance.keys.list();
    return { items: rows.filter((row) => row.use === "token").map(({ use: _use, ...row }) => row) };
  },
  async createToken({ instance, body }) {
    const wanted = ROUTES.createToken.body.parse(body);
    const lifeMs =
      wanted.use === "link" ? LINK_MS : wanted.expiresInDays === undefined ? undefined : wanted.expiresInDays * DAY;
    const { use: _use, ...made } = await instance.keys.create({
      name: wanted.name,
      role: wanted.role,
      use: wanted.use,
      ...(lifeMs === undefined ? {} : { expiresAt: instance.runtime.now() + lifeMs }),
    });
    return made;
  },
  async revokeToken({ instance, params }) {
    if (!(await instance.keys.revoke(params.id ?? ""))) throw new AppError("not-found", `no token ${params.id}`);
    return { ok: true };
  },
  async killSwitch({ instance, caller, body }) {
    const wanted = ROUTES.killSwitch.body.parse(body);
    await instance.killSwitch.set(wanted.on, who(caller).name, wanted.reason);
    return meOf(instance, who(caller));
  },
};

export function meOf(instance: Instance, caller: Pick<Caller, "name" | "role">): unknown {
  return {
    name: caller.name,
    role: caller.role,
    version: instance.version,
    demo: instance.demo,
    killSwitch: instance.killSwitch.on(),
    mode: instance.config.mode,
  };
}

function who(caller: Caller | undefined): Caller {
  if (caller === undefined) throw new AppError("not-signed-in", "this route needs a caller");
  return caller;
}

async function findEvent(instance: Instance, id: string) {
  const [event] = await instance.events.get([eventId(id)]);
  if (event === undefined) throw new AppError("not-found", `no event ${id}`, { fix: "cordon search" });
  return event;
}

/** Detections and incidents that rest on the event: they share its entities, so the entity index finds them. */
async function citing(instance: Instance, event: Event) {
  const around = await instance.journal.findByEntities(event.entities.map(entityKey), instant(0));
  const detections = around
    .flatMap((incident) => incident.detections.map((joined) => joined.detection))
    .filter((detection) => detection.evidence.includes(event.id));
  const incidents = around.filter(
    (incident) =>
      incident.detections.some((joined) => joined.detection.evidence.includes(event.id)) ||
      (incident.investigation?.claims ?? []).some((claim) => claim.cites.some((cite) => cite.event === event.id)),
  );
  return { detections, incidents: incidents.map((incident) => incident.id) };
}

const zStatuses = z.array(z.enum(["new", "open", "waiting", "contained", "closed"]));

function statusesOf(text: string) {
  const named = text.split(",").map((each) => each.trim());
  return z.object({ status: zStatuses }).parse({ status: named }).status;
}

function refusalFor(caller: Caller, row: { readonly grants: readonly { readonly by: object }[] }): string | undefined {
  if (caller.role !== "approver" && caller.role !== "admin") return "your role may not approve";
  const voted = row.grants.some((grant) => "person" in grant.by && grant.by.person === caller.name);
  return voted ? "you have approved it already; another person is needed" : undefined;
}
