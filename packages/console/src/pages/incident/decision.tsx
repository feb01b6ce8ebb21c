/** What the triage model said of the incident, and why: reasons that add up, what would turn it, and similar past cases. */
import type { WireIncident } from "@cordon/model/api/incidents";
import { Link } from "@tanstack/react-router";
import { VERDICT_WORD } from "../../format/words.ts";
import { LogText } from "../../ui/log-text.tsx";

type Told = NonNullable<WireIncident["decision"]>;

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

export function Decision({ decision }: { readonly decision: Told }) {
  const { p, interval, because, rest, expected, score, counterfactual, refusal } = decision;
  return (
    <div className="decision small">
      <p>
        {p === undefined ? (
          <>The model gives no probability. </>
        ) : (
          <>
            Closed alike as true positive <b>{percent(p.truePositive)}</b>
            {interval && ` (between ${percent(interval.low)} and ${percent(interval.high)})`}, benign positive{" "}
            {percent(p.benignPositive)}, false positive {percent(p.falsePositive)}; usual is{" "}
            {percent(decision.threshold)}.{" "}
          </>
        )}
        {refusal && <>No weight: {refusal}. </>}
        <Link to="/models/registry" search={{ id: decision.model }}>
          Model card
        </Link>
      </p>
      <table className="table">
        <caption className="sr">Reasons of the model, in log odds</caption>
        <tbody>
          {because.map((one) => (
            <tr key={one.feature}>
              <td className="num">{signed(one.effect)}</td>
              <td>
                because {one.words} is <LogText text={one.value} /> (usual <LogText text={one.baseline} />)
              </td>
            </tr>
          ))}
          <tr>
            <td className="num">{signed(rest)}</td>
            <td className="muted">
              all else; from {signed(expected)}, together {signed(score)}
            </td>
          </tr>
        </tbody>
      </table>
      {counterfactual && <p>It would turn with {counterfactual}.</p>}
      <Similar decision={decision} />
      <Advice advice={decision.advice} />
      <Closing closing={decision.closing} />
    </div>
  );
}

function Similar({ decision: { similar, expects } }: { readonly decision: Told }) {
  return (
    <>
      {similar.length > 0 && (
        <ul className="plain">
          {similar.map((past) => (
            <li key={past.incident}>
              like{" "}
              <Link to="/incidents/$id" params={{ id: past.incident }}>
                {past.incident}
              </Link>{" "}
              ({percent(past.likeness)}), closed as {VERDICT_WORD[past.verdict].toLowerCase()}
            </li>
          ))}
        </ul>
      )}
      {expects && (
        <p className="muted">
          {expects.of} similar true positives
          {expects.severity && `: severity ${expects.severity}`}
          {expects.response && `; ${expects.response} was in force at the end`}
        </p>
      )}
    </>
  );
}

type Reasons = readonly { readonly words: string; readonly value: string }[];

function Because({ reasons }: { readonly reasons: Reasons }) {
  if (reasons.length === 0) return null;
  return <>, because {reasons.map(({ words, value }) => `${words} is ${value}`).join("; ")}</>;
}

/** Suggestions for a person: nothing is changed or started by them. */
function Advice({ advice }: { readonly advice: Told["advice"] }) {
  if (advice === undefined) return null;
  const { severity, response } = advice;
  return (
    <ul className="plain advice">
      <li>
        {severity.kind === "refused" ? (
          <span className="muted">No severity suggested: {severity.reason}.</span>
        ) : (
          <>
            Suggested severity <b>{severity.level}</b> ({percent(severity.p)}, from {severity.of} set by people)
            <Because reasons={severity.because} />.
          </>
        )}
      </li>
      <li>
        {response.kind === "refused" ? (
          <span className="muted">No response suggested: {response.reason}.</span>
        ) : (
          <>
            Suggested response{" "}
            {response.ranked.map(({ action, p, tried, held }, at) => (
              <span key={action}>
                {at > 0 && ", then "}
                <b>{action === "none" ? "no containment" : action}</b> ({p !== undefined && `${percent(p)}, `}
                {action === "none" ? `${tried} cases` : `held in ${held} of ${tried}`})
              </span>
            ))}
            , from {response.of} true positives
            <Because reasons={response.because} />.
          </>
        )}
      </li>
    </ul>
  );
}

function Closing({ closing }: { readonly closing: Told["closing"] }) {
  if (closing === undefined) return null;
  if (closing.kind === "keep-open") return <p>Closing without a person: {closing.reasons.join("; ")}.</p>;
  if (closing.kind === "audit")
    return <p>It would be closed without a person; a person was chosen to look (audit, chance {closing.chance}).</p>;
  return (
    <p>
      It may be closed without a person: p {closing.p.toFixed(3)}, level {closing.level.toFixed(3)}.
    </p>
  );
}
