/**
 * What is known about an alert the minute it is complete: how it differs from what this host, this rule and this
 * organisation did before, and what else happens around it. The features of the triage model.
 * Enters: the alert groups (host, rule, minute) of one minute, minute by minute. Leaves: one row a group, in order.
 *
 * CX1. Causal: a row depends on earlier minutes and on the groups of its own minute, never on later ones.
 * CX2. No label, no text of a log and no name of a person enters; the rule itself is given apart, as a category.
 * CX3. Bounded: memory of pairs, hosts and rules is capped, the longest unseen go first and are counted; windows of an
 *      hour hold at most WINDOW_MAX groups each, the oldest go first.
 */
import { dayOf, log1p, Memory, type Seen } from "./context-memory.ts";
import { distinctBy, HOUR, NEAR, NEAREST, type Near, Window, within } from "./context-window.ts";

export interface AlertGroup {
  readonly host: string;
  readonly rule: string;
  /** Alerts in the group, and different texts or signatures among them. */
  readonly count: number;
  readonly variants: number;
}

/** In the order of a row. The words are for explanations. */
export const CONTEXT_FEATURES = {
  alerts: "alerts in the group",
  variants: "different signatures in the group",
  ruleBefore: "groups of this rule before, anywhere",
  pairBefore: "groups of this rule before on this host",
  hostBefore: "groups before on this host",
  pairShare: "share of this rule in what the host raised before",
  ruleShare: "share of this rule in what all hosts raised before",
  firstOnHost: "first time on this host",
  firstAnywhere: "first time anywhere",
  pairGap: "minutes since this rule was last seen on this host",
  ruleGap: "minutes since this rule was last seen anywhere",
  pairDays: "share of days on which this host raised it",
  ruleDays: "share of days on which anybody raised it",
  burstOverMost: "alerts compared with the most this host raised in a minute",
  burstOverMean: "alerts compared with what this host raises in such a minute",
  burstOverRule: "alerts compared with the most any host raised in a minute",
  hoursKnown: "hours of the day in which this host raised it",
  hourKnown: "raised at this hour of the day before",
  rules3: "different rules on the host in 3 minutes",
  rules10: "different rules on the host in 10 minutes",
  rules60: "different rules on the host in an hour",
  volume3: "alerts on the host in 3 minutes",
  volume10: "alerts on the host in 10 minutes",
  volumeOverUsual: "alerts on the host in 10 minutes compared with its usual rate",
  hosts10: "hosts that raised this rule in 10 minutes",
  hosts60: "hosts that raised this rule in an hour",
  repeats10: "minutes of the last 10 with this rule on this host",
  repeats60: "minutes of the last hour with this rule on this host",
  surpriseHost: "how unusual the rule is for this host",
  surpriseAll: "how unusual the rule is anywhere",
  heat10: "unusualness of all rules on the host in 10 minutes",
  heatMost10: "most unusual other rule on the host in 10 minutes",
  heatThree10: "three most unusual other alerts on the host in 10 minutes",
  heatAll10: "unusualness of all rules anywhere in 10 minutes",
  heatAllMost10: "most unusual other alert anywhere in 10 minutes",
  pairsAll10: "different hosts and rules anywhere in 10 minutes",
  hostsAll10: "hosts that raised anything in 10 minutes",
  volumeAll10: "alerts anywhere in 10 minutes",
  newOnHost60: "rules that this host raised for the first time in the last hour",
  newAnywhere60: "rules that anybody raised for the first time in the last hour",
} as const;

export const CONTEXT_NAMES: readonly string[] = Object.keys(CONTEXT_FEATURES);

export interface ContextStats {
  readonly groups: number;
  readonly forgotten: number;
}

export interface TriageContext {
  /** All groups of one minute (minutes since 1970), which must not be before the last one given. */
  readonly step: (minute: number, groups: readonly AlertGroup[]) => readonly Float64Array[];
  readonly stats: () => ContextStats;
}

