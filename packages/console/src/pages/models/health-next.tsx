/** The next click: what a person should do now, with the button that does it. Nothing here happens by itself. */
import type { WireModelHealth } from "@cordon/model/api/model-health";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { call } from "../../api/client.ts";
import { meQuery, modelHealthQuery, modelsQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { countText } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";
import { useToasts } from "../../ui/toast.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";
import { RollBack } from "./roll-back.tsx";

const CHOICES = [
  {
    key: "accept",
    word: "Train a challenger",
    means: "A new model learns from the verdicts and stands in shadow. What serves goes on serving.",
  },
  {
    key: "decline",
    word: "Decline",
    means: "Nothing is trained. It is proposed again after a week, if the reason remains.",
  },
] as const;

export function NextStep({ health }: { readonly health: WireModelHealth }) {
  const models = useQuery(modelsQuery).data;
  const shadow = models?.items.find(({ status }) => status === "shadow");
  const open = health.proposals.find(({ state }) => state === "open");
  const falling = health.ladder.some(({ step, holds }) => step === "fall-back" && holds);
  return (
    <div className="next-steps">
      {falling && models?.serving !== undefined && (
        <Step title="Go back to the model before, or to the score without one" aside={<RollBack />}>
          On the newest verdicts the score without a model ranks better.
        </Step>
      )}
      {open !== undefined && <Proposed proposal={open} />}
      {shadow !== undefined && (
        <Step
          title="A challenger stands in shadow"
          aside={
            <Link className="btn btn-small" to="/models/registry" search={{ id: shadow.id }}>
              Compare and promote
            </Link>
          }
        >
          Model <span className="mono">{shadow.id.slice(0, 12)}</span>, made{" "}
          <Time at={shadow.createdAt} relative="only" />. It serves only when its gates pass and a person lets it.
        </Step>
      )}
      {health.openFlags > 0 && (
        <Step
          title={`${countText(health.openFlags, "difference")} between groups without an answer`}
          aside={
            <Link className="btn btn-small" to="/models/groups">
              Read and answer
            </Link>
          }
        >
          Until each is answered in writing no model can be promoted.
        </Step>
      )}
    </div>
  );
}

function Step(props: { readonly title: string; readonly aside: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="notice tone-info next-step">
      <Icon name="right" />
      <div className="grow">
        <b>{props.title}</b>
        <p className="small">{props.children}</p>
      </div>
      {props.aside}
    </div>
  );
}

function Proposed({ proposal }: { readonly proposal: WireModelHealth["proposals"][number] }) {
  const [asking, setAsking] = useState(false);
  const me = useQuery(meQuery).data;
  const client = useQueryClient();
  const { say } = useToasts();
  const act = useMutation({
    mutationFn: (body: { readonly answer: "accept" | "decline"; readonly reason: string }) =>
      call("answerProposal", { params: { id: proposal.id }, body }),
    onSuccess: (health, { answer }) => {
      client.setQueryData(modelHealthQuery.queryKey, health);
      say(answer === "accept" ? "A challenger stands in shadow." : "Declined.");
      setAsking(false);
      return client.invalidateQueries({ queryKey: modelsQuery.queryKey });
    },
  });
  const allowed = me !== undefined && mayAct(me.role, "answerProposal");
  return (
    <Step
      title="Retraining is proposed"
      aside={
        allowed ? (
          <Button small look="primary" onClick={() => setAsking(true)}>
            Answer
          </Button>
        ) : (
          <span className="small muted">An approver answers it.</span>
        )
      }
    >
      <LogText text={proposal.why} />, <Time at={proposal.at} relative="only" />. Nothing is trained before somebody
      says so.
      {asking && (
        <ReasonDialog
          title="Retrain the model?"
          about={<LogText text={proposal.why} />}
          choices={CHOICES}
          first="accept"
          pending={act.isPending}
          error={act.error}
          onClose={() => setAsking(false)}
          onGive={(answer, reason) => act.mutate({ answer, reason })}
        />
      )}
    </Step>
  );
}
