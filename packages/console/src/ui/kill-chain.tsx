/** Tactics along the kill chain: one cell per tactic, filled where the incident was seen. */
import { TACTICS } from "@cordon/model/technique";
import { tacticWord } from "../format/words.ts";

/** `stealth` and `defense-impairment` are new names for parts of `defense-evasion`: one cell for the three. */
const CELLS: readonly (readonly string[])[] = TACTICS.filter(
  (tactic) => tactic !== "stealth" && tactic !== "defense-impairment",
).map((tactic) => (tactic === "defense-evasion" ? ["defense-evasion", "stealth", "defense-impairment"] : [tactic]));

export function KillChain({ tactics, spelled }: { readonly tactics: readonly string[]; readonly spelled?: boolean }) {
  const seen = CELLS.filter((cell) => cell.some((tactic) => tactics.includes(tactic)));
  const words = seen.map((cell) => tacticWord(cell[0] ?? ""));
  const text = words.length === 0 ? "No tactic known" : `Tactics: ${journey(words)}`;
  return (
    <span className="chain-row">
      <span className="chain" role="img" aria-label={text} title={text}>
        {CELLS.map((cell) => (
          <span key={cell[0]} className={seen.includes(cell) ? "chain-on" : "chain-off"} />
        ))}
      </span>
      {spelled && (
        <span className="chain-words" aria-hidden="true">
          {journey(words)}
        </span>
      )}
    </span>
  );
}

/** Short enough for one line; the strip beside it and its title say the rest. */
function journey(words: readonly string[]): string {
  if (words.length <= 3) return words.join(" → ");
  return `${words[0]} → ${words.at(-1)}, ${words.length} tactics`;
}
