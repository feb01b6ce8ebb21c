import type { ScoreTerm } from "@cordon/model/incident";
import { TERM_WORD } from "../../format/words.ts";
import { LogText } from "../../ui/log-text.tsx";

/** The sum behind a priority, addend by addend. */
export function Why({ terms, total }: { readonly terms: readonly ScoreTerm[]; readonly total: number }) {
  const most = terms.reduce((max, term) => Math.max(max, Math.abs(term.points)), 1);
  return (
    <table className="why">
      <caption className="sr">Terms of the priority</caption>
      <tbody>
        {terms.map((term) => (
          <tr key={term.term + term.why}>
            <th scope="row">{TERM_WORD[term.term]}</th>
            <td className="why-bar">
              <span
                className={term.points < 0 ? "why-minus" : ""}
                style={{ width: `${(Math.abs(term.points) / most) * 100}%` }}
              />
            </td>
            <td className="num">{term.points < 0 ? `−${Math.abs(term.points)}` : `+${term.points}`}</td>
            <td>
              <LogText text={term.why} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">priority</th>
          <td />
          <td className="num">
            <b>{Math.round(total)}</b>
          </td>
          <td className="muted">of 100</td>
        </tr>
      </tfoot>
    </table>
  );
}
