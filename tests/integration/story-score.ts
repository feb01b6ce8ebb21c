/** Scores incidents against the truth of a generated story. Enters: truths and incidents. Leaves: one line per attack. */
import type { Story, Truth } from "@cordon/engine/simulate/story";
import type { Incident } from "@cordon/model/incident";

export interface Score {
  readonly scenario: string;
  /** Incidents that hold anything of the attack. */
  readonly incidents: number;
  readonly rootRight: boolean;
  readonly boundaryRight: boolean;
  /** Share of the truth's members that the extent names, and share of the named that are true. */
  readonly hosts: Shares;
  readonly users: Shares;
  readonly addresses: Shares;
  readonly verdict: string;
  readonly priority: number;
  readonly title: string;
}

export interface Shares {
  readonly recall: number;
  readonly precision: number;
}

export interface StoryScore {
  readonly scores: readonly Score[];
  /** Incidents that no staged attack explains. */
  readonly others: readonly Incident[];
}

export function scoreStory(story: Pick<Story, "truths">, incidents: readonly Incident[]): StoryScore {
  const owned = new Map(story.truths.map((truth) => [truth, incidents.filter((one) => isOf(truth, one))]));
  const claimed = new Set([...owned.values()].flat());
  return {
    scores: [...owned].map(([truth, own]) => scoreOf(truth, own)),
    others: incidents.filter((incident) => !claimed.has(incident)),
  };
}

/** An incident is of an attack when a detection lies in its time and names one of its hosts, accounts or addresses. */
function isOf(truth: Truth, incident: Incident): boolean {
  const names = new Set([...truth.hosts, ...truth.users, ...truth.addresses]);
  return incident.detections.some(
    ({ detection }) =>
      detection.time >= truth.from &&
      detection.time <= truth.to &&
      detection.entities.some((entity) => names.has(entity.value)),
  );
}

function scoreOf(truth: Truth, own: readonly Incident[]): Score {
  const [main] = [...own].sort((a, b) => b.detections.length - a.detections.length);
  const root = main?.investigation?.rootCauses[0];
  const members = (kind: string): readonly string[] =>
    (main?.investigation?.extent ?? [])
      .filter((member) => member.entity.kind === kind && member.standing !== "exposed")
      .map((member) => member.entity.value);
  return {
    ...{ scenario: truth.scenario, incidents: own.length },
    rootRight: root?.entity.kind === truth.rootCause.kind && root.entity.value === truth.rootCause.value,
    boundaryRight: root?.boundary === truth.rootCause.boundary,
    hosts: shares(truth.hosts, members("host")),
    users: shares(truth.users, members("user")),
    addresses: shares(truth.addresses, members("ip")),
    verdict: main?.investigation?.verdict ?? "none",
    ...{ priority: main?.priority ?? 0, title: main?.title ?? "" },
  };
}

function shares(truth: readonly string[], found: readonly string[]): Shares {
  const hit = found.filter((value) => truth.includes(value)).length;
  return {
    recall: truth.length === 0 ? 1 : truth.filter((value) => found.includes(value)).length / truth.length,
    precision: found.length === 0 ? 1 : hit / found.length,
  };
}

export function tableOf(rows: readonly (Score & { readonly seed: number; readonly way: string })[]): string {
  const share = ({ recall, precision }: Shares) => `${Math.round(recall * 100)}/${Math.round(precision * 100)}`;
  const head = "seed way     attack           inc root door hosts    users    addr     verdict   prio title";
  const lines = rows.map((row) =>
    [
      ...[String(row.seed).padEnd(4), row.way.padEnd(7), row.scenario.padEnd(16), String(row.incidents).padEnd(3)],
      ...[row.rootRight ? "yes " : "NO  ", row.boundaryRight ? "yes " : "NO  ", share(row.hosts).padEnd(8)],
      ...[
        share(row.users).padEnd(8),
        share(row.addresses).padEnd(8),
        row.verdict.padEnd(9),
        String(row.priority).padEnd(4),
      ],
      row.title,
    ].join(" "),
  );
  return [head, ...lines].join("\n");
}
