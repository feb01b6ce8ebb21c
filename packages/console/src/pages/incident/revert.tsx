import type { WireIncidentAction } from "@cordon/model/api/incidents";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client.ts";
import { ACTION_WORD } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failed } from "../../ui/state.tsx";
import { useToasts } from "../../ui/toast.tsx";

export function Revert({ action, may }: { readonly action: WireIncidentAction; readonly may: boolean }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const { say } = useToasts();
  const undo = useMutation({
    mutationFn: () => call("revertAction", { params: { key: action.key }, body: { reason } }),
    onSuccess: () => {
      for (const key of ["incident", "incidents", "actions"]) void client.invalidateQueries({ queryKey: [key] });
      say("Undoing was asked for.");
      setOpen(false);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    undo.mutate();
  };
  return (
    <>
      <Button
        small
        icon="undo"
        disabled={!may}
        title={may ? "" : "Only an approver may undo"}
        onClick={() => setOpen(true)}
      >
        Undo now
      </Button>
      {open && (
        <Dialog title={`Undo: ${ACTION_WORD[action.action.kind].toLowerCase()}`} onClose={() => setOpen(false)}>
          <form onSubmit={submit} className="stack">
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
            {undo.error && <Failed error={undo.error} />}
            <div className="row end">
              <Button onClick={() => setOpen(false)}>Cancel</Button>
              <Button submit look="danger" disabled={reason.trim() === "" || undo.isPending}>
                Undo now
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
