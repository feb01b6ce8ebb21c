/** A share with its interval on a line from 0 to 1: the bar is where it should lie, the mark where it is. */
interface IntervalProps {
  readonly low: number | null;
  readonly high: number | null;
  readonly mark: number | null;
  /** The mark lies where it should not. */
  readonly off?: boolean;
}

const WIDTH = 200;

export function Interval({ low, high, mark, off = false }: IntervalProps) {
  return (
    <svg viewBox={`0 0 ${WIDTH} 16`} className="interval" aria-hidden="true" focusable="false">
      <line x1="0" x2={WIDTH} y1="8" y2="8" className="interval-axis" />
      {low !== null && high !== null && (
        <rect
          x={low * WIDTH}
          y="4"
          width={Math.max(2, (high - low) * WIDTH)}
          height="8"
          rx="3"
          className="interval-bar"
        />
      )}
      {mark !== null && (
        <line x1={mark * WIDTH} x2={mark * WIDTH} y1="0" y2="16" className={off ? "interval-off" : "interval-true"} />
      )}
    </svg>
  );
}

/** One decimal below ten points: there the tenths decide. */
export function percentText(share: number | null): string {
  if (share === null) return "unknown";
  const points = 100 * share;
  return `${points < 10 && points > 0 ? points.toFixed(1) : Math.round(points)} %`;
}
