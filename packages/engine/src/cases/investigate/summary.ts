/**
 * The summary: a few sentences, each standing on claims. Enters: roots, extent, arrivals, checked claims. Leaves: sentences.
 */
import type { Claim, ExtentMember, Sentence } from "@cordon/model/investigation";
import { levelRank } from "@cordon/model/rule";
import { deviceOf, type Fact } from "./facts.ts";
import { labelOf } from "./graph.ts";
import type { Inquiry } from "./inquiry.ts";
import { type Candidate, isUndecided } from "./root-cause.ts";
import { type Label, sentenceOf, textOfClaim } from "./sentence.ts";

const DETECTIONS_MAX = 6;
const ARRIVALS_MAX = 5;
const NAMES_MAX = 6;

export interface SummaryInput {
  readonly inquiry: Inquiry;
  readonly roots: readonly Candidate[];
  readonly extent: readonly ExtentMember[];
  readonly claims: readonly Claim[];
  readonly claimOf: (fact: Fact) => Claim | undefined;
  readonly label: Label;
}

export function summaryOf(input: SummaryInput): readonly Sentence[] {
  const sentences = [beginning(input), ...rules(input), ...jumps(input), ...reach(input)];
  return sentences.flatMap((sentence) => sentence ?? []);
}

function beginning({ inquiry, roots, claimOf }: SummaryInput): Sentence | undefined {
  const [root, second] = roots;
  if (root === undefined) return undefined;
  const host = deviceOf(root.fact.event)?.value;
  const where = host === undefined ? "" : ` on ${host}`;
  const doubt =
    second !== undefined && isUndecided(roots)
      ? `; undecided between this and ${labelOf(inquiry.graph, second.entity)}`
      : "";
  const text =
    root.boundary === "not-visible"
      ? `The beginning is not visible; the earliest trace${where} is ${labelOf(inquiry.graph, root.entity)}${doubt}.`
      : `It began${where}: ${root.why} (${root.boundary})${doubt}.`;
  return sentenceOf(text, [claimOf(root.fact), ...root.chain.slice(0, 3).map(claimOf)]);
}

/** Each rule once, the worst first; counted attempts before them. */
function rules({ inquiry, claims, label }: SummaryInput): readonly (Sentence | undefined)[] {
  const levels = new Map(
    inquiry.incident.detections.map(({ detection }) => [detection.rule.title, levelRank(detection.severity)]),
  );
  const fired = new Map<string, Claim[]>();
  for (const claim of claims) {
    if (claim.predicate !== "detected-by" || claim.object === undefined) continue;
    fired.set(claim.object.value, [...(fired.get(claim.object.value) ?? []), claim]);
  }
  const worst = [...fired].sort(([a], [b]) => (levels.get(b) ?? 0) - (levels.get(a) ?? 0)).slice(0, DETECTIONS_MAX);
  const counted = claims.filter((claim) => claim.predicate === "count-of");
  return [
    ...counted.map((claim) => sentenceOf(`${textOfClaim(claim, label)}.`, [claim])),
    ...worst.map(([, [first, ...others]]) => {
      if (first === undefined) return undefined;
      const more = others.length === 0 ? "" : ` and ${others.length} times more`;
      return sentenceOf(`${textOfClaim(first, label)}${more}.`, [first, ...others]);
    }),
  ];
}

function jumps({ inquiry, claimOf, label }: SummaryInput): readonly (Sentence | undefined)[] {
  const arrivals = [...inquiry.arrivals.values()].filter((arrival) => arrival.via !== undefined);
  return arrivals.slice(0, ARRIVALS_MAX).map(({ logon, via, fromHost }) => {
    const there = deviceOf(logon.event)?.value ?? "another machine";
    const by = via === undefined ? "something" : label(via.subject);
    const text = `From ${fromHost?.value ?? "elsewhere"}, ${by} reached ${there}, where ${logon.subject.value} logged on.`;
    return sentenceOf(text, [claimOf(logon), via === undefined ? undefined : claimOf(via)]);
  });
}

function reach({ extent, claims }: SummaryInput): readonly (Sentence | undefined)[] {
  const byId = new Map(claims.map((claim) => [claim.id, claim]));
  const kinds = [
    ["host", "Machines reached"],
    ["user", "Accounts used"],
    ["ip", "Outside addresses involved"],
    ["credential", "Keys used"],
  ] as const;
  return kinds.map(([kind, title]) => {
    const members = extent.filter((member) => member.entity.kind === kind && member.standing !== "exposed");
    const names = members.slice(0, NAMES_MAX).map((member) => member.entity.value);
    const more = members.length > names.length ? ` and ${members.length - names.length} more` : "";
    const standing = members.slice(0, NAMES_MAX).map((member) => byId.get(member.claims[0] ?? ""));
    return names.length === 0 ? undefined : sentenceOf(`${title}: ${names.join(", ")}${more}.`, standing);
  });
}
