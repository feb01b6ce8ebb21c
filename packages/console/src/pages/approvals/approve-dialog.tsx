/**
 * The last look before an effect. The vote names the hash of the plan that stood on the card when this dialog opened;
 * when the server holds another plan by then, it refuses, and the difference is shown here.
 */
import type { WireApproval } from "@cordon/model/api/actions";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client.ts";
import { ApiProblem } from "../../api/problem.ts";
import { approvalsQuery } from "../../api/queries.ts";
import { ACTION_WORD, HIGH_IMPACT } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EntityText } from "../../ui/entity-chip.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Failed } from "../../ui/state.tsx";
import { useToasts } from "../../ui/toast.tsx";
import { Effects, undoText } from "./effects.tsx";
import { targetOf, typedRight } from "./target.ts";

export function ApproveDialog({ shown, onClose }: { readonly shown: WireApproval; readonly onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const approve = useApprove(shown, onClose);
  const target = targetOf(shown.action);
  const mustType = HIGH_IMPACT.has(shown.action.kind) && target !== undefined;
  const ready = !mustType || typedRight(typed, target.value);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) approve.mutate();
  };
  return (
    <Dialog title={`Approve: ${ACTION_WORD[shown.action.kind].toLowerCase()}?`} onClose={onClose} wide>
      <form onSubmit={submit} className="stack">
        {target && (
          <p>
            Target: <EntityText entity={target} max={80} />
          </p>
        )}
        <Effects plan={shown.plan} />
        <p className="muted">{undoText(shown.plan)}</p>
        {mustType && (
          <label className="field">
            <span>
              This takes a {target.kind === "user" ? "person" : "machine"} out of work. Type{" "}
              <LogText text={target.value} mono className="strong" /> to confirm
            </span>
            <input
              autoComplete="off"
              spellCheck={false}
              name="confirm"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
        )}
        {approve.error && <Refused error={approve.error} shown={shown} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            submit
            look="primary"
            disabled={!ready || approve.isPending || approve.isError}
            data-first={mustType ? undefined : true}
          >
            Approve
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useApprove(shown: WireApproval, onClose: () => void) {
  const client = useQueryClient();
  const { say } = useToasts();
  return useMutation({
    mutationFn: () => call("approveAction", { params: { key: shown.key }, body: { planHash: shown.plan.hash } }),
    onSettled: () => {
      for (const key of ["approvals", "actions", "incidents", "incident"])
        void client.invalidateQueries({ queryKey: [key] });
    },
    onSuccess: () => {
      say(`Approved: ${ACTION_WORD[shown.action.kind].toLowerCase()}.`);
      onClose();
    },
  });
}

const MEANING: Readonly<Record<number, string>> = {
  403: "You may not give this approval.",
  409: "Something changed since you looked. Nothing was approved.",
  410: "It is too late: the approval lapsed or was used. Nothing was approved.",
};

function Refused({ error, shown }: { readonly error: unknown; readonly shown: WireApproval }) {
  const now = useQuery(approvalsQuery).data?.items.find((item) => item.key === shown.key);
  const meaning = error instanceof ApiProblem ? MEANING[error.status] : undefined;
  const changed = now !== undefined && now.plan.hash !== shown.plan.hash;
  return (
    <div className="stack" role="alert">
      {meaning && <b>{meaning}</b>}
      <Failed error={error} />
      {changed && (
        <>
          <p>
            The plan is another one now (<span className="mono">{now.plan.hash.slice(0, 8)}</span> instead of{" "}
            <span className="mono">{shown.plan.hash.slice(0, 8)}</span>). Close this and look at the card again:
          </p>
          <Effects plan={now.plan} before={shown.plan} />
        </>
      )}
      {now === undefined && <p>It is no longer in the inbox: somebody else decided, or its time was up.</p>}
    </div>
  );
}
