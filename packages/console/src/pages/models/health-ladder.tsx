/** The ladder: what is done about drift, how far up it stands now, and why. The sign says it as well as the colour. */
import type { WireModelHealth } from "@cordon/model/api/model-health";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";

const WORDS: Readonly<Record<WireModelHealth["ladder"][number]["step"], string>> = {
  inform: "Inform",
  widen: "Widen intervals",
  "pause-auto-close": "Pause auto-close",
  "fall-back": "Fall back",
  "propose-retraining": "Propose retraining",
};

export function Ladder({ health: { ladder, advice } }: { readonly health: WireModelHealth }) {
  if (ladder.length === 0) return null;
  return (
    <Section title="Where we stand">
      <ol className="ladder">
        {ladder.map(({ step, holds, why }) => (
          <li
            key={step}
            className={holds ? "rung rung-on" : "rung"}
            aria-current={step === advice ? "step" : undefined}
          >
            <span className="rung-head">
              <span className="rung-sign" aria-hidden="true">
                {holds ? "●" : "○"}
              </span>
              <b>{WORDS[step]}</b>
              <span className="sr">{holds ? " holds" : " does not hold"}</span>
              {step === advice && <span className="rung-now">now</span>}
            </span>
            <span className="small muted">
              <LogText text={why} />
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
