/** A rule over the stored events before it goes live: how loud it would be, because of what, and what to filter. */
import type { WireBacktest } from "@cordon/model/api/backtest";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client.ts";
import { meQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { countText, groupDigits } from "../../format/words.ts";
import { Badge, Severity } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Copy } from "../../ui/copy.tsx";
import { EventChip } from "../../ui/event-chip.tsx";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Failed, Loading } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { type ChosenRule, RuleInput } from "./rule-input.tsx";
import "./study.css";

const route = getRouteApi("/rules/backtest");
const DAYS = [1, 7, 30, 90] as const;

export function BacktestPage() {
  const { rule } = route.useSearch();
  const [chosen, setChosen] = useState<ChosenRule>({ id: rule, text: "" });
  const [days, setDays] = useState<number>(30);
  const me = useQuery(meQuery).data;
  const may = me !== undefined && mayAct(me.role, "backtestRule");
  const run = useMutation({
    mutationFn: () =>
      call("backtestRule", {
        body: { days, ...(chosen.id === undefined ? { text: chosen.text } : { id: chosen.id }) },
      }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate();
  };
  const empty = chosen.id === undefined && chosen.text.trim() === "";
  return (
    <div className="page">
      <header className="page-head">
        <h1>Backtest</h1>
        <span className="muted">What a rule would have done over the stored events; changes nothing.</span>
        <span className="grow" />
        <Link to="/rules" className="btn btn-ghost btn-small">
          Rules
        </Link>
      </header>
      <form onSubmit={submit} className="section stack-tight">
        <RuleInput chosen={chosen} choose={setChosen} />
        <div className="row wrap gap-1">
          {DAYS.map((count) => (
            <button
              key={count}
              type="button"
              className="toggle"
              aria-pressed={days === count}
              onClick={() => setDays(count)}
            >
              {countText(count, "day")}
            </button>
          ))}
          <Button submit look="primary" disabled={!may || empty || run.isPending}>
            Run
          </Button>
          {chosen.id !== undefined && <span className="muted small mono">{chosen.id}</span>}
        </div>
      </form>
      {run.isPending && <Loading what="stored events" />}
      {run.error && <Failed error={run.error} />}
      {run.data && !run.isPending && <Report report={run.data} />}
    </div>
  );
}

function Report({ report }: { readonly report: WireBacktest }) {
  const { rule, covered, filter } = report;
  return (
    <div className="stack">
      <Section
        title={
          <>
            <LogText text={rule.title} /> <Severity level={rule.level} />
            {rule.correlation !== undefined && <Badge>{rule.correlation}</Badge>}
          </>
        }
      >
        <p className="verdict-line">
          <LogText text={report.verdict} />
        </p>
        <p className="muted small">
          {groupDigits(covered.events)} events looked at
          {covered.from !== undefined && covered.to !== undefined && (
            <>
              {" "}
              from <Time at={covered.from} /> to <Time at={covered.to} />
            </>
          )}
          , {groupDigits(covered.inScope)} of its log source.
          {covered.stoppedBy !== undefined &&
            ` Ended by its bound of ${covered.stoppedBy}: the rest was not looked at.`}
        </p>
        <Days report={report} />
        <InIncidents report={report} />
      </Section>
      {filter !== undefined && (
        <Section
          title={`A filter takes ${groupDigits(filter.takes)} hits, leaves ${groupDigits(filter.leaves)}`}
          aside={<Copy word="Copy filter" what="the filter" text={() => filter.text} />}
        >
          <pre className="filter-text-box mono">
            <LogText text={filter.text} lines />
          </pre>
        </Section>
      )}
      {report.hits > 0 && <Tops report={report} />}
      {report.examples.length > 0 && <Examples report={report} />}
    </div>
  );
}

function Days({ report }: { readonly report: WireBacktest }) {
  if (report.hits === 0) return null;
  const most = Math.max(...report.perDay.map(({ hits }) => hits));
  const first = report.perDay[0]?.day;
  const last = report.perDay.at(-1)?.day;
  return (
    <figure>
      <div className="days" role="img" aria-label={`Hits per day, at most ${most}`}>
        {report.perDay.map(({ day, hits, events }) => (
          <span
            key={day}
            className={hits === 0 ? "day-none" : ""}
            style={{ height: `${Math.max(2, (hits / most) * 100)}%` }}
            title={`${day}: ${hits} hits in ${events} events`}
          />
        ))}
      </div>
      <figcaption className="muted small">
        {first} to {last}, {groupDigits(report.hits)} hits, at most {groupDigits(most)} a day
      </figcaption>
    </figure>
  );
}

const STATES: readonly (readonly [keyof WireBacktest["incidents"], string])[] = [
  ["truePositive", "in incidents closed as true"],
  ["benignPositive", "closed as benign"],
  ["falsePositive", "closed as false"],
  ["other", "closed otherwise"],
  ["open", "in open incidents"],
  ["none", "in no incident"],
];

function InIncidents({ report }: { readonly report: WireBacktest }) {
  const some = STATES.filter(([state]) => report.incidents[state] > 0);
  if (report.hits === 0 || some.length === 0) return null;
  return (
    <p className="small">
      {some.map(([state, word]) => `${groupDigits(report.incidents[state])} ${word}`).join(", ")}.
    </p>
  );
}

function Tops({ report }: { readonly report: WireBacktest }) {
  const lists = [
    { name: "Hosts", note: "", values: report.hosts },
    { name: "Users", note: "", values: report.users },
    ...report.fields.map(({ field, matched, distinct, more, values }) => ({
      name: field || "keyword",
      note: `${more ? "over " : ""}${distinct} different${matched ? "" : ", around the hit"}`,
      values,
    })),
  ].filter(({ values }) => values.length > 0);
  return (
    <Section title="Noisiest values">
      <div className="tops">
        {lists.map(({ name, note, values }) => (
          <table key={name} className="table small">
            <thead>
              <tr>
                <th>
                  <LogText text={name} mono /> <span className="muted">{note}</span>
                </th>
                <th className="num">Hits</th>
              </tr>
            </thead>
            <tbody>
              {values.map(({ value, hits }) => (
                <tr key={value}>
                  <td>
                    <LogText text={value} mono max={120} />
                  </td>
                  <td className="num">{groupDigits(hits)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </Section>
  );
}

function Examples({ report }: { readonly report: WireBacktest }) {
  return (
    <Section title="Examples">
      <table className="table small">
        <tbody>
          {report.examples.map((example) => (
            <tr key={example.event}>
              <td>
                <Time at={example.time} />
              </td>
              <td>
                <LogText
                  text={[example.host, example.user].filter((name) => name !== undefined).join(" · ")}
                  max={60}
                />
              </td>
              <td>
                {example.matched.slice(0, 2).map(({ field, value }) => (
                  <div key={field}>
                    <LogText text={`${field || "keyword"}: ${value}`} mono max={120} />
                  </div>
                ))}
              </td>
              <td>
                <EventChip id={example.event} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
