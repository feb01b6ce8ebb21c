/**
 * The timeline. Enters: checked claims. Leaves: items in order of time, repeats folded, each with the claim it shows.
 * T1. An item repeats another when it says the same within FOLD_MS of that one's last time.
 */
import type { Detection } from "@cordon/model/detection";
import { entityKey } from "@cordon/model/entity";
import type { EventId } from "@cordon/model/ids";
import type { Claim, TimelineItem } from "@cordon/model/investigation";
import { MINUTE } from "@cordon/model/time";
import { type Label, textOfClaim } from "./sentence.ts";

const FOLD_MS = 10 * MINUTE;
/** Event ids kept per folded item. */
const EVENTS_MAX = 10;

interface Draft {
  item: { -readonly [K in keyof TimelineItem]: TimelineItem[K] };
  last: number;
}

export function timelineOf(
  claims: readonly Claim[],
  label: Label,
  detections: readonly Detection[],
): readonly TimelineItem[] {
  const stages = stagesOf(detections);
  const drafts: Draft[] = [];
  const open = new Map<string, Draft>();
  for (const claim of claims) {
    if (claim.at === undefined) continue;
    const key = `${claim.predicate} ${entityKey(claim.subject)} ${claim.object === undefined ? "" : entityKey(claim.object)}`;
    const known = open.get(key);
    const events = [...new Set(claim.cites.map((cite) => cite.event))];
    if (known !== undefined && claim.at - known.last <= FOLD_MS) {
      known.last = claim.at;
      known.item.count += 1;
      known.item.events = [...new Set([...known.item.events, ...events])].slice(0, EVENTS_MAX);
      continue;
    }
    const [technique] = claim.techniques;
    const stage = events.map((id) => stages.get(id)).find((tactic) => tactic !== undefined);
    const draft: Draft = {
      last: claim.at,
      item: {
        ...{ at: claim.at, events, claim: claim.id, text: textOfClaim(claim, label), count: 1 },
        ...(technique === undefined ? {} : { technique }),
        ...(stage === undefined ? {} : { tactic: stage }),
      },
    };
    drafts.push(draft);
    open.set(key, draft);
  }
  return drafts.map((draft) => draft.item);
}

function stagesOf(detections: readonly Detection[]): ReadonlyMap<EventId, string> {
  const stages = new Map<EventId, string>();
  for (const { evidence, tactics } of detections) {
    const tactic = tactics.at(-1);
    for (const id of evidence) if (tactic !== undefined && !stages.has(id)) stages.set(id, tactic);
  }
  return stages;
}
