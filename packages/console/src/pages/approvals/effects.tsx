import { spanText } from "../../format/time-text.ts";
import { LogText } from "../../ui/log-text.tsx";

interface Ran {
  readonly actuator: string;
  readonly effects: readonly string[];
}

/** Exactly what would run, line by line, as it would be sent. `before`: what stood there when the person looked. */
export function Effects({ plan, before }: { readonly plan: Ran; readonly before?: Ran | undefined }) {
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

interface Undo {
  readonly undo: "yes" | "no" | "partly";
  readonly ttlMs?: number | undefined;
}

export function undoText(plan: Undo): string {
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
