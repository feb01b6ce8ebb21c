/** Is Cordon hearing what it should, and what is wrong: problems first, each with its fix. */
import type { WireStatus } from "@cordon/model/api/system";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { statusQuery } from "../../api/queries.ts";
import { spanText } from "../../format/time-text.ts";
import { bytesText, countText, groupDigits, type Tone } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/facts.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Loaded } from "../../ui/state.tsx";
import { Time, useNow } from "../../ui/time.tsx";
import "./status.css";

export function StatusPage() {
  const ask = useQuery(statusQuery);
  return (
    <div className="page">
      <header className="page-head">
        <h1>Status</h1>
      </header>
      <Loaded ask={ask} what="status">
        {(status) => (
          <div className="stack">
            <Problems status={status} />
            <Figures status={status} />
            <Sources sources={status.sources} />
            <BySource status={status} />
          </div>
        )}
      </Loaded>
    </div>
  );
}

function Problems({ status }: { readonly status: WireStatus }) {
  if (status.problems.length === 0) {
    return (
      <div className="notice tone-good">
        <Icon name="check" /> Nothing is wrong that Cordon can see.
      </div>
    );
  }
  return (
    <Section title={countText(status.problems.length, "problem")}>
      <ul className="plain rows">
        {status.problems.map((problem) => (
          <li key={problem.code + problem.message} className="notice tone-warn">
            <Icon name="alert" />
            <div>
              <LogText text={problem.message} />
              {problem.fix && (
                <p>
                  <b>Do:</b> <LogText text={problem.fix} />
                </p>
              )}
              <span className="muted small mono">{problem.code}</span>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Figures({ status }: { readonly status: WireStatus }) {
  const now = useNow();
  const { spool, events, rules, detections, incidents } = status;
  const lag = spool.lastSeq - spool.detected;
  return (
    <div className="figures">
      <Figure word="Up for" value={spanText(now - status.startedAt)} aside={`version ${status.version}`} />
      <Figure
        word="Records accepted"
        value={groupDigits(spool.records)}
        aside={`${groupDigits(spool.duplicates)} sent twice, counted once`}
      />
      <Figure
        word="Not yet judged"
        value={groupDigits(lag)}
        aside={`${groupDigits(spool.lastSeq - spool.stored)} not yet stored`}
        warn={lag > 50_000}
      />
      <Figure
        word="Spool"
        value={bytesText(spool.bytes)}
        aside={`of ${bytesText(spool.bytesMax)}`}
        warn={spool.bytes > 0.8 * spool.bytesMax}
      />
      <Figure
        word="Events stored"
        value={groupDigits(events.total)}
        aside={`${bytesText(events.bytes)} in ${countText(events.segments, "segment")}, ${groupDigits(events.tail)} in the tail`}
      />
      <Figure word="Not mapped" value={groupDigits(events.unmapped)} aside="kept and searchable" />
      <Figure
        word="Rules"
        value={groupDigits(rules.loaded)}
        aside={
          <Link to="/rules" search={{ view: "rejected" }}>
            {groupDigits(rules.rejected)} rejected
          </Link>
        }
      />
      <Figure
        word="Detections"
        value={groupDigits(detections.total)}
        aside={`${groupDigits(detections.pending)} waiting for triage`}
      />
      <Figure
        word="Incidents not closed"
        value={groupDigits(incidents.open + incidents.waiting)}
        aside={`${groupDigits(incidents.waiting)} wait for you, ${groupDigits(incidents.closed)} closed`}
      />
    </div>
  );
}

function Figure(props: {
  readonly word: string;
  readonly value: string;
  readonly aside: React.ReactNode;
  readonly warn?: boolean;
}) {
  return (
    <div className={props.warn ? "card figure tone-warn" : "card figure"}>
      <span className="figure-word">{props.word}</span>
      <b>{props.value}</b>
      <span className="muted small">{props.aside}</span>
    </div>
  );
}

const SOURCE_TONE: Readonly<Record<WireStatus["sources"][number]["state"], Tone>> = {
  running: "good",
  finished: "neutral",
  waiting: "info",
  failed: "bad",
};

function Sources({ sources }: { readonly sources: WireStatus["sources"] }) {
  return (
    <Section title={countText(sources.length, "source")}>
      <table className="table">
        <thead>
          <tr>
            <th>Source</th>
            <th>State</th>
            <th className="num">Accepted</th>
            <th className="num">Twice</th>
            <th>Last record</th>
            <th>Detail</th>
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => (
            <tr key={source.name}>
              <td>
                <LogText text={source.name} /> <span className="muted small">{source.kind}</span>
              </td>
              <td>
                <Badge tone={SOURCE_TONE[source.state]}>{source.state}</Badge>
              </td>
              <td className="num">{groupDigits(source.accepted)}</td>
              <td className="num">{groupDigits(source.duplicates)}</td>
              <td>
                {source.lastRecordAt === undefined ? (
                  <span className="muted">never</span>
                ) : (
                  <Time at={source.lastRecordAt} relative="only" />
                )}
              </td>
              <td>
                <LogText text={source.detail} max={90} />
                <Failures failures={source.failures} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sources.length === 0 && (
        <p className="muted">No source is set up. The queue page shows how to send the first logs.</p>
      )}
    </Section>
  );
}

function Failures({ failures }: { readonly failures: WireStatus["sources"][number]["failures"] }) {
  if (failures.length === 0) return null;
  return (
    <details className="fold">
      <summary className="tone-bad">{countText(failures.length, "input")} failed</summary>
      <ul className="plain rows small">
        {failures.map((failure) => (
          <li key={failure.input + failure.at}>
            <LogText text={failure.input} mono max={70} />: <LogText text={failure.reason} />{" "}
            <Time at={failure.at} relative="only" />
          </li>
        ))}
      </ul>
    </details>
  );
}

function BySource({ status }: { readonly status: WireStatus }) {
  const rows = Object.entries(status.events.bySource).sort((a, b) => b[1] - a[1]);
  const most = rows[0]?.[1] ?? 1;
  if (rows.length === 0) return null;
  return (
    <Section title="Events by mapping">
      <table className="table bars">
        <tbody>
          {rows.map(([name, n]) => (
            <tr key={name}>
              <th scope="row">
                <Link to="/search" search={{ source: [name] }} className="mono">
                  {name}
                </Link>
              </th>
              <td className="bar-cell">
                <span style={{ width: `${(n / most) * 100}%` }} />
              </td>
              <td className="num">{groupDigits(n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
