import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { createElement, type ReactNode, useState } from "react";
import { meQuery } from "../../api/queries.ts";
import { useKeys } from "../../ui/keys.tsx";
import { useToasts } from "../../ui/toast.tsx";
import { useAssign } from "../incident/assign.ts";
import { CloseDialog } from "../incident/close-dialog.tsx";
import { rememberOpened } from "./last-open.ts";
import type { ShownRow } from "./merge-rows.ts";
import type { QueueSearch } from "./queue-search.ts";

interface Queue {
  readonly rows: readonly ShownRow[];
  readonly at: number;
  readonly setAt: (at: number) => void;
  readonly picked: ReadonlySet<string>;
  readonly setPicked: (picked: ReadonlySet<string>) => void;
  readonly search: QueueSearch;
  readonly change: (part: QueueSearch) => void;
  readonly showNew: () => void;
}

export function useQueueKeys(queue: Queue) {
  const { rows, at, setAt, picked, setPicked, search, change } = queue;
  const navigate = useNavigate();
  const me = useQuery(meQuery).data;
  const assign = useAssign();
  const { say } = useToasts();
  const [closing, setClosing] = useState<readonly string[]>([]);
  const current = rows[at]?.incident;
  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setAt(next);
    if (search.peek !== undefined) change({ peek: rows[next]?.incident.id });
  };
  const toggle = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  };
  const withCurrent = (run: (id: string) => void) => () => {
    if (current !== undefined) run(current.id);
  };
  const open = withCurrent((id) => {
    rememberOpened(id);
    void navigate({ to: "/incidents/$id", params: { id } });
  });
  const [next, previous, first, last] = [
    () => move(at + 1),
    () => move(at - 1),
    () => move(0),
    () => move(rows.length - 1),
  ];
  useKeys({
    j: next,
    k: previous,
    ArrowDown: next,
    ArrowUp: previous,
    Home: first,
    End: last,
    o: withCurrent((id) => change({ peek: search.peek === id ? undefined : id })),
    Enter: open,
    x: withCurrent(toggle),
    e: withCurrent((id) => setClosing(picked.size > 0 ? [...picked] : [id])),
    a: withCurrent((id) => me && assign.mutate({ id, person: me.name })),
    n: queue.showNew,
    y: withCurrent((id) => {
      void navigator.clipboard
        .writeText(`${window.location.origin}/incidents/${id}`)
        .then(() => say(`Copied the link to ${id}.`));
    }),
  });
  const done = () => {
    setClosing([]);
    setPicked(new Set());
  };
  const dialog: ReactNode =
    closing.length === 0
      ? null
      : createElement(CloseDialog, { ids: closing, onClose: () => setClosing([]), onDone: done });
  return { toggle, dialog, askClose: () => setClosing([...picked]) };
}
