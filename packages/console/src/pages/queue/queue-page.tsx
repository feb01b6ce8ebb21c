/** The queue: what needs a person, most urgent first. The list never moves under the hand. */
import type { WireIncidentSummary } from "@cordon/model/api/incidents";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { queueQuery } from "../../api/queries.ts";
import { countText } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { Failed, Loading } from "../../ui/state.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { EmptyQueue } from "./empty-queue.tsx";
import { Filters } from "./filters.tsx";
import { lastOpened } from "./last-open.ts";
import { Preview } from "./preview.tsx";
import { useQueueKeys } from "./queue-keys.ts";
import { QueueList } from "./queue-list.tsx";
import { type QueueSearch, queueQueryOf } from "./queue-search.ts";
import { useStillRows } from "./still-rows.ts";
import "./queue.css";

const route = getRouteApi("/");

export function QueuePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback(
    (part: QueueSearch) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true }),
    [navigate],
  );
  const ask = useInfiniteQuery(queueQuery(queueQueryOf(search)));
  const all = ask.data?.pages.flatMap((page) => page.items);
  const still = useStillRows(all, JSON.stringify(queueQueryOf(search)));
  const rows = still.rows.filter(({ incident }) => matchesHere(incident, search));
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      rows.findIndex(({ incident }) => incident.id === lastOpened()),
    ),
  );
  const keys = useQueueKeys({ rows, at, setAt, picked, setPicked, search, change, showNew: still.showNew });
  const peeked = rows.find((row) => row.incident.id === search.peek)?.incident;
  return (
    <div className="queue">
      <div className="queue-main">
        <header className="page-head">
          <h1>Queue</h1>
          <span className="muted">{ask.data ? countText(ask.data.pages[0]?.total ?? 0, "incident") : ""}</span>
        </header>
        <Filters search={search} change={change} rows={still.rows} />
        <NewBanner waiting={still.waiting} show={still.showNew} />
        {picked.size > 0 && <BulkBar picked={[...picked]} clear={() => setPicked(new Set())} close={keys.askClose} />}
        {ask.error !== null && <Failed error={ask.error} again={() => void ask.refetch()} />}
        {ask.isPending && <Loading what="incidents" />}
        {ask.data && rows.length === 0 && <EmptyQueue search={search} clear={() => change(CLEAR)} />}
        {rows.length > 0 && (
          <QueueList
            rows={rows}
            total={ask.data?.pages[0]?.total ?? rows.length}
            at={at}
            setAt={setAt}
            picked={picked}
            toggle={keys.toggle}
            peek={search.peek}
            more={ask.hasNextPage && !ask.isFetchingNextPage ? () => void ask.fetchNextPage() : undefined}
            touch={still.touch}
          />
        )}
      </div>
      {peeked && <Preview incident={peeked} onClose={() => change({ peek: undefined })} />}
      {keys.dialog}
    </div>
  );
}

const CLEAR = { status: undefined, min: undefined, q: undefined, severity: undefined, tactic: undefined };

function matchesHere(incident: WireIncidentSummary, search: QueueSearch): boolean {
  if (search.severity !== undefined && incident.severity !== search.severity) return false;
  return search.tactic === undefined || incident.tactics.includes(search.tactic);
}

function NewBanner(props: { readonly waiting: readonly WireIncidentSummary[]; readonly show: () => void }) {
  const { waiting, show } = props;
  if (waiting.length === 0) return null;
  const top = waiting.reduce((max, incident) => Math.max(max, incident.priority), 0);
  return (
    <output className="new-banner">
      <span>
        <b>{countText(waiting.length, "new incident")}</b>, highest priority {Math.round(top)}
      </span>
      <Button small look="primary" hint="n" onClick={show}>
        Show
      </Button>
    </output>
  );
}
