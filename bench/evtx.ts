/** How fast EVTX slots become event objects: all files of ../shared/data/evtx, decoded in one thread. */
import { decodeEvtxChunk } from "@cordon/engine/stream/normalise/decode/evtx/evtx";
import { evtxSlots } from "./material.ts";
import { type Effort, type Figure, figure, roundsOf, timed } from "./measure.ts";

/** Passes that warm the compiler up, which a running process has behind it. */
const WARM = 2;

export async function benchEvtx({ rounds }: Effort): Promise<readonly Figure[]> {
  const slots = evtxSlots();
  if (slots.length === 0) return [];
  const decodeAll = (): number => slots.reduce((sum, slot) => sum + decodeEvtxChunk(slot).records.length, 0);
  for (let pass = 1; pass < WARM; pass += 1) decodeAll();
  const passes = await roundsOf(rounds, () => timed(decodeAll));
  return [
    figure(
      "parse EVTX",
      passes.map(([records, seconds]) => records / seconds),
      { unit: "events/CPU-s", note: `${passes[0]?.[0] ?? 0} records of ${slots.length} slots` },
    ),
  ];
}
