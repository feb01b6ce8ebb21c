/** The queue's filters as they stand in the address bar. */
import { LEVELS, type Level } from "@cordon/model/rule";
import { defined, readChoice, readNumber, readText, type SearchRecord } from "../../api/search-text.ts";

export const ORDERS = ["priority", "updated", "opened"] as const;
export const STATUSES = ["new", "open", "waiting", "contained", "closed"] as const;
export type QueueStatus = (typeof STATUSES)[number];

export interface QueueSearch {
  /** Comma-separated statuses; absent = everything that is not closed; `all` = everything. */
  readonly status?: string | undefined;
  readonly min?: number | undefined;
  readonly q?: string | undefined;
  readonly order?: (typeof ORDERS)[number] | undefined;
  /** Filters over the rows that are loaded. */
  readonly severity?: Level | undefined;
  readonly tactic?: string | undefined;
  /** Incident whose preview is open. */
  readonly peek?: string | undefined;
}

const OPEN = "new,open,waiting,contained";

export function readQueueSearch(search: SearchRecord): QueueSearch {
  const min = readNumber(search, "min");
  return defined<QueueSearch>({
    status: readStatus(readText(search, "status")),
    min: min === undefined ? undefined : Math.max(0, Math.min(100, Math.round(min))) || undefined,
    q: readText(search, "q")?.slice(0, 200),
    order: readChoice(search, "order", ORDERS),
    severity: readChoice(search, "severity", LEVELS),
    tactic: readText(search, "tactic"),
    peek: readText(search, "peek"),
  });
}

function readStatus(text: string | undefined): string | undefined {
  if (text === undefined || text === "all") return text;
  const known = STATUSES.filter((status) => text.split(",").includes(status));
  return known.length === 0 ? undefined : known.join(",");
}

/** What the server is asked. */
export function queueQueryOf(search: QueueSearch) {
  const status = search.status ?? OPEN;
  return {
    ...(status === "all" ? {} : { status }),
    ...(search.min === undefined ? {} : { minPriority: search.min }),
    ...(search.q === undefined ? {} : { q: search.q }),
    order: search.order ?? "priority",
  } as const;
}

export function toggleStatus(search: QueueSearch, status: QueueStatus): string | undefined {
  const now = new Set((search.status === undefined || search.status === "all" ? "" : search.status).split(","));
  if (now.has(status)) now.delete(status);
  else now.add(status);
  return readStatus([...now].join(","));
}
