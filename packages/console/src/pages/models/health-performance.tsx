/** How good it is: estimated before verdicts, true after them, with intervals; and whether its chances say what happens. */
import type { WireModelHealth } from "@cordon/model/api/model-health";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/facts.tsx";
import { Time } from "../../ui/time.tsx";
import { Interval } from "./interval.tsx";

const FIGURES = [
  { key: "precision", word: "On top and malicious" },
  { key: "recall", word: "Malicious found" },
  { key: "f1", word: "Both (F1)" },
  { key: "auroc", word: "Order (AUROC)" },
] as const;
const TRUST = {
  estimated: { tone: "info", word: "too few verdicts to check" },
  confirmed: { tone: "good", word: "verdicts agree with the estimate" },
  off: { tone: "bad", word: "verdicts disagree with the estimate" },
} as const;
const SIDE = 220;

type Own = NonNullable<WireModelHealth["performance"]>;

export function Performance({ health }: { readonly health: WireModelHealth }) {
  const { performance, compared, plot, risen } = health;
  if (performance === undefined)
    return (
      <Section title="Performance">
        <p className="muted">Not known: fewer than 50 decided cases bear a chance that a model gave.</p>
      </Section>
    );
  const { tone, word } = TRUST[performance.trust];
  return (
    <Section title="Performance" aside={<Badge tone={tone}>{word}</Badge>}>
      <div className="performance">
        <div className="stack-tight">
          <table className="table">
            <thead>
              <tr>
                <th>Newest {performance.rows} cases</th>
                <th>Estimated, with interval</th>
                <th className="num">Estimated</th>
                <th className="num">True</th>
              </tr>
            </thead>
            <tbody>
              {FIGURES.map(({ key, word: name }) => (
                <Figure key={key} name={name} own={performance} figure={key} />
              ))}
            </tbody>
          </table>
          {risen !== undefined && (
            <p>
              Its error rose from {short(risen.before)} to {short(risen.after)} (mean square) about{" "}
              <Time at={risen.since} relative="both" /> and stays there.
            </p>
          )}
          <p className="small muted">
            Bar: where the figure should lie; line: where verdicts put it. Calibration error{" "}
            {short(performance.calibrationError)}
            {performance.widened > 0 &&
              `; intervals are ${Math.round(100 * performance.widened)} points wider on both sides, because inputs moved`}
            .
            {compared &&
              ` Average precision ${short(compared.model)} with the model, ${short(compared.without)} without it, on the same ${compared.rows} verdicts.`}
          </p>
        </div>
        <Plot plot={plot} />
      </div>
    </Section>
  );
}

function Figure(props: { readonly name: string; readonly own: Own; readonly figure: keyof Own["truth"] }) {
  const { own, figure } = props;
  const [low, high, truth] = [own.low[figure], own.high[figure], own.truth[figure]];
  const outside = truth !== null && low !== null && high !== null && (truth < low || truth > high);
  return (
    <tr>
      <th scope="row">{props.name}</th>
      <td>
        <Interval low={low} high={high} mark={truth} off={outside} />
      </td>
      <td className="num">
        {short(own.estimated[figure])}
        <span className="muted small">
          {" "}
          {short(low)}–{short(high)}
        </span>
      </td>
      <td className="num">
        <b>{short(truth)}</b>
        {outside && <span className="tone-text-bad small"> outside</span>}
      </td>
    </tr>
  );
}

function Plot({ plot }: { readonly plot: WireModelHealth["plot"] }) {
  if (plot.length === 0) return null;
  const most = Math.max(...plot.map(({ n }) => n));
  const said = plot.map((bin) => `said ${percent(bin.said)}, came ${percent(bin.came)} of ${bin.n}`).join("; ");
  return (
    <figure className="plot">
      <svg viewBox={`-34 -6 ${SIDE + 44} ${SIDE + 44}`} role="img" aria-label={`Calibration: ${said}`}>
        <path d={`M0 ${SIDE}L${SIDE} 0`} className="plot-ideal" />
        <path d={`M0 0V${SIDE}H${SIDE}`} className="plot-axis" />
        {plot.map(({ said: x, came, n }) => (
          <circle key={x} cx={x * SIDE} cy={(1 - came) * SIDE} r={3 + 6 * Math.sqrt(n / most)} className="plot-point">
            <title>{`said ${percent(x)}, came ${percent(came)}, ${n} cases`}</title>
          </circle>
        ))}
        <text x={SIDE / 2} y={SIDE + 30} textAnchor="middle">
          chance that was said
        </text>
        <text x={-SIDE / 2} y={-22} textAnchor="middle" transform="rotate(-90)">
          share that was malicious
        </text>
        {[0, 0.5, 1].map((tick) => (
          <g key={tick}>
            <text x={tick * SIDE} y={SIDE + 14} textAnchor="middle">
              {tick * 100}
            </text>
            <text x={-6} y={(1 - tick) * SIDE + 4} textAnchor="end">
              {tick * 100}
            </text>
          </g>
        ))}
      </svg>
      <figcaption className="small muted">
        On the line a chance says what happens. Larger points, more cases.
      </figcaption>
    </figure>
  );
}

const short = (value: number | null): string => (value === null ? "–" : value.toFixed(2));
const percent = (share: number): string => `${Math.round(100 * share)} %`;
