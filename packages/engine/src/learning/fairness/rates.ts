/** What is measured of a group of cases, each with the rows it is a share of, and in words. */
import { type Rate, wilson } from "./wilson.ts";

export interface JudgedRow {
  readonly malicious: boolean;
  /** The model put it above its threshold. */
  readonly flagged: boolean;
  readonly closed: boolean;
  /** Something was done to a host or an account: blocked, isolated, locked. */
  readonly acted: boolean;
  readonly p?: number | undefined;
  readonly at: number;
  /** Host, account or case: rows of one are not independent. */
  readonly entity: string;
  /** Digest of the account it is about. */
  readonly person?: string | undefined;
  readonly segments: Readonly<Record<string, string>>;
}

export const RATE_NAMES = ["tpr", "fnr", "fpr", "precision", "calibration", "alerts", "closed", "actions"] as const;
export type RateName = (typeof RATE_NAMES)[number];

interface Measure {
  /** The rows it is a mean over. */
  readonly of: (row: JudgedRow) => boolean;
  readonly value: (row: JudgedRow) => number;
  readonly said: string;
  /** False where another measure is the same question turned round. */
  readonly tested: boolean;
}

const all = (): boolean => true;

export const RATES: Readonly<Record<RateName, Measure>> = {
  tpr: {
    of: (row) => row.malicious,
    value: (row) => Number(row.flagged),
    said: "malicious cases that were put on top",
    tested: true,
  },
  fnr: {
    of: (row) => row.malicious,
    value: (row) => Number(!row.flagged),
    said: "malicious cases that were not put on top",
    tested: false,
  },
  fpr: {
    of: (row) => !row.malicious,
    value: (row) => Number(row.flagged),
    said: "harmless cases that were put on top",
    tested: true,
  },
  precision: {
    of: (row) => row.flagged,
    value: (row) => Number(row.malicious),
    said: "cases on top that were malicious",
    tested: true,
  },
  calibration: {
    of: (row) => row.p !== undefined,
    value: (row) => (row.p ?? 0) - Number(row.malicious),
    said: "how much more likely than true the model says malice is",
    tested: true,
  },
  alerts: { of: all, value: (row) => Number(row.flagged), said: "cases put on top", tested: true },
  closed: { of: all, value: (row) => Number(row.closed), said: "cases closed without a person", tested: true },
  actions: { of: all, value: (row) => Number(row.acted), said: "cases in which something was contained", tested: true },
};

/** Shares of all cases, which need no verdict. */
export const isSelection = (rate: RateName): boolean => RATES[rate].of === all;

export function rateOf(rows: readonly JudgedRow[], rate: RateName): Rate | undefined {
  const { of, value } = RATES[rate];
  const values = rows.filter(of).map(value);
  if (values.length === 0) return undefined;
  const sum = values.reduce((total, each) => total + each, 0);
  if (rate !== "calibration") return wilson(sum, values.length);
  const mean = sum / values.length;
  const spread = Math.sqrt(values.reduce((total, each) => total + (each - mean) ** 2, 0)) / values.length;
  return { value: mean, low: mean - 1.96 * spread, high: mean + 1.96 * spread, of: values.length };
}
