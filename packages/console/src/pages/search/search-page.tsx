/** Search over stored events: a typed query, no free grammar; everything stands in the address. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { eventsQuery } from "../../api/queries.ts";
import { countText } from "../../format/words.ts";
import { Empty, Failed, Loading } from "../../ui/state.tsx";
import { type EventSearch, eventQueryOf, histogram } from "./event-search.ts";
import { QueryBuilder } from "./query-builder.tsx";
import { Results } from "./results.tsx";
import "./search.css";

const route = getRouteApi("/search");
/** A span like "last hour" is cut to this, so that typing elsewhere does not ask anew each second. */
const NOW_STEP_MS = 60_000;
const BINS = 80;

export function SearchPage() {
  const { event, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: EventSearch) => void navigate({ search: next });
  const step = Math.ceil(Date.now() / NOW_STEP_MS) * NOW_STEP_MS;
  // The cache compares queries by content, so a new object of the same content asks nothing.
  const query = eventQueryOf(search, step);
  const ask = useInfiniteQuery(eventsQuery(query));
  const rows = ask.data?.pages.flatMap((page) => page.items) ?? [];
  const open = (id: string) =>
    void navigate({ search: (before) => ({ ...before, event: id }), replace: event !== undefined });
  return (
    <div className="page search-page">
      <header className="page-head">
        <h1>Search</h1>
        <span className="muted">
          {ask.data && `${countText(rows.length, "event")}${ask.hasNextPage ? " loaded, more below" : ""}`}
        </span>
      </header>
      <QueryBuilder search={search} change={change} />
      {ask.error !== null && <Failed error={ask.error} again={() => void ask.refetch()} />}
      {ask.isPending && <Loading what="events" />}
      {rows.length > 1 && <Histogram times={rows.map((row) => row.time)} />}
      {ask.data && rows.length === 0 && (
        <Empty icon="search" title="No stored event matches">
          <p className="muted">Widen the time or drop a condition. Fields are read by the names the source uses.</p>
        </Empty>
      )}
      {rows.length > 0 && (
        <Results
          rows={rows}
          open={open}
          opened={event}
          more={ask.hasNextPage && !ask.isFetchingNextPage ? () => void ask.fetchNextPage() : undefined}
        />
      )}
    </div>
  );
}

function Histogram({ times }: { readonly times: readonly number[] }) {
  const bins = histogram(times, BINS);
  const most = bins.reduce((a, b) => Math.max(a, b), 1);
  return (
    <figure className="histogram" aria-label="Loaded events over time">
      <svg viewBox={`0 0 ${BINS * 4} 36`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {bins.map((n, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place.
          <rect key={i} x={i * 4} y={36 - (n / most) * 34} width="3" height={(n / most) * 34} />
        ))}
      </svg>
      <figcaption className="muted small">Loaded rows over time</figcaption>
    </figure>
  );
}
