import type { WireRuleFlag } from "@cordon/model/api/rules";
import type { RULE_ORDERS, WireRule } from "@cordon/model/api/system";
import { Link } from "@tanstack/react-router";
import { groupDigits, tacticWord, verdictWord } from "../../format/words.ts";
import { Badge, Severity } from "../../ui/badge.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Empty } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";

type Order = (typeof RULE_ORDERS)[number];

const FLAG_WORD: Readonly<Record<WireRuleFlag, string>> = {
  "never-hit": "Never hit",
  noisy: "Noisy",
  slow: "Slow",
  "mostly-false": "Mostly false",
};
const FLAG_MEANING: Readonly<Record<WireRuleFlag, string>> = {
  "never-hit": "No hit in 30 days, although its source sends events",
  noisy: "A fifth or more of all hits of the last 7 days",
  slow: "Its conditions take long",
  "mostly-false": "At least half of its closed incidents were false positives",
};

interface Sorting {
  readonly sort: Order;
  readonly order: "up" | "down";
  readonly set: (part: { readonly sort: Order; readonly order: "up" | "down" }) => void;
}

export function RuleTable({ rules, ...sorting }: Sorting & { readonly rules: readonly WireRule[] }) {
  if (rules.length === 0) return <Empty icon="rules" title="No rule matches" />;
  return (
    <table className="table">
      <thead>
        <tr>
          <Head by="title" {...sorting}>
            Rule
          </Head>
          <Head by="level" {...sorting}>
            Level
          </Head>
          <th>Techniques</th>
          <Head by="hits" num {...sorting}>
            Hits
          </Head>
          <Head by="last-hit" {...sorting}>
            Last hit
          </Head>
          <Head by="false-share" num {...sorting}>
            False
          </Head>
          <Head by="time" num {...sorting}>
            Time
          </Head>
          <th>Stands out</th>
          <th>Analysts said</th>
        </tr>
      </thead>
      <tbody>
        {rules.map((rule) => (
          <RuleRow key={rule.id + rule.version} rule={rule} />
        ))}
      </tbody>
    </table>
  );
}

interface HeadProps extends Sorting {
  readonly by: Order;
  readonly num?: boolean;
  readonly children: string;
}

/** A column that can be sorted by: the most first, then the other way round. */
function Head({ by, num = false, sort, order, set, children }: HeadProps) {
  const on = sort === by;
  const first = by === "title" ? "up" : "down";
  const next = !on ? first : order === "down" ? "up" : "down";
  return (
    <th
      className={num ? "num" : undefined}
      aria-sort={on ? (order === "down" ? "descending" : "ascending") : undefined}
    >
      <button type="button" className="sort" onClick={() => set({ sort: by, order: next })}>
        {children}
        <span aria-hidden="true" className="sort-mark">
          {on ? (order === "down" ? "↓" : "↑") : ""}
        </span>
      </button>
    </th>
  );
}

const share = (part: number | undefined): string => (part === undefined ? "" : `${Math.round(part * 100)} %`);

function LastHit({ at }: { readonly at: number | undefined }) {
  return at === undefined ? <span className="muted">never</span> : <Time at={at} relative="only" />;
}

function RuleRow({ rule }: { readonly rule: WireRule }) {
  return (
    <tr>
      <td>
        <details className="fold">
          <summary>
            <LogText text={rule.title} />
          </summary>
          {rule.description && (
            <p>
              <LogText text={rule.description} />
            </p>
          )}
          <p className="muted small">
            <LogText text={rule.source} mono max={90} /> · {rule.status ?? "no status"}
            {rule.author && (
              <>
                {" · by "}
                <LogText text={rule.author} />
              </>
            )}
          </p>
          <p>
            <Link to="/rules/backtest" search={{ rule: rule.id }} className="btn btn-plain btn-small">
              Backtest
            </Link>
          </p>
          <p className="muted small mono">
            {rule.id} ·{" "}
            {Object.entries(rule.logsource)
              .map(([key, value]) => `${key}: ${String(value)}`)
              .join(", ")}
          </p>
        </details>
      </td>
      <td>
        <Severity level={rule.level} />
      </td>
      <td>
        <span className="chips">
          {rule.techniques.slice(0, 3).map((technique) => (
            <Badge key={technique}>{technique}</Badge>
          ))}
          <span className="muted small">{rule.tactics.slice(0, 2).map(tacticWord).join(", ")}</span>
        </span>
      </td>
      <td className="num">{groupDigits(rule.hits)}</td>
      <td className="small">
        <LastHit at={rule.health.lastHitAt} />
      </td>
      <td className="num">{share(rule.health.falseShare)}</td>
      <td className="num">{share(rule.health.timeShare === 0 ? undefined : rule.health.timeShare)}</td>
      <td>
        <span className="chips">
          {rule.health.flags.map((flag) => (
            <Badge key={flag} tone="warn" title={FLAG_MEANING[flag]}>
              {FLAG_WORD[flag]}
            </Badge>
          ))}
          {rule.health.muted && (
            <Badge title="A correlation counts its hits; it makes no detections of its own">Muted</Badge>
          )}
        </span>
      </td>
      <td className="small">
        {Object.entries(rule.verdicts)
          .map(([verdict, n]) => `${n} ${verdictWord(verdict)}`)
          .join(", ") || <span className="muted">nothing yet</span>}
      </td>
    </tr>
  );
}
