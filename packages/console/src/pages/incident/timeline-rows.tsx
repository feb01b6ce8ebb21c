/** Rows of the timeline: all of them while they are few, those in sight of a box that scrolls where they are many. */
import type { WireInvestigation } from "@cordon/model/api/incidents";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { spanText } from "../../format/time-text.ts";
import { countText, tacticWord } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { EventChips } from "../../ui/event-chip.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";
import type { JournalLine } from "./journal-lines.ts";

export type TimelineRow =
  | {
      readonly kind: "event";
      readonly key: string;
      readonly at: number;
      readonly item: WireInvestigation["timeline"][number];
    }
  | { readonly kind: "done"; readonly key: string; readonly at: number; readonly line: JournalLine };

/** More rows than this at once make a page slow to lay out. */
const ALL_AT_ONCE = 200;
const ROW_PX = 58;
const OVERSCAN_ROWS = 10;
/** A silence longer than this is worth a line of its own. */
const GAP_MS = 3_600_000;
const WHAT_CHARS = 300;

export function TimelineRows({ rows }: { readonly rows: readonly TimelineRow[] }) {
  if (rows.length > ALL_AT_ONCE) return <Sighted rows={rows} />;
  return (
    <ol className="timeline" aria-label="Timeline">
      {rows.map((row, i) => (
        <li key={row.key}>
          <Row row={row} before={rows[i - 1]} />
        </li>
      ))}
    </ol>
  );
}

function Sighted({ rows }: { readonly rows: readonly TimelineRow[] }) {
  const box = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN_ROWS,
    getItemKey: (i) => rows[i]?.key ?? i,
  });
  // The browser would jump to where it guesses the end: rows that were not drawn yet have no height.
  const jump = (event: KeyboardEvent) => {
    const to = { Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    virtual.scrollToIndex(to, { align: event.key === "End" ? "end" : "start" });
  };
  return (
    <section
      ref={box}
      className="timeline-box"
      aria-label={`Timeline, ${countText(rows.length, "item")}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached and scrolled by keyboard.
      tabIndex={0}
      onKeyDown={jump}
    >
      <ol className="timeline" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((slot) => {
          const row = rows[slot.index];
          if (row === undefined) return null;
          return (
            <li
              key={slot.key}
              ref={virtual.measureElement}
              data-index={slot.index}
              aria-setsize={rows.length}
              aria-posinset={slot.index + 1}
              className="slot"
              style={{ transform: `translateY(${slot.start}px)` }}
            >
              <Row row={row} before={rows[slot.index - 1]} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Row({ row, before }: { readonly row: TimelineRow; readonly before: TimelineRow | undefined }): ReactNode {
  const gap = before === undefined ? 0 : row.at - before.at;
  return (
    <>
      {gap > GAP_MS && <p className="t-gap">{spanText(gap)} without a noted event</p>}
      <div className={row.kind === "done" ? `t-item t-done${row.line.person ? " t-person" : ""}` : "t-item"}>
        <span className="t-time">
          <Time at={row.at} />
        </span>
        <span className="t-dot" aria-hidden="true" />
        {row.kind === "event" ? <Happened item={row.item} /> : <Done line={row.line} />}
      </div>
    </>
  );
}

function Happened({ item }: { readonly item: WireInvestigation["timeline"][number] }) {
  return (
    <div className="t-what">
      <LogText text={item.text} />
      <div className="row wrap gap-1 small">
        {item.tactic && <Badge tone="info">{tacticWord(item.tactic)}</Badge>}
        {item.technique && <Badge>{item.technique}</Badge>}
        {item.count > 1 && <Badge>×{item.count}</Badge>}
        <EventChips ids={item.events} />
      </div>
    </div>
  );
}

function Done({ line: { word, what, by } }: { readonly line: JournalLine }) {
  return (
    <div className="t-what">
      <span>
        <b>{word}</b>{" "}
        <span className="muted small">
          by <LogText text={by} />
        </span>
      </span>
      {what !== "" && <LogText text={what} max={WHAT_CHARS} />}
    </div>
  );
}
