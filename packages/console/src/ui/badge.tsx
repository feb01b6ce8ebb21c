/** Small facts. Each says its meaning in a word or a shape; colour only repeats it. */
import type { IncidentStatus, ScoreTerm, Verdict } from "@cordon/model/incident";
import type { Level } from "@cordon/model/rule";
import type { ReactNode } from "react";
import { visibleString } from "../format/visible-text.ts";
import {
  LEVEL_WORD,
  MACHINE_WORD,
  type MachineVerdict,
  STATUS_WORD,
  TERM_WORD,
  type Tone,
  VERDICT_WORD,
} from "../format/words.ts";

export function Badge(props: { readonly tone?: Tone; readonly title?: string; readonly children: ReactNode }) {
  return (
    <span className={`badge tone-${props.tone ?? "neutral"}`} {...(props.title ? { title: props.title } : {})}>
      {props.children}
    </span>
  );
}

const LEVEL_BARS: Readonly<Record<Level, number>> = { informational: 0, low: 1, medium: 2, high: 3, critical: 4 };

/** Four bars, filled by level: readable without colour. */
export function Severity({ level, word = true }: { readonly level: Level; readonly word?: boolean }) {
  const filled = LEVEL_BARS[level];
  return (
    <span className={`sev sev-${level}`} title={`Severity: ${LEVEL_WORD[level]}`}>
      <svg viewBox="0 0 14 10" width="14" height="10" aria-hidden="true" focusable="false">
        {[0, 1, 2, 3].map((i) => (
          <rect
            key={i}
            x={i * 3.6}
            y={6 - i * 2}
            width="2.6"
            height={4 + i * 2}
            rx="0.6"
            className={i < filled ? "on" : "off"}
          />
        ))}
      </svg>
      <span className={word ? "" : "sr"}>{LEVEL_WORD[level]}</span>
    </span>
  );
}

const STATUS_TONE: Readonly<Record<IncidentStatus, Tone>> = {
  new: "info",
  open: "neutral",
  waiting: "warn",
  contained: "good",
  closed: "neutral",
};

export function Status({
  status,
  verdict,
}: {
  readonly status: IncidentStatus;
  readonly verdict?: Verdict | undefined;
}) {
  const word = status === "closed" && verdict !== undefined ? VERDICT_WORD[verdict] : STATUS_WORD[status];
  return (
    <span className={`status tone-${STATUS_TONE[status]} status-${status}`} title={`Status: ${STATUS_WORD[status]}`}>
      <span className="status-dot" aria-hidden="true" />
      {word}
    </span>
  );
}

const MACHINE_TONE: Readonly<Record<MachineVerdict, Tone>> = { malicious: "bad", benign: "good", undecided: "warn" };
const MACHINE_SIGN: Readonly<Record<MachineVerdict, string>> = { malicious: "▲", benign: "●", undecided: "◆" };

export function Machine(props: { readonly verdict: MachineVerdict; readonly confidence?: number }) {
  return (
    <span className={`machine tone-${MACHINE_TONE[props.verdict]}`} title="Verdict of the investigator">
      <span aria-hidden="true">{MACHINE_SIGN[props.verdict]}</span> {MACHINE_WORD[props.verdict]}
      {props.confidence !== undefined && <span className="machine-sure">{Math.round(props.confidence)} % sure</span>}
    </span>
  );
}

export function Terms({ terms, max }: { readonly terms: readonly ScoreTerm[]; readonly max?: number }) {
  const sorted = [...terms].sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  const shown = max === undefined ? sorted : sorted.slice(0, max);
  return (
    <span className="terms">
      {shown.map((term) => (
        <Term key={term.term + term.why} term={term} />
      ))}
      {sorted.length > shown.length && <span className="muted small">+{sorted.length - shown.length}</span>}
    </span>
  );
}

const signed = (points: number): string => (points < 0 ? `−${Math.abs(round(points))}` : `+${round(points)}`);
const round = (n: number): number => Math.round(n * 10) / 10;

function Term({ term }: { readonly term: ScoreTerm }) {
  return (
    <span className="term" title={`${TERM_WORD[term.term]} ${signed(term.points)}: ${visibleString(term.why)}`}>
      {TERM_WORD[term.term]} <b>{signed(term.points)}</b>
    </span>
  );
}

export function Priority({ value, level }: { readonly value: number; readonly level: Level }) {
  const n = Math.round(value);
  return (
    <span className={`prio sev-${level}`} title={`Priority ${n} of 100`}>
      <span className="prio-n">
        <span className="sr">Priority </span>
        {n}
      </span>
      <span className="prio-bar" aria-hidden="true">
        <span style={{ width: `${Math.max(0, Math.min(100, n))}%` }} />
      </span>
    </span>
  );
}
