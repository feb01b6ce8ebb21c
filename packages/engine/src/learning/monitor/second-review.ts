/**
 * Do analysts agree? A share of decided cases is judged again by somebody else, who is not shown the first verdict.
 * Enters: verdicts (newest of each case), second verdicts, a share. Leaves: which cases are offered to whom, and Cohen's kappa.
 *
 * SR1. Which cases are drawn depends on their id alone: neither of the two can choose, and asking again draws the same.
 * SR2. Nobody reviews a case that he decided himself; a case is reviewed once.
 * SR3. Kappa comes with the interval of drawing cases anew; below PAIRS_MIN pairs it is not told.
 * SR4. Whoever wanted to see the first verdict instead of giving a second is not asked any more.
 */
import { cohensKappa } from "../drift/agreement.ts";
import { bootstrap } from "../metrics/interval.ts";

const PAIRS_MIN = 20;
/** Who decided may still remember; who reviews a year later sees another world. */
const OFFERED_MS = 30 * 86_400_000;
const SEED = 1;

export interface FirstVerdict {
  readonly incident: string;
  readonly at: number;
  readonly by: string;
  readonly verdict: string;
}

export interface SecondVerdict {
  readonly verdict: string;
  readonly by: string;
}

/** SR1. `digest`: hexadecimal, of the incident's id. */
export const isDrawn = (digest: string, share: number): boolean =>
  Number.parseInt(digest.slice(0, 8), 16) / 0x1_0000_0000 < share;

export interface ReviewRound {
  readonly share: number;
  readonly now: number;
  readonly digest: (text: string) => string;
}

export interface Reviewed {
  readonly seconds: ReadonlyMap<string, SecondVerdict>;
  /** `waiverOf` an incident and a person. */
  readonly waived: ReadonlySet<string>;
}

export const waiverOf = (incident: string, person: string): string => `${incident}\n${person}`;

/** SR2. Newest first. */
export function offeredTo(
  person: string,
  firsts: readonly FirstVerdict[],
  { seconds, waived }: Reviewed,
  round: ReviewRound,
): readonly FirstVerdict[] {
  return waiting(firsts, seconds, round).filter(
    ({ by, incident }) => by !== person && !waived.has(waiverOf(incident, person)),
  );
}

export function waiting(
  firsts: readonly FirstVerdict[],
  seconds: ReadonlyMap<string, SecondVerdict>,
  { share, now, digest }: ReviewRound,
): readonly FirstVerdict[] {
  return firsts
    .filter(
      ({ incident, at }) =>
        now - at <= OFFERED_MS && !seconds.has(incident) && isDrawn(digest(`review ${incident}`), share),
    )
    .toSorted((a, b) => b.at - a.at);
}

export interface Agreement {
  readonly pairs: number;
  readonly agreed: number;
  readonly kappa?: number;
  readonly low?: number;
  readonly high?: number;
}

export function agreementOf(firsts: readonly FirstVerdict[], seconds: ReadonlyMap<string, SecondVerdict>): Agreement {
  const pairs = firsts.flatMap(({ incident, verdict, by }) => {
    const second = seconds.get(incident);
    return second === undefined || second.by === by ? [] : [[verdict, second.verdict] as const];
  });
  const counts = { pairs: pairs.length, agreed: pairs.filter(([one, other]) => one === other).length };
  if (pairs.length < PAIRS_MIN) return counts;
  const kappa = (at: Int32Array): number => cohensKappa(Array.from(at, (row) => pairs[row] ?? ["", ""]));
  const { value, low, high } = bootstrap(pairs.length, kappa, { seed: SEED, draws: 300 });
  return { ...counts, kappa: value, low, high };
}
