/** In place of the next step while the incident is to be judged a second time: what was decided is not shown. */
import type { WireIncident } from "@cordon/model/api/incidents";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/client.ts";
import { reviewsQuery } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Failed } from "../../ui/state.tsx";
import { useToasts } from "../../ui/toast.tsx";
import { ReviewVerdicts } from "../models/review-verdicts.tsx";

export function BlindBox({ incident }: { readonly incident: WireIncident }) {
  const { say } = useToasts();
  const client = useQueryClient();
  const waive = useMutation({
    mutationFn: () => call("waiveReview", { params: { id: incident.id } }),
    onSuccess: async () => {
      void client.invalidateQueries({ queryKey: reviewsQuery.queryKey });
      void client.invalidateQueries({ queryKey: ["journal", incident.id] });
      await client.invalidateQueries({ queryKey: ["incident", incident.id] });
    },
  });
  return (
    <section className="notice tone-info blind" aria-label="Second review">
      <Icon name="eye" />
      <div className="grow stack-tight">
        <p>
          <b>You are asked for a second verdict.</b> What was decided, by whom and why is left out until you have given
          yours.
        </p>
        <ReviewVerdicts incident={incident.id} onTold={say} />
        {waive.error && <Failed error={waive.error} />}
      </div>
      <Button small look="ghost" disabled={waive.isPending} onClick={() => waive.mutate()}>
        Show me what was decided instead
      </Button>
    </section>
  );
}
