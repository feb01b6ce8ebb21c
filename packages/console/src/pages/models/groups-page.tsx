/** Are all groups judged alike: flags with their written answers first, then every group with its rates. */
import type { WireModelBias } from "@cordon/model/api/model-health";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { meQuery, modelBiasQuery, modelHealthQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/facts.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { useToasts } from "../../ui/toast.tsx";
import { ModelsNav } from "./models-nav.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";
import "./health.css";

type Flag = WireModelBias["flags"][number];
type Segment = WireModelBias["dimensions"][number]["segments"][number];

const RATES = [
  { key: "alerts", head: "On top" },
  { key: "tpr", head: "Malicious found" },
  { key: "fpr", head: "Harmless on top" },
  { key: "precision", head: "On top and malicious" },
  { key: "closed", head: "Closed alone" },
  { key: "actions", head: "Contained" },
] as const;
const CHOICES = [
  { key: "accept", word: "Accept", means: "The difference is explained and right: say why." },
  { key: "mitigate", word: "Mitigate", means: "Something is done about it: say what, by whom, until when." },
  {
    key: "remove-feature",
    word: "Remove feature",
    means: "An input stands for the group: say which one leaves the model.",
  },
] as const;

export function GroupsPage() {
  const ask = useQuery(modelBiasQuery);
  return (
    <div className="page">
      <header className="page-head">
        <h1>Groups</h1>
        <ModelsNav />
        <span className="row gap-1">
          <a className="btn btn-small" href="/api/v1/models/bias/report" download="groups.html">
            Download report
          </a>
          <a className="btn btn-small" href="/api/v1/models/bias/report?format=markdown" download="groups.md">
            Markdown
          </a>
        </span>
      </header>
      <Loaded ask={ask} what="groups">
        {(bias) => (
          <div className="stack">
            <div className={`notice tone-${toneOf(bias.flags)}`}>
              <Icon name={bias.flags.length === 0 ? "check" : "alert"} />
              <div>
                <b>{bias.said}</b>
                <p className="muted small">
                  {bias.rows} decided cases. Department, region and kind of account come from the inventory; no model
                  sees them.
                </p>
              </div>
            </div>
            {bias.flags.length > 0 && (
              <Section title="Differences that need an answer">
                <ul className="plain rows">
                  {bias.flags.map((flag) => (
                    <FlagLine key={flag.id} flag={flag} />
                  ))}
                </ul>
              </Section>
            )}
            {bias.dimensions.toSorted(byInterest).map(({ name, segments }) => (
              <Segments key={name} name={name} segments={segments} />
            ))}
          </div>
        )}
      </Loaded>
    </div>
  );
}

/** Groups of people first: what cases are about comes last. */
const NAMES: Readonly<Record<string, string>> = {
  department: "department",
  region: "region",
  account: "kind of account",
  platform: "platform",
  hours: "time of day",
  source: "source of the log",
  criticality: "importance of the system",
  severity: "severity",
  rule: "rule",
};
type Dimension = WireModelBias["dimensions"][number];
const byInterest = (a: Dimension, b: Dimension): number => rank(a.name) - rank(b.name);
const rank = (name: string): number => Object.keys(NAMES).indexOf(name);

function toneOf(flags: readonly Flag[]): "good" | "warn" | "bad" {
  if (flags.length === 0) return "good";
  return flags.some(({ answer }) => answer === undefined) ? "bad" : "warn";
}

function FlagLine({ flag }: { readonly flag: Flag }) {
  const { sentence, answer, lapsed } = flag;
  return (
    <li className="row between align-start">
      <div className="grow">
        <LogText text={sentence} />
        {answer !== undefined && (
          <p className="small">
            <Badge tone="good">{CHOICES.find(({ key }) => key === answer.answer)?.word}</Badge>{" "}
            <LogText text={answer.reason} />{" "}
            <span className="muted">
              <LogText text={answer.by} max={40} />, <Time at={answer.at} />
            </span>
          </p>
        )}
        {lapsed !== undefined && <p className="small tone-text-bad">{lapsed}</p>}
      </div>
      <Answer flag={flag} />
    </li>
  );
}

function Answer({ flag }: { readonly flag: Flag }) {
  const [asking, setAsking] = useState(false);
  const me = useQuery(meQuery).data;
  const client = useQueryClient();
  const { say } = useToasts();
  const act = useMutation({
    mutationFn: (body: { readonly answer: "accept" | "mitigate" | "remove-feature"; readonly reason: string }) =>
      call("answerFlag", { body: { flag: flag.id, ...body } }),
    onSuccess: (bias) => {
      client.setQueryData(modelBiasQuery.queryKey, bias);
      say("Answered.");
      setAsking(false);
      return client.invalidateQueries({ queryKey: modelHealthQuery.queryKey });
    },
  });
  if (me === undefined || !mayAct(me.role, "answerFlag")) return null;
  return (
    <>
      <Button small onClick={() => setAsking(true)} aria-label={`Answer: ${flag.sentence}`}>
        {flag.answer === undefined ? "Answer" : "Answer anew"}
      </Button>
      {asking && (
        <ReasonDialog
          title="Answer a difference between groups"
          about={<LogText text={flag.sentence} />}
          choices={CHOICES}
          pending={act.isPending}
          error={act.error}
          onClose={() => setAsking(false)}
          onGive={(answer, reason) => act.mutate({ answer, reason })}
        />
      )}
    </>
  );
}

function Segments({ name, segments }: { readonly name: string; readonly segments: readonly Segment[] }) {
  return (
    <Section title={`By ${NAMES[name] ?? name}`}>
      <div className="scroll-x">
        <table className="table groups">
          <thead>
            <tr>
              <th>Group</th>
              <th className="num">Cases</th>
              <th className="num">Malicious</th>
              {RATES.map(({ key, head }) => (
                <th key={key} className="num">
                  {head}
                </th>
              ))}
              <th className="num">False alarms a person and month</th>
            </tr>
          </thead>
          <tbody>
            {segments.map((segment) => (
              <tr key={segment.name}>
                <th scope="row">
                  <LogText text={segment.name} max={60} />
                </th>
                <td className="num">{segment.rows}</td>
                <td className="num">{segment.malicious}</td>
                {RATES.map(({ key }) => (
                  <RateCell key={key} rate={segment.rates[key]} />
                ))}
                <td className="num">
                  {segment.falseAlarmsPerPersonMonth?.toFixed(2) ?? <span className="muted">–</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function RateCell({ rate }: { readonly rate: Segment["rates"][string] | undefined }) {
  if (rate === undefined || rate.value === null) return <td className="num muted small">too few</td>;
  const percent = (value: number | null): string => (value === null ? "–" : `${Math.round(100 * value)}`);
  return (
    <td className="num">
      {percent(rate.value)} %
      <span className="muted small rate-range">
        {percent(rate.low)}–{percent(rate.high)}
      </span>
    </td>
  );
}
