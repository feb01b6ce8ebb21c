/** A finding of a detector -> a detection: the sentence, the values with their baselines, and what stands behind them. */
import type { Detection, MatchedField } from "@cordon/model/detection";
import type { Entity } from "@cordon/model/entity";
import { detectionId, eventId, nonEmpty, type Sha256 } from "@cordon/model/ids";
import { LEVELS, type Level, levelRank } from "@cordon/model/rule";
import { instant } from "@cordon/model/time";
import { definitionOf } from "./definitions.ts";
import type { Basis, Finding } from "./finding.ts";
import type { Remembered } from "./remembered.ts";
import type { Addend } from "./risk.ts";

const EVIDENCE_MAX = 40;
const TEXT_MAX = 120;
/** 1 - false alerts in hits is unknown before verdicts: what a hit is worth goes by its basis. */
const CONFIDENCE: Readonly<Record<Basis, number>> = { definition: 60, own: 45, peer: 30, organisation: 25 };

export function detectionOf(finding: Finding, addends: readonly Addend[], hash: (text: string) => Sha256): Detection {
  const { detector, about, fact, mark } = finding;
  const definition = definitionOf(detector);
  const severity = levelOf(finding);
  const last = finding.absent === true && finding.evidence?.length === 1 ? [] : [fact.event.id];
  const ids = [...new Set([...(finding.evidence ?? []), ...last])].slice(-EVIDENCE_MAX).map(eventId);
  const plain = sentence(definition.reason, finding.values);
  const reason = finding.known === undefined ? plain : `${plain}; ${finding.known.because}`;
  const rule = `behaviour:${detector}`;
  return {
    id: detectionId(`det-${hash([rule, about.key, mark, ...ids].join("\n")).slice(0, 32)}`),
    rule: {
      ...{ id: rule, title: definition.title, level: severity, source: "behaviour" },
      version: hash(JSON.stringify(definition)),
    },
    severity,
    confidence: CONFIDENCE[finding.basis],
    techniques: definition.techniques,
    tactics: definition.tactics,
    time: instant(fact.time),
    evidence: nonEmpty(ids) ?? [fact.event.id],
    entities: entitiesOf(about, finding.absent === true ? [] : fact.event.entities),
    dedupKey: `${rule}|${about.key}|${mark}`,
    input: fact.event.provenance.input,
    position: fact.event.provenance.position,
    matched: matchedOf(finding, reason, addends),
  };
}

function levelOf({ detector, basis, graver, known }: Finding): Level {
  const { level } = definitionOf(detector);
  const rank = levelRank(level) + (graver === true ? 1 : 0);
  const most = basis === "peer" || basis === "organisation" ? levelRank("low") : levelRank("high");
  return LEVELS[Math.min(rank, most, levelRank(known?.most ?? "high"))] ?? "low";
}

function sentence(template: string, values: Finding["values"]): string {
  return template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? "" : shown(value);
  });
}

const shown = (value: string | number): string =>
  typeof value === "string"
    ? value.slice(0, TEXT_MAX)
    : String(Number.isInteger(value) ? value : Number(value.toPrecision(3)));

function matchedOf(finding: Finding, reason: string, addends: readonly Addend[]): readonly MatchedField[] {
  const { p, basis, n, values } = finding;
  const facts = Object.entries(values).map(([field, value]) => ({
    selection: "behaviour",
    field,
    value: shown(value),
  }));
  const risk = addends.map(({ detector, bits }) => ({
    selection: "risk",
    field: detector,
    value: Math.round(bits * 10) / 10,
  }));
  return [
    { selection: "behaviour", field: "because", value: reason },
    ...facts,
    { selection: "baseline", field: "basis", value: basis },
    { selection: "baseline", field: "n", value: Math.round(n) },
    { selection: "baseline", field: "p", value: Number(p.toPrecision(3)) },
    ...risk,
  ];
}

/** The event's own entities, and the one it is about where the event names it otherwise. */
function entitiesOf(about: Remembered, entities: readonly Entity[]): readonly Entity[] {
  const at = about.key.indexOf(":");
  const kind = about.key.slice(0, at);
  const value = about.key.slice(at + 1);
  if (kind !== "user" && kind !== "host" && kind !== "ip") return entities;
  if (entities.some((entity) => entity.kind === kind && entity.value === value)) return entities;
  if (kind === "ip" && !/^[0-9a-f.:]+$/.test(value)) return entities;
  return [...entities, { kind, role: "actor", value }];
}
