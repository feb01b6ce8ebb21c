/** What others know to be bad: look one value up, see where the knowledge comes from and how fresh it is. */
import type { WireIntelFeed, WireIntelStatus } from "@cordon/model/api/intel";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/client.ts";
import { intelQuery, meQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { bytesText, countText, groupDigits, type Tone } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { useToasts } from "../../ui/toast.tsx";
import { Lookup } from "./lookup.tsx";
import "./intel.css";

export function IntelPage() {
  const ask = useQuery(intelQuery);
  return (
    <div className="page">
      <header className="page-head">
        <h1>Intelligence</h1>
        {ask.data && <span className="muted">{countText(ask.data.indicators, "indicator")}</span>}
      </header>
      <div className="stack">
        <Lookup />
        <Loaded ask={ask} what="feeds">
          {(status) => (
            <>
              <Figures status={status} />
              <Feeds feeds={status.feeds} />
            </>
          )}
        </Loaded>
      </div>
    </div>
  );
}

function Figures({ status }: { readonly status: WireIntelStatus }) {
  const { counts } = status;
  const silent = counts.expired + counts.notYetValid + counts.revoked + counts.faded;
  const held = Object.entries(counts.suppressed).sort((a, b) => b[1] - a[1]);
  const heldSum = held.reduce((sum, [, n]) => sum + n, 0);
  return (
    <div className="intel-figures">
      <Figure word="In use" value={groupDigits(status.indicators)}>
        {bytesText(status.bytes)}, version <span className="mono">{status.version.slice(0, 8)}</span>
      </Figure>
      <Figure word="Patterns" value={groupDigits(status.patterns)}>
        more than a value, run as STIX patterns
      </Figure>
      <Figure word="Hits" value={groupDigits(counts.hits)}>
        of {groupDigits(counts.lookups)} values looked up since the start
      </Figure>
      <Figure word="Did not count" value={groupDigits(silent)}>
        {groupDigits(counts.expired)} expired, {groupDigits(counts.faded)} faded, {groupDigits(counts.revoked)} revoked
      </Figure>
      <Figure word="Held back" value={groupDigits(heldSum)}>
        {held[0] === undefined ? "by warning lists" : held.map(([list, n]) => `${list} ${groupDigits(n)}`).join(", ")}
      </Figure>
    </div>
  );
}

function Figure(props: { readonly word: string; readonly value: string; readonly children: React.ReactNode }) {
  return (
    <div className="card intel-figure">
      <span className="muted small">{props.word}</span>
      <b>{props.value}</b>
      <span className="muted small">{props.children}</span>
    </div>
  );
}

const STATE_TONE: Readonly<Record<WireIntelFeed["state"], Tone>> = { ok: "good", waiting: "info", failed: "bad" };

function Feeds({ feeds }: { readonly feeds: readonly WireIntelFeed[] }) {
  return (
    <Section title={countText(feeds.length, "feed")} aside={<Reload />}>
      {feeds.length === 0 ? (
        <Empty icon="eye" title="No feed yet">
          <p>
            <code>cordon intel add FILE</code> takes a list, CSV, hosts file, STIX bundle or MISP event; feeds with an
            address stand in the configuration under <code>intel.feeds</code>.
          </p>
        </Empty>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th>Feed</th>
              <th>State</th>
              <th className="num">Indicators</th>
              <th className="num">Patterns</th>
              <th className="num">Confidence</th>
              <th>Changed</th>
              <th>Looked at</th>
            </tr>
          </thead>
          <tbody>
            {feeds.map((feed) => (
              <FeedRow key={feed.name} feed={feed} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function FeedRow({ feed }: { readonly feed: WireIntelFeed }) {
  return (
    <tr>
      <td>
        <LogText text={feed.name} />
        <div>
          <LogText text={feed.place} mono max={80} className="small muted" />
        </div>
        {feed.error && (
          <div className="intel-error">
            <LogText text={feed.error} max={240} />
          </div>
        )}
        <BadRows feed={feed} />
      </td>
      <td>
        <Badge tone={STATE_TONE[feed.state]}>{feed.state}</Badge>
      </td>
      <td className="num">{groupDigits(feed.rows)}</td>
      <td className="num">{groupDigits(feed.patterns)}</td>
      <td className="num">{feed.confidence}</td>
      <td>{feed.changedAt === undefined ? <Never /> : <Time at={feed.changedAt} relative="only" />}</td>
      <td>{feed.checkedAt === undefined ? <Never /> : <Time at={feed.checkedAt} relative="only" />}</td>
    </tr>
  );
}

const Never = () => <span className="muted">never</span>;

function BadRows({ feed }: { readonly feed: WireIntelFeed }) {
  if (feed.bad === 0) return null;
  return (
    <details className="fold small">
      <summary>{countText(feed.bad, "row")} could not be used</summary>
      <ul className="plain">
        {feed.badRows.map(({ line, reason }) => (
          <li key={`${line} ${reason}`}>
            line {line}: <LogText text={reason} max={160} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Reload() {
  const me = useQuery(meQuery).data;
  const client = useQueryClient();
  const { say, fail } = useToasts();
  const reload = useMutation({
    mutationFn: () => call("reloadIntel"),
    onSuccess: (status) => {
      client.setQueryData(intelQuery.queryKey, status);
      say(`All feeds were read: ${countText(status.indicators, "indicator")} in use.`);
    },
    onError: fail,
  });
  if (me === undefined || !mayAct(me.role, "reloadIntel")) return null;
  return (
    <Button small disabled={reload.isPending} onClick={() => reload.mutate()}>
      {reload.isPending ? "Reading…" : "Read all feeds now"}
    </Button>
  );
}
