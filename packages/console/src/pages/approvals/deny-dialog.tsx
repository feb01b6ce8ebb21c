import type { WireApproval } from "@cordon/model/api/actions";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client.ts";
import { ACTION_WORD } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failed } from "../../ui/state.tsx";
import { useToasts } from "../../ui/toast.tsx";

export function DenyDialog({ card, onClose }: { readonly card: WireApproval; readonly onClose: () => void }) {
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const { say } = useToasts();
  const deny = useMutation({
    mutationFn: () => call("denyAction", { params: { key: card.key }, body: { reason: reason.trim() } }),
    onSettled: () => {
      for (const key of ["approvals", "actions", "incidents", "incident"])
        void client.invalidateQueries({ queryKey: [key] });
    },
    onSuccess: () => {
      say(`Denied: ${ACTION_WORD[card.action.kind].toLowerCase()}.`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== "") deny.mutate();
  };
  return (
    <Dialog title={`Deny: ${ACTION_WORD[card.action.kind].toLowerCase()}?`} onClose={onClose}>
      <form onSubmit={submit} className="stack">
        <label className="field">
          Reason, kept in the journal
          <textarea
            required
            rows={3}
            maxLength={2_000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {deny.error && <Failed error={deny.error} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button submit look="danger" disabled={reason.trim() === "" || deny.isPending}>
            Deny
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
