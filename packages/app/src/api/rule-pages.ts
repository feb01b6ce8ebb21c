/** The list of rules with how they are doing, and the text of their versions. */
import { ROUTES } from "@cordon/model/api/routes";
import type { WireRuleHealth } from "@cordon/model/api/rules";
import type { WireRule } from "@cordon/model/api/system";
import { AppError } from "@cordon/model/error";
import { levelRank } from "@cordon/model/rule";
import { instant } from "@cordon/model/time";
import type { Instance } from "../instance.ts";

type Query = ReturnType<typeof ROUTES.listRules.query.parse>;

export async function listRules(instance: Instance, query: unknown): Promise<unknown> {
  const wanted = ROUTES.listRules.query.parse(query);
  const [verdicts, health] = await Promise.all([instance.outcomes.byRule(), instance.ruleCare.health()]);
  const all = instance.rules
    .list()
    .map((rule): WireRule => {
      const { id: _id, hits, ...row } = health.get(rule.id) ?? NOTHING;
      return { ...rule, hits, verdicts: verdicts[rule.id] ?? {}, health: row };
    })
    .filter(isWanted(wanted))
    .sort(inOrder(wanted));
  return {
    items: all.slice(wanted.offset, wanted.offset + wanted.limit),
    rejected: wanted.rejected === "true" ? instance.rules.rejected() : [],
    total: all.length,
  };
}

const NOTHING: WireRuleHealth = {
  ...{ id: "", hits: 0, hits24h: 0, hits7d: 0, liveSince: instant(0), incidents: 0, closed: 0 },
  ...{ suppressed: 0, muted: false, timeShare: 0, flags: [] },
};

function isWanted({ q, hits, flag }: Query): (rule: WireRule) => boolean {
  const text = q?.toLowerCase() ?? "";
  return (rule) =>
    (text === "" || `${rule.id} ${rule.title} ${rule.techniques.join(" ")}`.toLowerCase().includes(text)) &&
    (hits === "false" || rule.hits > 0) &&
    (flag === undefined || rule.health.flags.includes(flag));
}

const AMOUNT: Readonly<Record<Exclude<Query["sort"], "title">, (rule: WireRule) => number>> = {
  level: ({ level }) => levelRank(level),
  hits: ({ hits }) => hits,
  "last-hit": ({ health }) => health.lastHitAt ?? 0,
  "false-share": ({ health }) => health.falseShare ?? -1,
  time: ({ health }) => health.timeShare,
};

/** Equal ones by title, always upwards. */
function inOrder({ sort, order }: Query): (a: WireRule, b: WireRule) => number {
  const sign = order === "down" ? -1 : 1;
  const byTitle = (a: WireRule, b: WireRule): number => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0);
  if (sort === "title") return (a, b) => byTitle(a, b) * sign;
  const amount = AMOUNT[sort];
  return (a, b) => (amount(a) - amount(b)) * sign || byTitle(a, b);
}

export async function listRuleHealth(instance: Instance, query: unknown): Promise<unknown> {
  const { flag, limit, offset } = ROUTES.listRuleHealth.query.parse(query);
  const all = [...(await instance.ruleCare.health()).values()]
    .filter(({ flags }) => flag === undefined || flags.includes(flag))
    .sort((a, b) => b.hits - a.hits || b.timeShare - a.timeShare || (a.id < b.id ? -1 : 1));
  return { items: all.slice(offset, offset + limit), total: all.length, sampled: instance.ruleCare.sampled() };
}

export async function ruleVersion(instance: Instance, params: Readonly<Record<string, string>>): Promise<unknown> {
  const { id = "", digest = "" } = params;
  const found = await instance.ruleCare.version(id, digest);
  if (found === undefined)
    throw new AppError("not-found", `no text of version ${digest.slice(0, 80)} of rule ${id.slice(0, 80)} is kept`, {
      fix: "cordon rules history",
    });
  const { rule, version, title, path, text, firstAt, lastAt, live } = found;
  return { rule, version, title, path, text, firstAt, lastAt, live };
}
