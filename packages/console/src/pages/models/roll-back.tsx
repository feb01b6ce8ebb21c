/** Going back takes effect at once, so it is asked once more. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { meQuery, modelsQuery } from "../../api/queries.ts";
import { mayAct } from "../../api/rights.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failed } from "../../ui/state.tsx";
import { useToasts } from "../../ui/toast.tsx";

export function RollBack() {
  const [asking, setAsking] = useState(false);
  const me = useQuery(meQuery).data;
  const client = useQueryClient();
  const { say } = useToasts();
  const act = useMutation({
    mutationFn: () => call("rollbackModel"),
    onSuccess: ({ said }) => {
      say(said);
      setAsking(false);
      return client.invalidateQueries({ queryKey: modelsQuery.queryKey });
    },
  });
  if (me === undefined || !mayAct(me.role, "rollbackModel")) return null;
  return (
    <>
      <Button small onClick={() => setAsking(true)}>
        Roll back
      </Button>
      {asking && (
        <Dialog title="Roll back?" onClose={() => setAsking(false)}>
          <div className="stack">
            <p>
              The model that served before takes over, byte for byte; without one, the score without a model. Open
              incidents are scored anew. The present model stays in the registry.
            </p>
            {act.error ? <Failed error={act.error} /> : null}
            <div className="row end">
              <Button onClick={() => setAsking(false)}>Cancel</Button>
              <Button look="danger" disabled={act.isPending} onClick={() => act.mutate()}>
                Roll back
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
