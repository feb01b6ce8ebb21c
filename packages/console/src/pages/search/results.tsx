import type { WireEvent } from "@cordon/model/api/events";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef, useState } from "react";
import { classWord } from "../../format/words.ts";
import { EntityText } from "../../ui/entity-chip.tsx";
import { useKeys } from "../../ui/keys.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";
import { rawLine } from "./raw-line.ts";

interface Props {
  readonly rows: readonly WireEvent[];
  readonly open: (id: string) => void;
  readonly opened: string | undefined;
  readonly more: (() => void) | undefined;
}

const ROW_PX = 46;
const OVERSCAN_ROWS = 12;

export function Results({ rows, open, opened, more }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN_ROWS,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - OVERSCAN_ROWS) more?.();
  }, [last, rows.length, more]);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setAt(next);
    virtual.scrollToIndex(next, { align: "auto" });
    const row = rows[next];
    if (opened !== undefined && row !== undefined) open(row.id);
  };
  const openCurrent = () => {
    const row = rows[at];
    if (row !== undefined) open(row.id);
  };
  useKeys({ j: () => move(at + 1), k: () => move(at - 1), o: openCurrent, Enter: openCurrent });
  return (
    <div ref={box} className="results">
      <ul aria-label="Events" className="plain" style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {items.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <li
                key={item.key}
                aria-posinset={item.index + 1}
                aria-setsize={rows.length}
                className="slot"
                style={{ transform: `translateY(${item.start}px)`, height: item.size }}
              >
                <ResultRow
                  row={row}
                  index={item.index}
                  current={item.index === at}
                  opened={row.id === opened}
                  open={open}
                  setAt={setAt}
                />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

interface RowProps {
  readonly row: WireEvent;
  readonly index: number;
  readonly current: boolean;
  readonly opened: boolean;
  readonly open: (id: string) => void;
  readonly setAt: (index: number) => void;
}

const ENTITIES_SHOWN = 3;

const ResultRow = memo(function ResultRow({ row, index, current, opened, open, setAt }: RowProps) {
  const classes = ["rrow", current && "row-at", opened && "row-peek"].filter(Boolean).join(" ");
  const entities = row.entities.filter((entity) => entity.wellKnown !== true).slice(0, ENTITIES_SHOWN);
  const press = () => {
    setAt(index);
    open(row.id);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are bound once for the whole list; the button below is in the tab order.
    // biome-ignore lint/a11y/noStaticElementInteractions: the whole row repeats what its button does.
    <div className={classes} onClick={press}>
      <span className="r-time">
        <button type="button" className="link" tabIndex={current ? 0 : -1} onClick={press}>
          <Time at={row.time} />
        </button>
        <span className="muted small">{classWord(row.class)}</span>
      </span>
      <span className="r-source">
        <LogText text={row.shape} mono max={30} />
        <span className="muted small">{row.outcome ?? ""}</span>
      </span>
      <span className="r-raw">
        <LogText text={rawLine(row.raw)} mono />
        <span className="r-entities small">
          {entities.map((entity) => (
            <EntityText key={entity.kind + entity.role + entity.value} entity={entity} max={32} />
          ))}
        </span>
      </span>
    </div>
  );
});
