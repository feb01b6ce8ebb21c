/**
 * What happened in order, and what Cordon and people did about it. A strip of counts on top narrows the list to a stretch of time;
 * chips narrow by tactic. Long lists draw only the rows in sight.
 */
import type { WireIncident, WireInvestigation } from "@cordon/model/api/incidents";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { journalQuery } from "../../api/queries.ts";
import { absoluteTime } from "../../format/time-text.ts";
import { countText, tacticWord } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { useSettings } from "../../ui/settings.tsx";
import { Empty, Failed } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { histogram } from "../search/event-search.ts";
import { journalLines } from "./journal-lines.ts";
import { type TimelineRow, TimelineRows } from "./timeline-rows.tsx";

type Item = WireInvestigation["timeline"][number];
const route = getRouteApi("/incidents/$id");
/** Each bar is a target: narrower than 24 pixels it would be hard to hit. */
const BINS = 40;

const VIEWS = [
  { show: undefined, word: "What happened" },
  { show: "done", word: "What was done" },
  { show: "both", word: "Both" },
] as const;

export function TimelineTab({ incident }: { readonly incident: WireIncident }) {
  const { tactic, show } = route.useSearch();
  const navigate = route.useNavigate();
  const [span, setSpan] = useState<readonly [number, number] | undefined>();
  const { done, error } = useDone(incident.id, show !== undefined);
  const happened = show === "done" ? NOTHING : (incident.investigation?.timeline ?? NOTHING);
  const all = rowsOf(happened, done);
  const tactics = [...new Set(happened.flatMap((item) => (item.tactic === undefined ? [] : [item.tactic])))];
  const rows = all.filter(
    (row) =>
      (tactic === undefined || (row.kind === "event" && row.item.tactic === tactic)) &&
      (span === undefined || (row.at >= span[0] && row.at <= span[1])),
  );
  const setTactic = (next: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, tactic: next }), replace: true });
  const setShow = (next: "done" | "both" | undefined) => {
    setSpan(undefined);
    void navigate({ search: (before) => ({ ...before, show: next, tactic: undefined }), replace: true });
  };
  return (
    <div className="stack">
      {all.length > 0 && <Strip times={all.map(({ at }) => at)} span={span} setSpan={setSpan} />}
      <div className="row wrap gap-1">
        <fieldset className="row gap-1 views">
          <legend className="sr">What to show</legend>
          {VIEWS.map(({ show: each, word }) => (
            <button
              key={word}
              type="button"
              className="facet"
              aria-pressed={show === each}
              onClick={() => setShow(each)}
            >
              {word}
            </button>
          ))}
        </fieldset>
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
        <span className="muted small" role="status">
          {rows.length === all.length
            ? countText(all.length, "item")
            : `${rows.length} of ${countText(all.length, "item")}`}
        </span>
      </div>
      {error !== null && <Failed error={error} />}
      {all.length === 0 && error === null ? (
        <Empty icon="clock" title="No timeline yet" />
      ) : (
        <TimelineRows rows={rows} />
      )}
    </div>
  );
}

const NOTHING: readonly Item[] = [];

function useDone(id: string, wanted: boolean): { readonly done: readonly TimelineRow[]; readonly error: Error | null } {
  const { data, error } = useQuery({ ...journalQuery(id), enabled: wanted });
  if (!wanted || data === undefined) return { done: [], error: wanted ? error : null };
  const done = journalLines(data.items).flatMap((line): TimelineRow[] =>
    line.at === undefined ? [] : [{ kind: "done", key: `j${line.position}`, at: line.at, line }],
  );
  return { done, error };
}

function rowsOf(happened: readonly Item[], done: readonly TimelineRow[]): readonly TimelineRow[] {
  const events = happened.map(
    (item, i): TimelineRow => ({ kind: "event", key: `e${i} ${item.at}`, at: item.at, item }),
  );
  return [...events, ...done].sort((a, b) => a.at - b.at);
}

interface StripProps {
  readonly times: readonly number[];
  readonly span: readonly [number, number] | undefined;
  readonly setSpan: (span: readonly [number, number] | undefined) => void;
}

function Strip({ times, span, setSpan }: StripProps) {
  const { zone } = useSettings();
  const [from, setFrom] = useState<number | undefined>();
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
