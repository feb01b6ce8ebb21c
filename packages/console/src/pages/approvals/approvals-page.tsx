/** The approvals inbox: what waits for a person, as cards that say exactly what would run. */
import type { WireApproval } from "@cordon/model/api/actions";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { approvalsQuery } from "../../api/queries.ts";
import { defined } from "../../api/search-text.ts";
import { useKeys } from "../../ui/keys.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { ApprovalCard } from "./approval-card.tsx";
import { ApproveDialog } from "./approve-dialog.tsx";
import { DenyDialog } from "./deny-dialog.tsx";
import { RecentActions } from "./recent-actions.tsx";
import "./approvals.css";

const route = getRouteApi("/approvals");

export function ApprovalsPage() {
  const ask = useQuery(approvalsQuery);
  return (
    <div className="page page-narrow">
      <header className="page-head">
        <h1>Approvals</h1>
        <span className="muted">Silence is a no: what nobody approves in time lapses.</span>
      </header>
      <Loaded ask={ask} what="approvals">
        {({ items }) => (items.length === 0 ? <NothingWaits /> : <Waiting items={items} />)}
      </Loaded>
      <RecentActions />
    </div>
  );
}

function NothingWaits() {
  return (
    <Empty icon="approve" title="Nothing waits for approval">
      <p className="muted">Proposed actions appear here the moment policy asks for a person.</p>
    </Empty>
  );
}

/** Of many incidents one at a time: a chip for each, with how many of its actions wait and when the first of them lapses. */
function Waiting({ items }: { readonly items: readonly WireApproval[] }) {
  const { incident } = route.useSearch();
  const move = route.useNavigate();
  const groups = byIncident(items);
  const chosen = groups.find(({ id }) => id === incident);
  const go = (id: string | undefined) => () => void move({ search: defined({ incident: id }), replace: true });
  return (
    <div className="stack">
      {groups.length > 1 && (
        <fieldset className="row wrap gap-1 waiting">
          <legend className="sr">Of which incident</legend>
          <button type="button" className="facet" aria-pressed={chosen === undefined} onClick={go(undefined)}>
            All <span className="muted">{items.length}</span>
          </button>
          {groups.map(({ id, title, count, lapses }) => (
            <button key={id} type="button" className="facet" aria-pressed={id === chosen?.id} onClick={go(id)}>
              <LogText text={title} max={TITLE_CHARS} /> <span className="muted">{count}</span>
              {lapses !== undefined && (
                <span className="muted small">
                  first lapses <Time at={lapses} relative="only" />
                </span>
              )}
            </button>
          ))}
        </fieldset>
      )}
      <Inbox items={chosen?.items ?? items} />
    </div>
  );
}

const TITLE_CHARS = 48;

interface Group {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  readonly lapses: number | undefined;
  readonly items: readonly WireApproval[];
}

/** In the order in which their first card stands. */
function byIncident(items: readonly WireApproval[]): readonly Group[] {
  const groups = new Map<string, WireApproval[]>();
  for (const item of items) groups.set(item.incident.id, [...(groups.get(item.incident.id) ?? []), item]);
  return [...groups].map(([id, own]) => {
    const until = own.flatMap(({ approvalUntil }) => (approvalUntil === undefined ? [] : [approvalUntil]));
    return {
      ...{ id, title: own[0]?.incident.title ?? id, count: own.length, items: own },
      lapses: until.length === 0 ? undefined : Math.min(...until),
    };
  });
}

type Asking = { readonly kind: "approve" | "deny"; readonly card: WireApproval };

function Inbox({ items }: { readonly items: readonly WireApproval[] }) {
  const { key } = route.useSearch();
  const move = route.useNavigate();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asking | undefined>();
  const index = Math.max(
    0,
    items.findIndex((item) => item.key === key),
  );
  const current = items[index];
  const go = (to: number) => {
    const item = items[Math.max(0, Math.min(items.length - 1, to))];
    if (item !== undefined) void move({ search: (before) => ({ ...before, key: item.key }), replace: true });
  };
  const open = (kind: Asking["kind"]) => () => {
    if (current !== undefined && current.refusal === undefined) setAsking({ kind, card: current });
  };
  const read = () => current && void navigate({ to: "/incidents/$id", params: { id: current.incident.id } });
  useKeys({
    j: () => go(index + 1),
    k: () => go(index - 1),
    a: open("approve"),
    r: open("deny"),
    o: read,
    Enter: read,
  });
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const card = list.current?.children[index];
    card?.scrollIntoView({ block: "nearest" });
  }, [index]);
  return (
    <>
      <ul ref={list} className="plain inbox">
        {items.map((card) => (
          <li key={card.key}>
            <ApprovalCard
              card={card}
              current={card.key === current?.key}
              approve={() => setAsking({ kind: "approve", card })}
              deny={() => setAsking({ kind: "deny", card })}
            />
          </li>
        ))}
      </ul>
      {asking?.kind === "approve" && <ApproveDialog shown={asking.card} onClose={() => setAsking(undefined)} />}
      {asking?.kind === "deny" && <DenyDialog card={asking.card} onClose={() => setAsking(undefined)} />}
    </>
  );
}
