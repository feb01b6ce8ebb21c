/**
 * Names a host asked for -> a finding, when within ten minutes it asked for many that look generated.
 *
 * CQ1. One odd name proves nothing: what is raised is a burst of different registered names of one host, most of them of no
 *      use (they do not exist), or nearly all it asked for.
 * CQ2. Each registered name counts once in a window; the window goes by the events' own time and late ones count where they belong.
 * CQ3. A host's burst is said once in six hours.
 */

import { HOUR, MINUTE } from "@cordon/model/time";
import { type DomainModel, judgeDomain } from "../../../learning/domains/domain-model.ts";
import { type Bounded, makeBounded } from "./bounded.ts";
import type { Question } from "./sent.ts";

const WINDOW_MS = 10 * MINUTE;
const REST_MS = 6 * HOUR;
const HOSTS_MAX = 20_000;
/** Names kept of one host; a scanner's thousands say no more. */
const NAMES_MAX = 200;
const ODD = 0.8;
const MISSING_MIN = 8;
const ODD_MIN = 15;
const ODD_SHARE = 0.5;
const EVIDENCE_MAX = 20;

interface Asked {
  readonly name: string;
  readonly at: number;
  readonly p: number;
  readonly missing: boolean;
  readonly event: string;
}
interface Host {
  asked: Asked[];
  said: number;
}
export type QuestionState = readonly (readonly [string, Host])[];

export interface BurstFinding {
  readonly names: readonly string[];
  readonly events: readonly string[];
  readonly missing: number;
  readonly odd: number;
  readonly all: number;
  readonly p: number;
  /** A generated-looking name of the burst that does exist: whoever waits there was found. */
  readonly found: string | undefined;
  readonly why: readonly string[];
}

export class Questions {
  #model: DomainModel | undefined;
  readonly #hosts: Bounded<Host> = makeBounded(HOSTS_MAX);

  constructor(model: DomainModel | undefined) {
    this.#model = model;
  }

  /** Without one nothing is judged; what is remembered stays. */
  use(model: DomainModel | undefined): void {
    this.#model = model;
  }

  see(
    { name, missing }: Question,
    host: string,
    { time, event }: { time: number; event: string },
  ): BurstFinding | undefined {
    const verdict = this.#model && judgeDomain(this.#model, name);
    if (verdict === undefined) return undefined;
    const known = this.#hosts.get(host) ?? { asked: [], said: Number.NEGATIVE_INFINITY };
    const asked = known.asked.filter((one) => Math.abs(time - one.at) < WINDOW_MS && one.name !== verdict.registered);
    const before = known.asked.find((one) => one.name === verdict.registered);
    asked.push({
      name: verdict.registered,
      at: time,
      p: verdict.p,
      missing: missing || (before?.missing ?? false),
      event,
    });
    const kept = { asked: asked.slice(-NAMES_MAX), said: known.said };
    this.#hosts.set(host, kept);
    if (Math.abs(time - kept.said) < REST_MS) return undefined;
    const burst = burstOf(kept.asked);
    if (burst === undefined) return undefined;
    kept.said = time;
    return { ...burst, why: verdict.why };
  }

  state(): QuestionState {
    return this.#hosts
      .entries()
      .map(([key, { asked, said }]) => [key, { asked, said: Math.max(said, -1e15) }] as const);
  }

  restore(state: QuestionState): void {
    this.#hosts.fill(state.map(([key, { asked, said }]) => [key, { asked: [...asked], said }] as const));
  }
}

function burstOf(asked: readonly Asked[]): Omit<BurstFinding, "why"> | undefined {
  const odd = asked.filter(({ p }) => p >= ODD);
  const missing = odd.filter((one) => one.missing);
  const gone = asked.filter((one) => one.missing).length;
  // Search suffixes and mistyped names are missing too: of what is missing, most must look generated.
  const failing = missing.length >= MISSING_MIN && missing.length >= ODD_SHARE * gone;
  const flooding = odd.length >= ODD_MIN && odd.length >= ODD_SHARE * asked.length;
  if (!failing && !flooding) return undefined;
  const shown = (failing ? missing : odd).slice(-EVIDENCE_MAX);
  return {
    names: shown.map(({ name }) => name),
    events: shown.map(({ event }) => event),
    ...{ missing: missing.length, odd: odd.length, all: asked.length },
    p: odd.reduce((sum, one) => sum + one.p, 0) / odd.length,
    found: failing ? odd.find((one) => !one.missing)?.name : undefined,
  };
}
