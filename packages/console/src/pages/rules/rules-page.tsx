import type { WireRuleList } from "@cordon/model/api/system";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { rulesQuery } from "../../api/queries.ts";
import { countText, groupDigits } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
import { RuleTable } from "./rule-table.tsx";
import { RULE_VIEWS } from "./rules-search.ts";

const route = getRouteApi("/rules");
const VIEW_WORD = { loaded: "All loaded", hits: "With hits", rejected: "Rejected" } as const;
const PAGE = 200;

export function RulesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const view = search.view ?? "loaded";
  const [offset, setOffset] = useState(0);
  const ask = useQuery(
    rulesQuery({
      ...(search.q === undefined ? {} : { q: search.q }),
      rejected: view === "rejected" ? "true" : "false",
      hits: view === "hits" ? "true" : "false",
      sort: search.sort ?? "hits",
      order: search.order ?? "down",
      limit: PAGE,
      offset,
    }),
  );
  const set = (part: object) => {
    setOffset(0);
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  };
  return (
    <div className="page">
      <header className="page-head">
        <h1>Rules</h1>
        {ask.data && (
          <span className="muted">{countText(ask.data.total, view === "rejected" ? "rejected rule" : "rule")}</span>
        )}
        <span className="grow" />
        <Link to="/rules/coverage" className="btn btn-ghost btn-small">
          Coverage
        </Link>
        <Link to="/rules/backtest" className="btn btn-ghost btn-small">
          Backtest
        </Link>
      </header>
      <div className="filters">
        <RuleText q={search.q} set={(q) => set({ q })} />
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame into a bar of toggles. */}
        <div role="group" aria-label="Which rules" className="toggles">
          {RULE_VIEWS.map((name) => (
            <button
              key={name}
              type="button"
              className="toggle"
              aria-pressed={view === name}
              onClick={() => set({ view: name === "loaded" ? undefined : name })}
            >
              {VIEW_WORD[name]}
            </button>
          ))}
        </div>
      </div>
      <Loaded ask={ask} what="rules">
        {(list) => (
          <>
            {view === "rejected" ? (
              <Rejected rules={list.rejected} />
            ) : (
              <RuleTable rules={list.items} sort={search.sort ?? "hits"} order={search.order ?? "down"} set={set} />
            )}
            <Pages total={list.total} offset={offset} go={setOffset} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function RuleText({ q, set }: { readonly q: string | undefined; readonly set: (q: string | undefined) => void }) {
  const [text, setText] = useState(q ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set(text === "" ? undefined : text);
  };
  return (
    <form onSubmit={submit} className="filter-text">
      <Icon name="search" size={14} />
      <input
        type="search"
        value={text}
        maxLength={200}
        placeholder="Title, id, technique"
        aria-label="Filter rules"
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}

function Rejected({ rules }: { readonly rules: WireRuleList["rejected"] }) {
  if (rules.length === 0) return <Empty icon="check" title="No rule was rejected" />;
  return (
    <table className="table">
      <thead>
        <tr>
          <th>File</th>
          <th>Reason</th>
        </tr>
      </thead>
      <tbody>
        {rules.map((rule) => (
          <tr key={rule.path + (rule.id ?? "") + rule.reason}>
            <td>
              {rule.title && (
                <div>
                  <LogText text={rule.title} />
                </div>
              )}
              <LogText
                text={rule.line === undefined ? rule.path : `${rule.path}:${rule.line}`}
                mono
                max={80}
                className="small muted"
              />
            </td>
            <td>
              <LogText text={rule.reason} /> <Badge>{rule.code}</Badge>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Pages({
  total,
  offset,
  go,
}: {
  readonly total: number;
  readonly offset: number;
  readonly go: (offset: number) => void;
}) {
  if (total <= PAGE) return null;
  return (
    <div className="row end">
      <span className="muted small">
        {offset + 1} to {Math.min(total, offset + PAGE)} of {groupDigits(total)}
      </span>
      <Button
        small
        icon="left"
        aria-label="Previous page"
        disabled={offset === 0}
        onClick={() => go(Math.max(0, offset - PAGE))}
      />
      <Button
        small
        icon="right"
        aria-label="Next page"
        disabled={offset + PAGE >= total}
        onClick={() => go(offset + PAGE)}
      />
    </div>
  );
}
