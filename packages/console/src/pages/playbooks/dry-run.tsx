/** What a playbook would do, worked out without doing anything. */
import type { WirePlaybook, WireSimulation } from "@cordon/model/api/actions";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client.ts";
import { meQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Failed } from "../../ui/state.tsx";
import { Effects, undoText } from "../approvals/effects.tsx";

export function DryRun({ playbook }: { readonly playbook: WirePlaybook }) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const me = useQuery(meQuery).data;
  const may = me !== undefined && mayAct(me.role, "simulatePlaybook");
  const run = useMutation({
    mutationFn: () => call("simulatePlaybook", { params: { id: playbook.id }, body: { variables: given(values) } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate();
  };
  return (
    <Section title="Dry run" aside={<span className="muted small">Shows every effect; changes nothing.</span>}>
      <form onSubmit={submit} className="dry">
        {playbook.variables.map((variable) => (
          <label key={variable.name} className="field">
            <span>
              <LogText text={variable.name} mono />{" "}
              <span className="muted small">
                {variable.type}
                {variable.required ? ", required" : ""}
              </span>
            </span>
            <input
              required={variable.required}
              value={values[variable.name] ?? ""}
              onChange={(event) => setValues({ ...values, [variable.name]: event.target.value })}
            />
          </label>
        ))}
        <Button submit look="primary" disabled={!may || run.isPending}>
          Dry run
        </Button>
      </form>
      {run.error && <Failed error={run.error} />}
      {run.data && <Outcome simulation={run.data} />}
    </Section>
  );
}

const given = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));

function Outcome({ simulation }: { readonly simulation: WireSimulation }) {
  return (
    <>
      <p>
        It would end as <b>{simulation.ends}</b>: <LogText text={simulation.reason} />
      </p>
      <ol className="flow" aria-label="Outcome of the dry run">
        {simulation.steps.map((step) => (
          <Step key={step.path} step={step} />
        ))}
      </ol>
    </>
  );
}

function Step({ step }: { readonly step: WireSimulation["steps"][number] }) {
  return (
    <li>
      <b>
        <LogText text={step.title || step.path} />
      </b>
      <Badge>{step.kind}</Badge>
      {step.policy && (
        <span className="small">
          policy: {step.policy.outcome.replaceAll("-", " ")}
          {step.policy.reasons.map((reason) => (
            <span key={reason} className="muted">
              {" "}
              <LogText text={reason} />
            </span>
          ))}
        </span>
      )}
      {step.problem && (
        <span className="badge tone-bad">
          <LogText text={step.problem} />
        </span>
      )}
      {step.effects.length > 0 && (
        <Effects plan={{ actuator: step.actuator ?? "no actuator", effects: step.effects }} />
      )}
      {step.undo && <span className="muted small">{undoText({ undo: step.undo, ttlMs: step.ttlMs })}</span>}
    </li>
  );
}
