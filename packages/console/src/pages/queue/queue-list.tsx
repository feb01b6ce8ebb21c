import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { ShownRow } from "./merge-rows.ts";
import { QueueRow } from "./queue-row.tsx";

interface Props {
  readonly rows: readonly ShownRow[];
  readonly total: number;
  readonly at: number;
  readonly setAt: (at: number) => void;
  readonly picked: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly peek: string | undefined;
  /** Asks for the next page; absent when there is none or one is coming. */
  readonly more: (() => void) | undefined;
  readonly touch: () => void;
}

const ROW_PX = 76;
/** A title that would be cut in one line gets a second: its end says how far the attack went. */
const LONG_TITLE_CHARS = 56;
const LONG_ROW_PX = 95;
const OVERSCAN_ROWS = 10;

export function QueueList(props: Props) {
  const { rows, at, more } = props;
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (i) => ((rows[i]?.incident.title.length ?? 0) > LONG_TITLE_CHARS ? LONG_ROW_PX : ROW_PX),
    overscan: OVERSCAN_ROWS,
    getItemKey: (i) => rows[i]?.incident.id ?? i,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - OVERSCAN_ROWS) more?.();
  }, [last, rows.length, more]);
  useEffect(() => virtual.scrollToIndex(at, { align: "auto" }), [at, virtual]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only noticed, so that rows stop moving; nothing is operated here.
    <div ref={box} className="queue-list" onPointerEnter={props.touch} onKeyDown={props.touch} onFocus={props.touch}>
      <ul aria-label="Incidents" className="plain" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <li
              key={item.key}
              aria-setsize={props.total}
              aria-posinset={item.index + 1}
              className="slot"
              style={{ transform: `translateY(${item.start}px)`, height: item.size }}
            >
              <QueueRow
                row={row}
                index={item.index}
                current={item.index === at}
                peeked={row.incident.id === props.peek}
                picked={props.picked.has(row.incident.id)}
                toggle={props.toggle}
                focus={props.setAt}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
