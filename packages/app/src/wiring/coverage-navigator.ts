/**
 * Coverage as a layer of the ATT&CK Navigator (layer format 4.5): score = rules with a live source.
 * A technique whose rules nothing feeds has the score 0; one without any rule is not in the layer.
 */
import type { WireCoverage } from "@cordon/model/api/coverage";

type Technique = WireCoverage["techniques"][number];

/** Longer comments do not fit what shows them. */
const COMMENT_MAX = 4_000;
const LOW = "#dce8f5";
const HIGH = "#1f5fa8";
const EMPTY = "#f3d9d2";
const ENTERPRISE = /^T1\d{3}(?:\.\d{3})?$/;

export function navigatorLayer({ techniques, rules }: WireCoverage, version: string) {
  // Techniques of control systems (T0...) are of another domain: the Navigator refuses a layer that mixes them.
  const listed = techniques.filter(({ id, state }) => state !== "none" && ENTERPRISE.test(id));
  const ids = new Set(listed.map(({ id }) => id));
  const rows = listed.map(techniqueRow);
  const parents = [
    ...new Set(
      listed
        .map(({ id }) => id)
        .filter(isSub)
        .map(parentOf),
    ),
  ];
  const opened = rows.map((row) => (parents.includes(row.techniqueID) ? { ...row, showSubtechniques: true } : row));
  return {
    name: "Cordon coverage",
    versions: { attack: "18", navigator: "5.2.0", layer: "4.5" },
    domain: "enterprise-attack",
    description: `Score: rules with a live source. ${rules.live} of ${rules.total} rules have one; 0 means rules without any.`,
    sorting: 3,
    layout: {
      ...{ layout: "side", showID: true, showName: true, showAggregateScores: true, countUnscored: false },
      ...{ aggregateFunction: "sum", expandedSubtechniques: "annotated" },
    },
    hideDisabled: false,
    techniques: [
      ...opened,
      // A technique is opened where only parts of it are covered.
      ...parents.filter((id) => !ids.has(id)).map((techniqueID) => ({ techniqueID, showSubtechniques: true })),
    ].sort((a, b) => (a.techniqueID < b.techniqueID ? -1 : 1)),
    gradient: { colors: [LOW, HIGH], minValue: 0, maxValue: Math.max(1, ...rows.map(({ score }) => score)) },
    legendItems: [
      { label: "rules, but no live source", color: EMPTY },
      { label: "one rule with a live source", color: LOW },
      { label: "many", color: HIGH },
    ],
    metadata: [{ name: "made by", value: `Cordon ${version}` }],
  };
}

const isSub = (id: string): boolean => id.includes(".");
const parentOf = (id: string): string => id.slice(0, id.indexOf("."));

function techniqueRow({ id, state, rules }: Technique) {
  const live = rules.filter((rule) => rule.live);
  const idle = rules.filter((rule) => !rule.live);
  const comment = [
    ...(live.length > 0 ? [`With a live source: ${live.map(({ title }) => title).join("; ")}.`] : []),
    ...(idle.length > 0 ? [`Without: ${idle.map(({ title }) => title).join("; ")}.`] : []),
  ].join(" ");
  return {
    techniqueID: id,
    score: live.length,
    comment: comment.length > COMMENT_MAX ? `${comment.slice(0, COMMENT_MAX - 1)}…` : comment,
    ...(state === "no-source" ? { color: EMPTY } : {}),
  };
}
