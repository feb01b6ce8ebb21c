import type { WireMe } from "@cordon/model/api/system";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../api/client.ts";
import { meQuery } from "../api/queries.ts";
import { mayAct } from "../api/rights.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failed } from "../ui/state.tsx";

export function KillSwitch({ me }: { readonly me: WireMe }) {
  const [open, setOpen] = useState(false);
  const may = mayAct(me.role, "killSwitch");
  const title = may ? "Stop all new actions at once" : "Only an approver may use the kill switch";
  return (
    <>
      <Button
        small
        look={me.killSwitch ? "danger" : "plain"}
        icon="stop"
        disabled={!may}
        title={title}
        aria-pressed={me.killSwitch}
        onClick={() => setOpen(true)}
      >
        {me.killSwitch ? "Kill switch on" : "Kill switch"}
      </Button>
      {open && <KillDialog on={!me.killSwitch} onClose={() => setOpen(false)} />}
    </>
  );
}

function KillDialog({ on, onClose }: { readonly on: boolean; readonly onClose: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const turn = useMutation({
    mutationFn: () => call("killSwitch", { body: { on, reason } }),
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    turn.mutate();
  };
  return (
    <Dialog title={on ? "Stop all new actions?" : "Allow actions again?"} onClose={onClose}>
      <form onSubmit={submit} className="stack">
        <p>
          {on
            ? "No action will be sent until someone switches this off. What is already in force stays, and is still undone when its time is up."
            : "Approved and automatic actions will be sent again from now on."}
        </p>
        <label className="field">
          Reason, kept in the journal
          <textarea
            required
            maxLength={2_000}
            rows={3}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {turn.error && <Failed error={turn.error} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button submit look={on ? "danger" : "primary"} disabled={reason.trim() === "" || turn.isPending}>
            {on ? "Stop all actions" : "Allow actions"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
