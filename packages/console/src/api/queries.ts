/** Every question the console asks, with its cache key. Pages use these and never call the client for reading. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call, type QueryOf } from "./client.ts";

/** A page of the queue: one screen and a half at the densest; keyset paging asks for more on scroll. */
const QUEUE_PAGE = 100;
const SEARCH_PAGE = 200;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => call("me", { signal }),
  staleTime: 60_000,
});

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => call("status", { signal }),
  refetchInterval: 10_000,
});

export type QueueQuery = Omit<NonNullable<QueryOf<"listIncidents">>, "after" | "limit">;

export const queueQuery = (query: QueueQuery) =>
  infiniteQueryOptions({
    queryKey: ["incidents", query],
    queryFn: ({ pageParam, signal }) =>
      call("listIncidents", {
        query: { ...query, limit: QUEUE_PAGE, ...(pageParam === "" ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    refetchInterval: 30_000,
  });

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ["incident", id],
    queryFn: ({ signal }) => call("getIncident", { params: { id }, signal }),
  });

export const journalQuery = (id: string) =>
  queryOptions({
    queryKey: ["journal", id],
    queryFn: ({ signal }) => call("getJournal", { params: { id }, signal }),
  });

export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ["report", id],
    queryFn: ({ signal }) => call("getReport", { params: { id }, query: { format: "markdown" }, signal }),
  });

export const approvalsQuery = queryOptions({
  queryKey: ["approvals"],
  queryFn: ({ signal }) => call("listApprovals", { signal }),
  refetchInterval: 30_000,
});

export const actionsQuery = queryOptions({
  queryKey: ["actions"],
  queryFn: ({ signal }) => call("listActions", { signal }),
});

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ["event", id],
    queryFn: ({ signal }) => call("getEvent", { params: { id }, signal }),
    // A stored event never changes; only what cites it may.
    staleTime: 60_000,
  });

export type EventQueryInput = Omit<NonNullable<QueryOf<"listEvents">>, "after" | "limit">;

export const eventsQuery = (query: EventQueryInput) =>
  infiniteQueryOptions({
    queryKey: ["events", query],
    queryFn: ({ pageParam, signal }) =>
      call("listEvents", {
        query: { ...query, limit: SEARCH_PAGE, ...(pageParam === "" ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
  });

export const rulesQuery = (query: NonNullable<QueryOf<"listRules">>) =>
  queryOptions({ queryKey: ["rules", query], queryFn: ({ signal }) => call("listRules", { query, signal }) });

export const coverageQuery = queryOptions({
  queryKey: ["coverage"],
  queryFn: ({ signal }) => call("ruleCoverage", { signal }),
});

export const explanationQuery = (rule: string, event: string) =>
  queryOptions({
    queryKey: ["explanation", rule, event],
    queryFn: ({ signal }) => call("explainRule", { params: { id: rule }, query: { event }, signal }),
  });

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => call("listModels", { signal }),
});

export const modelHealthQuery = queryOptions({
  queryKey: ["models", "health"],
  queryFn: ({ signal }) => call("modelHealth", { signal }),
  refetchInterval: 60_000,
});

export const modelBiasQuery = queryOptions({
  queryKey: ["models", "bias"],
  queryFn: ({ signal }) => call("modelBias", { signal }),
});

export const reviewsQuery = queryOptions({
  queryKey: ["models", "reviews"],
  queryFn: ({ signal }) => call("listReviews", { signal }),
});

export const modelGatesQuery = (id: string) =>
  queryOptions({
    queryKey: ["models", "gates", id],
    queryFn: ({ signal }) => call("modelGates", { params: { id }, signal }),
  });

export const modelCardQuery = (id: string) =>
  queryOptions({
    queryKey: ["models", "card", id],
    queryFn: ({ signal }) => call("modelCard", { params: { id }, signal }),
  });

export const intelQuery = queryOptions({
  queryKey: ["intel"],
  queryFn: ({ signal }) => call("intelStatus", { signal }),
  refetchInterval: 10_000,
});

export const intelLookupQuery = (value: string) =>
  queryOptions({
    queryKey: ["intel", "lookup", value],
    queryFn: ({ signal }) => call("intelLookup", { query: { value }, signal }),
  });

/** A version never changes; only whether it is live may. */
export const ruleVersionQuery = (id: string, digest: string) =>
  queryOptions({
    queryKey: ["rule-version", id, digest],
    queryFn: ({ signal }) => call("getRuleVersion", { params: { id, digest }, signal }),
  });

export const playbooksQuery = queryOptions({
  queryKey: ["playbooks"],
  queryFn: ({ signal }) => call("listPlaybooks", { signal }),
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => call("listTokens", { signal }),
});
