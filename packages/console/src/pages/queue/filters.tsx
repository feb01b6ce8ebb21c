import { LEVELS } from "@cordon/model/rule";
import { type FormEvent, useEffect, useState } from "react";
import { LEVEL_WORD, STATUS_WORD, tacticWord } from "../../format/words.ts";
import { Icon } from "../../ui/icon.tsx";
import type { ShownRow } from "./merge-rows.ts";
import { ORDERS, type QueueSearch, STATUSES, toggleStatus } from "./queue-search.ts";

type Change = (part: QueueSearch) => void;
interface Props {
  readonly search: QueueSearch;
  readonly change: Change;
  readonly rows: readonly ShownRow[];
}

const FLOORS = [0, 25, 50, 75] as const;

export function Filters({ search, change, rows }: Props) {
  return (
    <div className="filters">
      <TextFilter q={search.q} change={change} />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame into a bar of toggles. */}
      <div role="group" aria-label="Status" className="toggles">
        {STATUSES.map((status) => {
          const on = search.status?.split(",").includes(status) === true;
          return (
            <button
              key={status}
              type="button"
              className="toggle"
              aria-pressed={on}
              onClick={() => change({ status: toggleStatus(search, status) })}
            >
              {STATUS_WORD[status]}
            </button>
          );
        })}
        <button
          type="button"
          className="toggle"
          aria-pressed={search.status === "all"}
          onClick={() => change({ status: search.status === "all" ? undefined : "all" })}
        >
          All
        </button>
      </div>
      <label className="pick">
        Priority
        <select value={search.min ?? 0} onChange={(event) => change({ min: Number(event.target.value) || undefined })}>
          {[...new Set([...FLOORS, search.min ?? 0])].map((floor) => (
            <option key={floor} value={floor}>
              {floor === 0 ? "any" : `≥ ${floor}`}
            </option>
          ))}
        </select>
      </label>
      <label className="pick">
        Order
        <select
          value={search.order ?? "priority"}
          onChange={(event) =>
            change({ order: ORDERS.find((order) => order === event.target.value && order !== "priority") })
          }
        >
          {ORDERS.map((order) => (
            <option key={order} value={order}>
              {order === "opened" ? "newest" : order}
            </option>
          ))}
        </select>
      </label>
      <Facets search={search} change={change} rows={rows} />
    </div>
  );
}

const TYPING_MS = 250;

function TextFilter({ q, change }: { readonly q: string | undefined; readonly change: Change }) {
  const [text, setText] = useState(q ?? "");
  useEffect(() => setText(q ?? ""), [q]);
  useEffect(() => {
    if (text === (q ?? "")) return;
    const timer = window.setTimeout(() => change({ q: text === "" ? undefined : text }), TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [text, q, change]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change({ q: text === "" ? undefined : text });
  };
  return (
    <form onSubmit={submit} className="filter-text">
      <Icon name="search" size={14} />
      <input
        type="search"
        value={text}
        maxLength={200}
        placeholder="Filter by title, host, account"
        aria-label="Filter the queue by text"
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}

const TACTICS_SHOWN = 5;

function Facets({ search, change, rows }: Props) {
  const open = rows.filter((row) => !row.gone).map((row) => row.incident);
  const levels = [...LEVELS]
    .reverse()
    .map((level) => [level, open.filter((row) => row.severity === level).length] as const);
  const tactics = countOf(open.flatMap((row) => row.tactics)).slice(0, TACTICS_SHOWN);
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above.
    <div className="facets" role="group" aria-label="Narrow the loaded rows">
      {levels
        .filter(([level, n]) => n > 0 || search.severity === level)
        .map(([level, n]) => (
          <Facet
            key={level}
            word={LEVEL_WORD[level]}
            n={n}
            on={search.severity === level}
            className={`sev-${level}`}
            go={() => change({ severity: search.severity === level ? undefined : level })}
          />
        ))}
      {tactics.length > 0 && <span className="facet-rule" aria-hidden="true" />}
      {tactics.map(([tactic, n]) => (
        <Facet
          key={tactic}
          word={tacticWord(tactic)}
          n={n}
          on={search.tactic === tactic}
          go={() => change({ tactic: search.tactic === tactic ? undefined : tactic })}
        />
      ))}
    </div>
  );
}

function Facet(props: {
  readonly word: string;
  readonly n: number;
  readonly on: boolean;
  readonly go: () => void;
  readonly className?: string;
}) {
  return (
    <button type="button" className={`facet ${props.className ?? ""}`} aria-pressed={props.on} onClick={props.go}>
      {props.className && <span className="facet-dot" aria-hidden="true" />}
      {props.word} <span className="muted">{props.n}</span>
    </button>
  );
}

function countOf(words: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}
