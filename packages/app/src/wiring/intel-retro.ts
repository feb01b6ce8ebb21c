/** Indicators against what is stored: all of them over a stretch of days, or new ones by the entity index. */
import { urlKey } from "@cordon/engine/stream/detect/intel/forms";
import type { IntelWay } from "@cordon/engine/stream/detect/intel/way";
import type { WireRetro } from "@cordon/model/api/intel";
import type { Detection } from "@cordon/model/detection";
import type { EntityKind } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { nonEmpty } from "@cordon/model/ids";
import type { Indicator } from "@cordon/model/indicator";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { Worklist } from "@cordon/model/ports/journal";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { type Level, levelRank } from "@cordon/model/rule";
import { DAY, instant } from "@cordon/model/time";
import { type Meters, raiseProblem } from "../meters.ts";

export interface RetroParts {
  readonly way: IntelWay;
  readonly events: Pick<EventStore, "search">;
  readonly worklist: Pick<Worklist, "offer">;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly minLevel: Level;
}

const PAGE = 5_000;
/** A look back over everything ends here and says so. */
const EVENTS_MAX = 2_000_000;
/** Entities in one question, and events in one answer, of a look back for new indicators. */
const ENTITIES = 50;
const FOUND_MAX = 2_000;

/** Asks every stored event of the last days. */
export async function retroAll(parts: RetroParts, days: number, stop: Stop): Promise<WireRetro> {
  const from = instant(Math.max(0, parts.runtime.now() - days * DAY));
  const sum = { events: 0, detections: 0, fresh: 0 };
  let after: { readonly time: Event["time"]; readonly id: Event["id"] } | undefined;
  while (!stop.stopped && sum.events < EVENTS_MAX) {
    const page = await parts.events.search(
      { from, order: "oldest", limit: PAGE, ...(after === undefined ? {} : { after }) },
      stop,
    );
    const found = await offer(parts, parts.way.retro(page));
    sum.events += page.length;
    sum.detections += found.detections;
    sum.fresh += found.fresh;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return { ...sum, complete: true };
    after = { time: last.time, id: last.id };
    await parts.runtime.sleep(0, stop);
  }
  return { ...sum, complete: false };
}

/** Asks the entity index for the new indicators; ranges, sub-domains and paths below are for `retroAll`. */
export async function retroFor(
  parts: RetroParts,
  fresh: readonly Indicator[],
  days: number,
  stop: Stop,
): Promise<void> {
  const from = instant(Math.max(0, parts.runtime.now() - days * DAY));
  const entities = fresh.flatMap(entitiesOf);
  for (let at = 0; at < entities.length && !stop.stopped; at += ENTITIES) {
    const asked = entities.slice(at, at + ENTITIES);
    const found = await parts.events.search({ from, entities: asked, order: "newest", limit: FOUND_MAX }, stop);
    if (found.length === FOUND_MAX)
      raiseProblem(
        parts.meters,
        "intel-retro",
        `new indicators meet more than ${FOUND_MAX} stored events; the newest were taken`,
        "cordon intel retro --days N asks all of them",
      );
    await offer(parts, parts.way.retro(found));
  }
}

const ENTITY_OF: Partial<Readonly<Record<Indicator["kind"], EntityKind>>> = {
  ip: "ip",
  domain: "domain",
  hash: "hash",
  email: "email",
};

function entitiesOf({ kind, value }: Indicator): { readonly kind: EntityKind; readonly value: string }[] {
  const entity = ENTITY_OF[kind];
  if (entity !== undefined) return [{ kind: entity, value }];
  if (kind !== "url" || urlKey(`http://${value}`) === undefined) return [];
  return [
    { kind: "url", value: `http://${value}` },
    { kind: "url", value: `https://${value}` },
  ];
}

async function offer(
  parts: RetroParts,
  detections: readonly Detection[],
): Promise<{ detections: number; fresh: number }> {
  const worth = nonEmpty(detections.filter((one) => levelRank(one.severity) >= levelRank(parts.minLevel)));
  const fresh = worth === undefined ? 0 : await parts.worklist.offer(worth);
  parts.meters.detections += fresh;
  return { detections: detections.length, fresh };
}
