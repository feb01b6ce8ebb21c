import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failed } from "../../ui/state.tsx";

export function Reopen({ id, may }: { readonly id: string; readonly may: boolean }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => call("reopenIncident", { params: { id }, body: { reason } }),
    onSuccess: (incident) => {
      client.setQueryData(["incident", id], incident);
      void client.invalidateQueries({ queryKey: ["incidents"] });
      setOpen(false);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    again.mutate();
  };
  return (
    <>
      <Button small icon="undo" disabled={!may} onClick={() => setOpen(true)}>
        Open again…
      </Button>
      {open && (
        <Dialog title={`Open ${id} again`} onClose={() => setOpen(false)}>
          <form onSubmit={submit} className="stack">
            <label className="field">
              Reason
              <textarea
                required
                maxLength={2_000}
                rows={3}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            </label>
            {again.error && <Failed error={again.error} />}
            <div className="row end">
              <Button submit look="primary" disabled={reason.trim() === "" || again.isPending}>
                Open again
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
