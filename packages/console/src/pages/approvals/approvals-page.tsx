/** The approvals inbox: what waits for a person, as cards that say exactly what would run. */
import type { WireApproval } from "@cordon/model/api/actions";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { approvalsQuery } from "../../api/queries.ts";
import { useKeys } from "../../ui/keys.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
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
        {({ items }) => (items.length === 0 ? <NothingWaits /> : <Inbox items={items} />)}
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