export function makeTriageContext(): TriageContext {
  const pairs = new Memory();
  const hosts = new Memory();
  const rules = new Memory();
  const nearHost = new Map<string, Window>();
  const nearRule = new Map<string, Window>();
  const nearAll = new Window();
  let began: number | undefined;
  let groupsSeen = 0;

  const windowOf = (windows: Map<string, Window>, key: string, minute: number): Window => {
    const known = windows.get(key);
    if (known !== undefined) return known;
    if (windows.size >= WINDOWS_MAX) for (const [name, one] of windows) if (one.isOver(minute)) windows.delete(name);
    const made = new Window();
    windows.set(key, made);
    return made;
  };

  /** What the group is against the past, before its minute is learnt. */
  const arrive = (minute: number, group: AlertGroup): Near => {
    const pair = pairs.get(pairKey(group));
    const rule = rules.get(group.rule);
    const onHost = hosts.get(group.host).groups;
    const shareAll = (rule.groups + 1) / (groupsSeen + PRIOR_ALL);
    const near: Near = {
      ...{ minute, host: group.host, rule: group.rule, count: group.count },
      surpriseHost: -Math.log2((pair.groups + PRIOR * shareAll) / (onHost + PRIOR)),
      surpriseAll: -Math.log2(shareAll),
      newOnHost: pair.groups === 0,
      newAnywhere: rule.groups === 0,
    };
    windowOf(nearHost, group.host, minute).push(near);
    windowOf(nearRule, group.rule, minute).push(near);
    nearAll.push(near);
    return near;
  };

  const rowOf = (near: Near, group: AlertGroup, everywhere: Everywhere): Float64Array => {
    const { minute } = near;
    const since = began ?? minute;
    const pair = pairs.get(pairKey(group));
    const rule = rules.get(group.rule);
    const host = hosts.get(group.host);
    const hour = windowOf(nearHost, group.host, minute).since(minute, HOUR);
    const own = windowOf(nearRule, group.rule, minute).since(minute, HOUR);
    return Float64Array.from([
      log1p(group.count),
      group.variants,
      log1p(rule.groups),
      log1p(pair.groups),
      log1p(host.groups),
      (pair.groups + 1) / (host.groups + PRIOR_HOST),
      (rule.groups + 1) / (groupsSeen + PRIOR_ALL),
      Number(near.newOnHost),
      Number(near.newAnywhere),
      log1p(minute - (pair.last ?? since - NEVER)),
      log1p(minute - (rule.last ?? since - NEVER)),
      dayShare(pair, minute, since),
      dayShare(rule, minute, since),
      Math.log((group.count + 1) / (pair.most + 1)),
      Math.log((group.count + 1) / ((pair.alerts + 1) / (pair.groups + 1) + 1)),
      Math.log((group.count + 1) / (rule.most + 1)),
      pair.hoursKnown() / 24,
      Number(pair.knowsHour(minute)),
      ...aroundHost(hour, near, host.groups / (minute - since + NEAR)),
      distinctBy(within(own, minute, NEAR), (one) => one.host),
      distinctBy(own, (one) => one.host),
      ...repeats(hour, near),
      near.surpriseHost,
      near.surpriseAll,
      ...heatOf(within(hour, minute, NEAR), near),
      ...everywhere.of(near),
      hour.filter((one) => one.newOnHost).length,
      everywhere.newAnywhere,
    ]);
  };

  return {
    step(minute, groups) {
      began ??= minute;
      const arrived = groups.map((group) => arrive(minute, group));
      const everywhere = lookAround(nearAll.since(minute, HOUR), minute);
      const rows = groups.map((group, at) => rowOf(arrived[at] as Near, group, everywhere));
      for (const group of groups) {
        pairs.learn(pairKey(group), minute, group.count);
        hosts.learn(group.host, minute, group.count);
        rules.learn(group.rule, minute, group.count);
      }
      groupsSeen += groups.length;
      return rows;
    },
    stats: () => ({ groups: groupsSeen, forgotten: pairs.forgotten + hosts.forgotten + rules.forgotten }),
  };
}

/** Windows of hosts and rules that are over are dropped when there are this many. */
const WINDOWS_MAX = 50_000;
/** Shrinkage of learning.md section 2: a pair to its rule, a rule to the organisation. */
const PRIOR = 5;
const PRIOR_HOST = 20;
const PRIOR_ALL = 50;
/** A week: longer than any gap that was seen, so that "never" is the largest. */
const NEVER = 10_000;

const pairKey = ({ host, rule }: AlertGroup): string => `${rule}\0${host}`;

const dayShare = (seen: Seen, minute: number, began: number): number => seen.days / (dayOf(minute) - dayOf(began) + 1);

function aroundHost(hour: readonly Near[], { minute }: Near, usual: number): readonly number[] {
  const ten = within(hour, minute, NEAR);
  const three = within(hour, minute, NEAREST);
  const volume = sum(ten, (one) => one.count);
  return [
    distinctBy(three, (one) => one.rule),
    distinctBy(ten, (one) => one.rule),
    distinctBy(hour, (one) => one.rule),
    log1p(sum(three, (one) => one.count)),
    log1p(volume),
    Math.log((volume + 1) / (usual * NEAR + 1)),
  ];
}

function repeats(hour: readonly Near[], { minute, rule }: Near): readonly number[] {
  const same = hour.filter((one) => one.rule === rule);
  return [within(same, minute, NEAR).length, log1p(same.length)];
}

function heatOf(ten: readonly Near[], near: Near): readonly number[] {
  const byRule = new Map(ten.map((one) => [one.rule, one.surpriseHost]));
  const others = ten.filter((one) => one.rule !== near.rule).map((one) => one.surpriseHost);
  const top = others.toSorted((a, b) => b - a).slice(0, 3);
  return [sum([...byRule.values()], Number), top[0] ?? 0, sum(top, Number)];
}

interface Everywhere {
  readonly of: (near: Near) => readonly number[];
  readonly newAnywhere: number;
}

/** The same for every group of a minute, but for the group itself. */
function lookAround(hour: readonly Near[], minute: number): Everywhere {
  const ten = within(hour, minute, NEAR);
  const byRule = new Map(ten.map((one) => [one.rule, one.surpriseAll]));
  const heat = sum([...byRule.values()], Number);
  const most = new Map<string, number>();
  for (const one of ten) {
    const key = pairKey({ ...one, variants: 0 });
    most.set(key, Math.max(most.get(key) ?? 0, one.surpriseHost));
  }
  const ranked = [...most].toSorted((a, b) => b[1] - a[1]);
  const rest = [most.size, distinctBy(ten, (one) => one.host), log1p(sum(ten, (one) => one.count))];
  return {
    of: (near) => {
      const own = pairKey({ ...near, variants: 0 });
      return [heat, ranked.find(([key]) => key !== own)?.[1] ?? 0, ...rest];
    },
    newAnywhere: hour.filter((one) => one.newAnywhere).length,
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}
