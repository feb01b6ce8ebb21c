import type { WireIncidentAction } from "@cordon/model/api/incidents";
import { spanText } from "../../format/time-text.ts";
import { LogText } from "../../ui/log-text.tsx";

type Plan = WireIncidentAction["plan"];

/** Exactly what would run, line by line, as it would be sent. */
export function Effects({ plan, before }: { readonly plan: Plan; readonly before?: Plan | undefined }) {
  const old = new Set(before?.effects);
  const gone = before?.effects.filter((line) => !plan.effects.includes(line)) ?? [];
  return (
    <div className="effects-box">
      <div className="small muted">
        Runs on <LogText text={plan.actuator} mono />, exactly:
      </div>
      <ol className="effects mono">
        {plan.effects.map((line) => (
          <li key={line} className={before !== undefined && !old.has(line) ? "effect-new" : ""}>
            <LogText text={line} />
          </li>
        ))}
        {gone.map((line) => (
          <li key={line} className="effect-gone">
            <LogText text={line} />
          </li>
        ))}
      </ol>
    </div>
  );
}

export function undoText(plan: Plan): string {
  const lasts = plan.ttlMs === undefined ? "" : `Undone by itself after ${spanText(plan.ttlMs)}. `;
  switch (plan.undo) {
    case "yes":
      return `${lasts}Reversible at any time.`;
    case "partly":
      return `${lasts}Only partly reversible.`;
    case "no":
      return "Cannot be undone.";
  }
}
