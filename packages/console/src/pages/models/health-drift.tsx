/** What drifted: how much, since when, and what changed around then. What stayed as it was is folded away. */
import type { WireModelHealth } from "@cordon/model/api/model-health";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";

type Column = WireModelHealth["drift"][number];

export function Drift({ health: { drift } }: { readonly health: WireModelHealth }) {
  const changed = drift.filter(({ alarm }) => alarm);
  const same = drift.filter(({ alarm }) => !alarm);
  if (drift.length === 0) return null;
  return (
    <Section
      title={
        changed.length === 0 ? "Inputs: none has changed" : `Inputs: ${changed.length} of ${drift.length} have changed`
      }
    >
      {changed.length > 0 && (
        <table className="table drift">
          <thead>
            <tr>
              <th>Input</th>
              <th>State</th>
              <th>Cases that moved</th>
              <th>Since about</th>
              <th>May come from</th>
            </tr>
          </thead>
          <tbody>
            {changed.map((column) => (
              <Changed key={column.name} column={column} />
            ))}
          </tbody>
        </table>
      )}
      {same.length > 0 && (
        <details className="fold">
          <summary>{same.length} inputs as before</summary>
          <ul className="small muted same">
            {same.map(({ name, words, effect }) => (
              <li key={name}>
                {words} {effect !== null && <span className="num">{percent(effect)}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

function Changed({ column }: { readonly column: Column }) {
  const { words, lasting, effect, since, tied, statistic, q, value } = column;
  return (
    <tr>
      <th scope="row">{words}</th>
      <td>
        <Badge tone={lasting ? "bad" : "warn"}>{lasting ? "changed" : "in this window"}</Badge>
      </td>
      <td title={`${statistic} ${short(value)}, q ${short(q)}`}>
        <span className="effect">
          <span className="effect-bar" aria-hidden="true">
            <span style={{ width: `${Math.round(100 * (effect ?? 0))}%` }} />
          </span>
          <span className="num">{percent(effect)}</span>
        </span>
      </td>
      <td>{since === undefined ? <span className="muted">not known</span> : <Time at={since} relative="both" />}</td>
      <td>
        {tied.length === 0 ? (
          <span className="muted">no change near it</span>
        ) : (
          <ul className="plain small">
            {tied.map(({ what, at }) => (
              <li key={what + at}>
                <LogText text={what} /> <Time at={at} relative="only" />
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}

const percent = (share: number | null): string => (share === null ? "–" : `${Math.round(100 * share)} %`);
const short = (value: number | null): string => (value === null ? "–" : String(Number(value.toPrecision(2))));
