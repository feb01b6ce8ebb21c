/** What operators ask about rules of a running Cordon: a backtest, coverage, and a rule that is not loaded yet. */
import type { RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { AppError } from "@cordon/model/error";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { MINUTE, SECOND } from "@cordon/model/time";
import type { Config } from "../config.ts";
import type { RuleStudy } from "../instance.ts";
import { version } from "../version.ts";
import { type BacktestWorld, runBacktest, targetIn, targetOf } from "./backtest.ts";
import { coverageOf, type LiveSource, liveSources } from "./coverage.ts";
import { navigatorLayer } from "./coverage-navigator.ts";
import { loadGiven } from "./rule-check.ts";
import { explainText } from "./rule-check-explain.ts";

export interface StudyParts extends BacktestWorld {
  readonly config: Config;
  /** The rules that are live now. */
  readonly rules: () => RuleSet;
}

/** Looking at the stored sources takes a search each; a page that is open asks again and again. */
const SOURCES_LIFE_MS = MINUTE;

export function ruleStudy(parts: StudyParts): RuleStudy {
  const { config, mappings, events, runtime } = parts;
  let running: { readonly since: number; looked: number; total: number } | undefined;
  let seen: { readonly at: number; readonly sources: Promise<readonly LiveSource[]> } | undefined;
  const sources = (): Promise<readonly LiveSource[]> => {
    const now = runtime.now();
    if (seen === undefined || now - seen.at > SOURCES_LIFE_MS)
      seen = { at: now, sources: liveSources(events, NEVER_STOP) };
    return seen.sources.catch((error: unknown) => {
      seen = undefined;
      throw error;
    });
  };
  const coverage = async () => coverageOf(parts.rules(), await sources());
  return {
    coverage,
    navigator: async () => navigatorLayer(await coverage(), version),
    async backtest({ id, text, days, seconds }, stop) {
      // Two at once would take twice as long each.
      if (running !== undefined)
        throw new AppError("already-running", "another backtest is running", { retry: "later" });
      const live = parts.rules();
      const given = [{ path: "(given)", text: text ?? "", source: "(given)" }];
      const set = id === undefined ? loadGiven(config, given, live) : live;
      const target = id === undefined ? targetIn(set) : targetOf(set, id);
      const now = { since: runtime.now(), looked: 0, total: 0 };
      running = now;
      try {
        return await runBacktest(
          { set, target, days, seconds, onProgress: (looked, total) => Object.assign(now, { looked, total }) },
          parts,
          stop,
        );
      } finally {
        running = undefined;
      }
    },
    progress: () =>
      running === undefined
        ? { running: false, looked: 0, total: 0, seconds: 0 }
        : {
            ...{ running: true, looked: running.looked, total: running.total },
            seconds: (runtime.now() - running.since) / SECOND,
          },
    tryRule(text, event) {
      const { rejected, explained } = explainText(config, text, { set: parts.rules(), views: mappings.views, event });
      return {
        rejected: rejected.map(({ line, code, reason }) => ({ line, code, reason })),
        explained: explained.map(({ id, title, explanation }) => ({ id, title, explanation })),
      };
    },
  };
}
