/** A rule asked about this event: one that is loaded, or a text that is not. */
import type { WireExplanation } from "@cordon/model/api/explanation";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { meQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { Button } from "../../ui/button.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Failed } from "../../ui/state.tsx";
import { ExplanationView } from "../rules/explanation.tsx";
import { type ChosenRule, RuleInput } from "../rules/rule-input.tsx";

interface Tried {
  readonly rejected: readonly { readonly line?: number | undefined; readonly code: string; readonly reason: string }[];
  readonly explained: readonly { readonly id: string; readonly title: string; readonly explanation: WireExplanation }[];
}

export function TryRule({ event }: { readonly event: string }) {
  const [chosen, setChosen] = useState<ChosenRule>({ id: undefined, text: "" });
  const me = useQuery(meQuery).data;
  const run = useMutation({ mutationFn: () => ask(event, chosen) });
  const may = me !== undefined && mayAct(me.role, chosen.id === undefined ? "tryRule" : "explainRule");
  return (
    <details className="section">
      <summary>
        <b>Test a rule against this event</b>
      </summary>
      <div className="stack-tight">
        <RuleInput chosen={chosen} choose={setChosen} />
        <div className="row">
          <Button
            look="primary"
            disabled={!may || run.isPending || (chosen.id === undefined && chosen.text.trim() === "")}
            onClick={() => run.mutate()}
          >
            Test
          </Button>
        </div>
        {run.error && <Failed error={run.error} />}
        {run.data && <Answer tried={run.data} />}
      </div>
    </details>
  );
}

async function ask(event: string, { id, text }: ChosenRule): Promise<Tried> {
  if (id === undefined) return call("tryRule", { body: { event, text } });
  const explanation = await call("explainRule", { params: { id }, query: { event } });
  return { rejected: [], explained: [{ id, title: "", explanation }] };
}

function Answer({ tried }: { readonly tried: Tried }) {
  return (
    <>
      {tried.rejected.map(({ line, code, reason }) => (
        <p key={code + reason} className="notice tone-bad" role="alert">
          Rejected, line {line ?? 1}: <LogText text={reason} /> <span className="muted mono small">{code}</span>
        </p>
      ))}
      {tried.explained.map(({ id, title, explanation }) => (
        <div key={id} className="stack-tight">
          {title !== "" && (
            <b>
              <LogText text={title} />
            </b>
          )}
          <ExplanationView explanation={explanation} />
        </div>
      ))}
    </>
  );
}
