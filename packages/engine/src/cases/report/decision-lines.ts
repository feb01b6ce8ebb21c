/** What a triage model said of an incident, in words, for reports and terminals. Names are from one dictionary; nothing is a log's text. */
import type { AdviceReason, TriageAdvice, TriageDecision } from "@cordon/model/triage-decision";

/** `Loose`: as it comes from the wire too. */
type Loose<T> = { readonly [K in keyof T]: Loose<T[K]> | (undefined extends T[K] ? undefined : never) };

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const signed = (value: number): string => `${value >= 0 ? "+" : ""}${value.toFixed(2)}`;

export function decisionLines(decision: Loose<TriageDecision>): readonly string[] {
  const { p, interval, because, rest, expected, score, counterfactual, similar, expects, advice, refusal, closing } =
    decision;
  const between = interval === undefined ? "" : `, between ${percent(interval.low)} and ${percent(interval.high)}`;
  return [
    ...(p === undefined
      ? []
      : [
          `true positive ${percent(p.truePositive)}${between}; benign positive ${percent(p.benignPositive)}; false positive ${percent(p.falsePositive)} (model ${decision.model.slice(0, 12)})`,
        ]),
    ...(refusal === undefined ? [] : [`no weight: ${refusal}`]),
    ...because.map((one) => `${signed(one.effect)} because ${one.words} is ${one.value} (usual ${one.baseline})`),
    `${signed(rest)} by all else, from ${signed(expected)}: score ${signed(score)}`,
    ...(counterfactual === undefined ? [] : [`it would turn with ${counterfactual}`]),
    ...similar.map(
      ({ incident, verdict, likeness }) => `like ${incident} (${percent(likeness)}), closed as ${verdict}`,
    ),
    ...(expects === undefined ? [] : [expectsLine(expects)]),
    ...adviceLines(advice),
    ...closingLines(closing),
  ];
}

function expectsLine({ severity, response, of: count }: Loose<NonNullable<TriageDecision["expects"]>>): string {
  const parts = [
    ...(severity === undefined ? [] : [`severity ${severity}`]),
    ...(response === undefined ? [] : [`${response} was in force at the end`]),
  ];
  return `${count} similar true positives: ${parts.join(", ")}`;
}

function adviceLines(advice: Loose<TriageDecision>["advice"]): readonly string[] {
  if (advice === undefined) return [];
  const { severity, response } = advice;
  const because = (reasons: readonly Loose<AdviceReason>[]): string =>
    reasons.length === 0 ? "" : `, because ${reasons.map(({ words, value }) => `${words} is ${value}`).join("; ")}`;
  return [
    severity.kind === "refused"
      ? `no severity suggested: ${severity.reason}`
      : `suggested severity ${severity.level} (${percent(severity.p)}, from ${severity.of} set by people)${because(severity.because)}`,
    response.kind === "refused"
      ? `no response suggested: ${response.reason}`
      : `suggested response ${response.ranked.map(responseWords).join(", then ")} (from ${response.of} true positives)${because(response.because)}`,
  ];
}

type Told = Extract<TriageAdvice["response"], { readonly kind: "told" }>["ranked"][number];

function responseWords({ action, p, tried, held }: Loose<Told>): string {
  const chance = p === undefined ? "" : `${percent(p)}, `;
  return action === "none"
    ? `no containment (${chance}${tried} cases)`
    : `${action} (${chance}held in ${held} of ${tried})`;
}

function closingLines(closing: Loose<TriageDecision>["closing"]): readonly string[] {
  if (closing === undefined) return [];
  if (closing.kind === "keep-open") return closing.reasons.map((reason) => `closing without a person: ${reason}`);
  if (closing.kind === "audit")
    return [`would be closed without a person (p ${closing.p.toFixed(3)}); drawn for an audit (${closing.because})`];
  return [`may be closed without a person: p ${closing.p.toFixed(3)} at level ${closing.level.toFixed(3)}`];
}
