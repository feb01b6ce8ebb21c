/**
 * How surprising a value is: own counts, backed off to peers, backed off to the organisation (learning.md 2).
 *
 * P(v|entity) = (n_ev + 5 P(v|peer)) / (n_e + 5), the same with 20 from peer to organisation; an unseen value of the
 * organisation has 20 / (distinct + 1) of its last 20. A first value is judged by the entity's own novelty rate instead:
 * the chance of any first value, times the chance that a new value is as rare among peers as this one.
 */
import type { Held, Population } from "./population.ts";
import { countAt, noveltyOf, totalOf, type ValueCounts } from "./value-counts.ts";

const OWN_BACKING = 5;
const PEER_BACKING = 20;

/** No past is long enough to call any first value rarer than this; else each month's would outrank all before. */
const NOVELTY_MIN = 0.01;

export interface Layers {
  readonly own: ValueCounts | undefined;
  readonly peer: Population;
  readonly organisation: Population;
}

/** What is known of the value itself: its place among the own counts, and what the others hold of it. */
export interface Found {
  readonly place: number;
  readonly among: Readonly<Held> | undefined;
  readonly anywhere: Readonly<Held> | undefined;
}

export interface Rarity {
  readonly probability: number;
  /** Of a first value: p normalised by the novelty rate; of a known one, its probability. */
  readonly p: number;
  readonly first: boolean;
  readonly ownCount: number;
  readonly holders: number;
  readonly members: number;
  readonly novelty: number;
}

/** Room for a rarity: each event asks for several. */
export type RarityRoom = { -readonly [name in keyof Rarity]: Rarity[name] };

export function rarityInto(room: RarityRoom & Layers & Found): void {
  const { own, peer, organisation, place, among, anywhere } = room;
  const top = ((anywhere?.count ?? 0) + PEER_BACKING / (organisation.distinct + 1)) / (organisation.n + PEER_BACKING);
  const middle = ((among?.count ?? 0) + PEER_BACKING * top) / (peer.n + PEER_BACKING);
  const ownCount = countAt(own, place);
  const probability = (ownCount + OWN_BACKING * middle) / (totalOf(own) + OWN_BACKING);
  const first = ownCount === 0;
  const novelty = own === undefined ? 1 : Math.max(NOVELTY_MIN, noveltyOf(own));
  const { members } = organisation;
  const holders = anywhere?.holders ?? 0;
  // Share of entities that hold it, among peers or all, whichever is more; of nobody in few one knows little.
  const prevalence = Math.max(((among?.holders ?? 0) + 0.5) / (peer.members + 1), (holders + 0.5) / (members + 1));
  room.probability = probability;
  room.p = Math.min(1, first ? novelty * Math.min(1, prevalence) : probability);
  room.first = first;
  room.ownCount = ownCount;
  room.holders = holders;
  room.members = members;
  room.novelty = novelty;
}
