/** What happened in order. A strip of counts on top narrows the list to a stretch of time; chips narrow by tactic. */
import type { WireIncident, WireInvestigation } from "@cordon/model/api/incidents";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { absoluteTime, spanText } from "../../format/time-text.ts";
import { countText, tacticWord } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { EventChips } from "../../ui/event-chip.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { useSettings } from "../../ui/settings.tsx";
import { Empty } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { histogram } from "../search/event-search.ts";

type Item = WireInvestigation["timeline"][number];
const route = getRouteApi("/incidents/$id");
const BINS = 60;
/** More rows than this in one list would make the page slow; the strip narrows further. */
const ITEMS_SHOWN = 400;
/** A silence longer than this is worth a line of its own. */
const GAP_MS = 3_600_000;

export function TimelineTab({ incident }: { readonly incident: WireIncident }) {
  const { tactic } = route.useSearch();
  const navigate = route.useNavigate();
  const [span, setSpan] = useState<readonly [number, number] | undefined>();
  const all = [...(incident.investigation?.timeline ?? [])].sort((a, b) => a.at - b.at);
  if (all.length === 0) return <Empty icon="clock" title="No timeline yet" />;
  const tactics = [...new Set(all.flatMap((item) => (item.tactic === undefined ? [] : [item.tactic])))];
  const items = all.filter(
    (item) =>
      (tactic === undefined || item.tactic === tactic) &&
      (span === undefined || (item.at >= span[0] && item.at <= span[1])),
  );
  const setTactic = (next: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, tactic: next }), replace: true });
  return (
    <div className="stack">
      <Strip items={all} span={span} setSpan={setSpan} />
      <div className="row wrap gap-1">
        {tactics.map((name) => (
          <button
            key={name}
            type="button"
            className="facet"
            aria-pressed={tactic === name}
            onClick={() => setTactic(tactic === name ? undefined : name)}
          >
            {tacticWord(name)}
          </button>
        ))}
        <span className="muted small">
          {items.length === all.length
            ? countText(all.length, "item")
            : `${items.length} of ${countText(all.length, "item")}`}
        </span>
      </div>
      <ol className="timeline">
        {items.slice(0, ITEMS_SHOWN).map((item, i) => (
          <TimelineItem key={`${item.at} ${item.events.join()} ${item.text}`} item={item} before={items[i - 1]} />
        ))}
      </ol>
      {items.length > ITEMS_SHOWN && <p className="muted">{items.length - ITEMS_SHOWN} more: narrow the time above.</p>}
    </div>
  );
}

function TimelineItem({ item, before }: { readonly item: Item; readonly before: Item | undefined }) {
  const gap = before === undefined ? 0 : item.at - before.at;
  return (
    <>
      {gap > GAP_MS && <li className="t-gap">{spanText(gap)} without a noted event</li>}
      <li className="t-item">
        <span className="t-time">
          <Time at={item.at} />
        </span>
        <span className="t-dot" aria-hidden="true" />
        <div className="t-what">
          <LogText text={item.text} />
          <div className="row wrap gap-1 small">
            {item.tactic && <Badge tone="info">{tacticWord(item.tactic)}</Badge>}
            {item.technique && <Badge>{item.technique}</Badge>}
            {item.count > 1 && <Badge>×{item.count}</Badge>}
            <EventChips ids={item.events} />
          </div>
        </div>
      </li>
    </>
  );
}

interface StripProps {
  readonly items: readonly Item[];
  readonly span: readonly [number, number] | undefined;
  readonly setSpan: (span: readonly [number, number] | undefined) => void;
}

function Strip({ items, span, setSpan }: StripProps) {
  const { zone } = useSettings();
  const [from, setFrom] = useState<number | undefined>();
  const times = items.map((item) => item.at);
  const first = times[0] ?? 0;
  const width = Math.max(1, ((times.at(-1) ?? first) - first) / BINS);
  const bins = histogram(times, BINS);
  const most = bins.reduce((a, b) => Math.max(a, b), 1);
  const startOf = (bin: number) => first + bin * width;
  const brush = (bin: number) => {
    const a = Math.min(from ?? bin, bin);
    const b = Math.max(from ?? bin, bin);
    setSpan([startOf(a), startOf(b + 1)]);
  };
  return (
    <div className="strip">
      <div className="strip-bars" onPointerUp={() => setFrom(undefined)} onPointerLeave={() => setFrom(undefined)}>
        {bins.map((n, bin) => {
          const at = startOf(bin);
          const on = span === undefined || (at >= span[0] - 1 && at < span[1]);
          return (
            <button
              key={at}
              type="button"
              tabIndex={n > 0 ? 0 : -1}
              className={on ? "strip-bar" : "strip-bar strip-out"}
              aria-label={`${countText(n, "item")} from ${absoluteTime(at, zone)}`}
              onPointerDown={(event) => {
                event.currentTarget.releasePointerCapture(event.pointerId);
                setFrom(bin);
              }}
              onPointerEnter={() => from !== undefined && brush(bin)}
              onClick={() => brush(bin)}
            >
              <span style={{ height: `${n === 0 ? 0 : 12 + (n / most) * 88}%` }} />
            </button>
          );
        })}
      </div>
      <div className="row between small muted">
        <Time at={first} />
        {span && (
          <Button small look="ghost" onClick={() => setSpan(undefined)}>
            Show the whole time
          </Button>
        )}
        <Time at={times.at(-1) ?? first} />
      </div>
    </div>
  );
}
