/** Model health: is what serves sound, what drifted since when, and what is the next click. Verdict first, reasons below. */
import type { WireModelHealth } from "@cordon/model/api/model-health";
import { useQuery } from "@tanstack/react-query";
import { modelHealthQuery, modelsQuery } from "../../api/queries.ts";
import { countText } from "../../format/words.ts";
import { Section } from "../../ui/facts.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { Asked, Closing, Selective } from "./health-closing.tsx";
import { Drift } from "./health-drift.tsx";
import { Ladder } from "./health-ladder.tsx";
import { NextStep } from "./health-next.tsx";
import { Performance } from "./health-performance.tsx";
import { ModelsNav } from "./models-nav.tsx";
import "./health.css";

export function HealthPage() {
  const ask = useQuery(modelHealthQuery);
  return (
    <div className="page">
      <header className="page-head">
        <h1>Model health</h1>
        <ModelsNav />
        <a className="btn btn-small" href="/api/v1/models/health/report" download="model-health.html">
          Download report
        </a>
      </header>
      <Loaded ask={ask} what="model health">
        {(health) => (
          <div className="stack">
            <Verdict health={health} />
            <NextStep health={health} />
            <Ladder health={health} />
            <Drift health={health} />
            <Performance health={health} />
            <div className="columns">
              <Closing health={health} />
              <Selective health={health} />
            </div>
            <Asked health={health} />
            <div className="columns">
              <Analysts health={health} />
              <Quality health={health} />
            </div>
            <Changes health={health} />
          </div>
        )}
      </Loaded>
    </div>
  );
}

const WORDS: Readonly<Record<WireModelHealth["verdict"], { readonly word: string; readonly tone: string }>> = {
  "too-few": { word: "Too few cases to tell", tone: "info" },
  healthy: { word: "Sound", tone: "good" },
  watch: { word: "Inputs have changed", tone: "warn" },
  alarm: { word: "Do not rely on it", tone: "bad" },
};

function Verdict({ health }: { readonly health: WireModelHealth }) {
  const models = useQuery(modelsQuery).data;
  const { verdict, said, rows, at } = health;
  const { word, tone } = WORDS[verdict];
  return (
    <div className={`notice health-verdict tone-${tone}`}>
      <Icon name={verdict === "healthy" ? "check" : verdict === "too-few" ? "clock" : "alert"} size={26} />
      <div>
        <h2>{word}</h2>
        <p>
          <LogText text={said.slice(0, 1).toUpperCase() + said.slice(1)} />
        </p>
        <p className="muted small">
          {models && (
            <>
              <LogText text={models.why} />.{" "}
            </>
          )}
          {rows.window > 0 && `The newest ${rows.window} decided cases against ${rows.reference} older ones. `}
          Looked at <Time at={at} relative="only" />.
        </p>
      </div>
    </div>
  );
}

function Analysts({ health: { agreement } }: { readonly health: WireModelHealth }) {
  const { pairs, agreed, kappa, low, high, waiting, share, influence } = agreement;
  const figure = (value: number | null | undefined): string =>
    value === null || value === undefined ? "–" : value.toFixed(2);
  return (
    <Section title="Do analysts agree?">
      <p>
        {kappa === undefined
          ? `${pairs} of 20 cases judged twice: too few to tell.`
          : `Kappa ${figure(kappa)} (${figure(low)} to ${figure(high)}): ${agreed} of ${pairs} cases judged alike.`}{" "}
        {countText(waiting, "case")} of the {Math.round(share * 100)} % drawn wait for a second verdict.
      </p>
      {influence.length > 0 && (
        <p className="small muted">
          Without one person’s verdicts chances move by{" "}
          {influence.map((each) => `${(100 * each).toFixed(1)} points`).join(", ")} on average, most active person
          first.
        </p>
      )}
    </Section>
  );
}

function Quality({ health: { quality, verdict } }: { readonly health: WireModelHealth }) {
  return (
    <Section title="Data">
      {quality.length === 0 ? (
        <p className="muted">
          {verdict === "too-few"
            ? "Too few cases to say what is usual."
            : "Nothing missing, nothing out of range that was not so before."}
        </p>
      ) : (
        <ul className="plain rows small">
          {quality.map(({ column, kind, said }) => (
            <li key={column + kind}>
              <b>{column || "rows"}</b> <LogText text={said} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Changes({ health: { changes } }: { readonly health: WireModelHealth }) {
  return (
    <Section title="What changed around it">
      {changes.length === 0 ? (
        <p className="muted">No change of rules, sources, version or model since the first look.</p>
      ) : (
        <ul className="plain rows small">
          {changes.map(({ what, at }) => (
            <li key={what + at}>
              <Time at={at} /> <LogText text={what} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
