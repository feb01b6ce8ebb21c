/** A challenger beside what serves: the figures of both on their own newest verdicts, and what the gates say now. */
import type { WireModelRecord } from "@cordon/model/api/models";
import { useQuery } from "@tanstack/react-query";
import { modelGatesQuery } from "../../api/queries.ts";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Loaded } from "../../ui/state.tsx";
import { figureOf } from "./figure-of.ts";

const FIGURES = [
  { key: "ap", word: "Average precision" },
  { key: "auroc", word: "AUROC" },
  { key: "ece", word: "Calibration error" },
  { key: "brier", word: "Brier score" },
] as const;

interface Props {
  readonly model: WireModelRecord;
  readonly champion: WireModelRecord | undefined;
}

export function Compare({ model, champion }: Props) {
  const ask = useQuery(modelGatesQuery(model.id));
  if (model.status === "champion") return null;
  return (
    <Section title={`${model.id.slice(0, 12)} beside what serves`}>
      <table className="table">
        <thead>
          <tr>
            <th>On its own newest verdicts</th>
            <th className="num">{model.id.slice(0, 8)}</th>
            <th className="num">{champion === undefined ? "without a model" : `serves: ${champion.id.slice(0, 8)}`}</th>
          </tr>
        </thead>
        <tbody>
          {FIGURES.map(({ key, word }) => (
            <tr key={key}>
              <th scope="row">{word}</th>
              <td className="num">{figureOf(model, key)}</td>
              <td className="num">
                {champion === undefined ? figureOf(model, `${key}WithoutModel`) : figureOf(champion, key)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Loaded ask={ask} what="gates">
        {({ gates }) => (
          <ul className="plain rows small" aria-label="Gates of promotion">
            {gates.map(({ gate, passed, said }) => (
              <li key={gate}>
                <Badge tone={passed ? "good" : "bad"}>{passed ? "passes" : "not yet"}</Badge> <b>{gate}</b>{" "}
                <LogText text={said} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}
