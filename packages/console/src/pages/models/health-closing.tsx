/** Closing without a person: how often, what it hides as far as audits tell, what waits for a label, and why the rest stays open. */
import type { WireModelHealth } from "@cordon/model/api/model-health";
import { Link } from "@tanstack/react-router";
import { spanText } from "../../format/time-text.ts";
import { countText } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/facts.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Interval, percentText } from "./interval.tsx";

export function Closing({ health: { closing } }: { readonly health: WireModelHealth }) {
  const reasons = Object.entries(closing.refusals).sort((a, b) => b[1] - a[1]);
  return (
    <Section title="Closing without a person">
      {closing.rules === 0 ? (
        <p className="muted">The owner allows it for no rule.</p>
      ) : (
        <p>
          Allowed for {countText(closing.rules, "rule")}. {closing.closed} closed, {closing.audits} would be closed and
          wait for a person.
        </p>
      )}
      {closing.rules > 0 && closing.widened !== undefined && (
        <p className="notice tone-warn">
          <Icon name="alert" />
          <span>
            <b>Widened:</b> inputs have moved, so every chance is taken {Math.round(100 * closing.widened)} points
            higher.
          </span>
        </p>
      )}
      {closing.rules > 0 &&
        closing.paused.map((why) => (
          <p key={why} className="notice tone-bad">
            <Icon name="stop" />
            <span>
              <b>Paused:</b> <LogText text={why} />
            </span>
          </p>
        ))}
      {reasons.length > 0 && (
        <>
          <h3>Why open incidents stay open</h3>
          <ul className="plain rows small">
            {reasons.map(([reason, count]) => (
              <li key={reason}>
                <b className="num">{count}</b> <LogText text={reason} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

const KNOWN = {
  complete: { tone: "good", word: "everything was looked at" },
  estimated: { tone: "info", word: "estimated from audits" },
  unknown: { tone: "warn", word: "unknown" },
} as const;

/** What was closed and nobody looked at: two estimates that must not differ much, or the word that it is not known. */
export function Selective({ health: { selective, rows } }: { readonly health: WireModelHealth }) {
  if (selective === undefined) return null;
  const { kind, said, closed, audited, undone, tooYoung, delayMs, weighted, doublyRobust, effective } = selective;
  if (rows.reference + rows.window === 0)
    return (
      <Section title="What nobody looked at">
        <p className="muted">Nothing was decided yet.</p>
      </Section>
    );
  const { tone, word } = KNOWN[kind];
  return (
    <Section title="What nobody looked at" aside={<Badge tone={tone}>{word}</Badge>}>
      <p className={kind === "unknown" ? "notice tone-warn" : "small"}>
        {kind === "unknown" && <Icon name="alert" />}
        <span>
          <LogText text={said.slice(0, 1).toUpperCase() + said.slice(1)} />.
        </span>
      </p>
      {kind === "estimated" && (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Malicious among what was closed</th>
              <th scope="col">0 to 100 %</th>
              <th scope="col" className="num">
                Share, 95 %
              </th>
            </tr>
          </thead>
          <tbody>
            <Share name="Weighed by the chance of a look" share={weighted} />
            <Share name="Doubly robust: the model fills in the rest" share={doublyRobust} />
          </tbody>
        </table>
      )}
      {kind !== "complete" && (
        <p className="small muted">
          {closed} closed without a person, {audited} audited
          {effective === undefined ? "" : `, worth ${effective} of equal weight`}, {undone} undone
          {tooYoung > 0 && `; ${tooYoung} too young to count`}
          {tooYoung > 0 && delayMs !== undefined && `: 95 % of verdicts come within ${spanText(delayMs)}`}.
          {kind === "unknown" && " Without an audit sample nothing is estimated; it is not taken for good."}
        </p>
      )}
    </Section>
  );
}

type ShareOf = NonNullable<NonNullable<WireModelHealth["selective"]>["weighted"]>;

function Share({ name, share }: { readonly name: string; readonly share: ShareOf | undefined }) {
  const { value, low, high } = share ?? { value: null, low: null, high: null };
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <Interval low={low} high={high} mark={value} />
      </td>
      <td className="num">
        {percentText(value)}{" "}
        <span className="muted small">
          {low === null || high === null ? "interval unknown" : `${percentText(low)}–${percentText(high)}`}
        </span>
      </td>
    </tr>
  );
}

const WHY_ASKED = {
  audit: { tone: "warn", word: "audit" },
  "near-level": { tone: "info", word: "near the level" },
  alarm: { tone: "bad", word: "alarm" },
} as const;

/** Verdicts that would teach most: the whole row opens the incident. */
export function Asked({ health: { ask } }: { readonly health: WireModelHealth }) {
  if (ask === undefined) return null;
  return (
    <Section title="Incidents worth a verdict" aside={<span className="muted small">most telling first</span>}>
      {ask.length === 0 ? (
        <p className="muted">None: no audit was drawn, and no open incident lies near a level of closing.</p>
      ) : (
        <ul className="plain asked">
          {ask.map(({ incident, title, kind, why }) => (
            <li key={incident}>
              <Link to="/incidents/$id" params={{ id: incident }} className="asked-row">
                <Badge tone={WHY_ASKED[kind].tone}>{WHY_ASKED[kind].word}</Badge>
                <span className="grow">
                  <b>
                    <LogText text={title} max={100} />
                  </b>
                  <span className="small muted asked-why">
                    <LogText text={why} />
                  </span>
                </span>
                <Icon name="right" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
