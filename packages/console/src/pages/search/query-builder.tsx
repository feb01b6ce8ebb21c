import { ENTITY_KINDS } from "@cordon/model/entity";
import { type FormEvent, useState } from "react";
import { fromInputTime, toInputTime } from "../../format/time-text.ts";
import { kindWord } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { type EventSearch, FIELD_OPS, type FieldOp, fieldText, SPANS, type Span } from "./event-search.ts";

interface Props {
  readonly search: EventSearch;
  readonly change: (next: EventSearch) => void;
}
type ListKey = "entity" | "source" | "class" | "field";
const LIST_KEYS: readonly ListKey[] = ["entity", "source", "class", "field"];

export function QueryBuilder({ search, change }: Props) {
  const without = (key: keyof EventSearch): EventSearch => {
    const { [key]: _gone, ...rest } = search;
    return rest;
  };
  const add = (key: ListKey, value: string) =>
    change({ ...search, [key]: [...new Set([...(search[key] ?? []), value])] });
  const drop = (key: ListKey, value: string) => {
    const rest = (search[key] ?? []).filter((item) => item !== value);
    change(rest.length === 0 ? without(key) : { ...search, [key]: rest });
  };
  const text = (q: string) => change(q === "" ? without("q") : { ...search, q });
  return (
    <section className="builder card" aria-label="Query">
      <div className="builder-row">
        <TextBox q={search.q ?? ""} set={text} />
        <TimeBox search={search} change={change} />
        <Button
          small
          onClick={() => change({ ...search, order: search.order === "oldest" ? "newest" : "oldest" })}
          title="Order of the rows"
        >
          {search.order === "oldest" ? "Oldest first" : "Newest first"}
        </Button>
      </div>
      <div className="builder-row">
        <EntityBox add={(value) => add("entity", value)} />
        <FieldBox add={(value) => add("field", value)} />
        <OneBox label="Source" placeholder="windows.sysmon" add={(value) => add("source", value)} />
        <OneBox label="Class" placeholder="1007" pattern="\d+" add={(value) => add("class", value)} />
      </div>
      {LIST_KEYS.some((key) => search[key] !== undefined) && (
        <div className="chips wrap">
          {LIST_KEYS.flatMap((key) =>
            (search[key] ?? []).map((value) => (
              <span key={key + value} className="chip chip-test">
                <span className="muted">{key}</span> <LogText text={value} mono max={70} />
                <button type="button" aria-label={`Remove the condition on ${key}`} onClick={() => drop(key, value)}>
                  <Icon name="close" size={11} />
                </button>
              </span>
            )),
          )}
          <Button small look="ghost" onClick={() => change({})}>
            Clear all
          </Button>
        </div>
      )}
    </section>
  );
}

function TextBox({ q, set }: { readonly q: string; readonly set: (q: string) => void }) {
  const [text, setText] = useState(q);
  const [from, setFrom] = useState(q);
  if (from !== q) {
    setFrom(q);
    setText(q);
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set(text);
  };
  return (
    <form onSubmit={submit} className="builder-text">
      <Icon name="search" />
      <input
        type="search"
        value={text}
        maxLength={500}
        placeholder="Text anywhere in the raw record"
        aria-label="Text anywhere in the raw record"
        onChange={(event) => setText(event.target.value)}
      />
      <Button submit look="primary" small>
        Search
      </Button>
    </form>
  );
}

function TimeBox({ search, change }: Props) {
  const pick = (choice: string) => {
    const { span: _span, from: _from, to: _to, ...rest } = search;
    const span = SPANS.find((known) => known === choice);
    if (span !== undefined) change({ ...rest, span });
    else if (choice === "between") change({ ...rest, from: Date.now() - 86_400_000, to: Date.now() });
    else change(rest);
  };
  const bound = (key: "from" | "to", text: string) => {
    const at = fromInputTime(text);
    if (at !== undefined) change({ ...search, [key]: at });
  };
  const between = search.from !== undefined || search.to !== undefined;
  return (
    <span className="row gap-1">
      <label className="pick">
        Time
        <select value={search.span ?? (between ? "between" : "all")} onChange={(event) => pick(event.target.value)}>
          <option value="all">all</option>
          {SPANS.map((span) => (
            <option key={span} value={span}>
              {SPAN_WORD[span]}
            </option>
          ))}
          <option value="between">between…</option>
        </select>
      </label>
      {between && search.span === undefined && (
        <>
          <input
            type="datetime-local"
            step={1}
            aria-label="From, UTC"
            value={toInputTime(search.from)}
            onChange={(event) => bound("from", event.target.value)}
          />
          <input
            type="datetime-local"
            step={1}
            aria-label="To, UTC"
            value={toInputTime(search.to)}
            onChange={(event) => bound("to", event.target.value)}
          />
          <span className="muted small">UTC</span>
        </>
      )}
    </span>
  );
}

const SPAN_WORD: Readonly<Record<Span, string>> = {
  "15m": "last 15 minutes",
  "1h": "last hour",
  "24h": "last day",
  "7d": "last week",
  "30d": "last 30 days",
};

function EntityBox({ add }: { readonly add: (value: string) => void }) {
  const [kind, setKind] = useState<string>("host");
  const [value, setValue] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value.trim() === "") return;
    add(`${kind}:${value.trim()}`);
    setValue("");
  };
  return (
    <form onSubmit={submit} className="mini">
      <span className="mini-word">Entity</span>
      <select aria-label="Kind of entity" value={kind} onChange={(event) => setKind(event.target.value)}>
        {ENTITY_KINDS.map((known) => (
          <option key={known} value={known}>
            {kindWord(known)}
          </option>
        ))}
      </select>
      <input
        aria-label="Value of the entity"
        placeholder="ws-12"
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button submit small icon="plus" aria-label="Add entity" />
    </form>
  );
}

const OP_WORD: Readonly<Record<FieldOp, string>> = {
  eq: "is",
  contains: "contains",
  startswith: "starts with",
  endswith: "ends with",
  exists: "exists",
};

function FieldBox({ add }: { readonly add: (value: string) => void }) {
  const [field, setField] = useState("");
  const [op, setOp] = useState<FieldOp>("contains");
  const [value, setValue] = useState("");
  const ready = field.trim() !== "" && (op === "exists" || value !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    add(fieldText({ field: field.trim(), op, value }));
    setValue("");
    setField("");
  };
  return (
    <form onSubmit={submit} className="mini mini-field">
      <span className="mini-word">Field</span>
      <input
        aria-label="Field name"
        placeholder="CommandLine"
        value={field}
        onChange={(event) => setField(event.target.value)}
      />
      <select
        aria-label="Comparison"
        value={op}
        onChange={(event) => setOp(FIELD_OPS.find((known) => known === event.target.value) ?? "eq")}
      >
        {FIELD_OPS.map((known) => (
          <option key={known} value={known}>
            {OP_WORD[known]}
          </option>
        ))}
      </select>
      <input
        aria-label="Field value"
        placeholder="-enc"
        disabled={op === "exists"}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button submit small icon="plus" aria-label="Add field test" disabled={!ready} />
    </form>
  );
}

function OneBox(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly pattern?: string;
  readonly add: (value: string) => void;
}) {
  const [value, setValue] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value.trim() === "") return;
    props.add(value.trim());
    setValue("");
  };
  return (
    <form onSubmit={submit} className="mini mini-one">
      <span className="mini-word">{props.label}</span>
      <input
        aria-label={props.label}
        placeholder={props.placeholder}
        value={value}
        pattern={props.pattern}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button submit small icon="plus" aria-label={`Add ${props.label.toLowerCase()}`} />
    </form>
  );
}
