/** The buttons of a second verdict. What the first one was is told by the answer, never before. */
import { VERDICTS, type Verdict } from "@cordon/model/incident";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/client.ts";
import { modelHealthQuery, reviewsQuery } from "../../api/queries.ts";
import { VERDICT_WORD, verdictWord } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { Failed } from "../../ui/state.tsx";

interface Props {
  readonly incident: string;
  /** What it came to, in a sentence. */
  readonly onTold: (text: string) => void;
}

export function ReviewVerdicts({ incident, onTold }: Props) {
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (verdict: Verdict) => call("giveReview", { params: { id: incident }, body: { verdict } }),
    onSuccess: ({ first, agreed }) => {
      onTold(`${incident}: ${agreed ? "you agree" : "you differ"}; the first verdict was ${verdictWord(first)}.`);
      void client.invalidateQueries({ queryKey: modelHealthQuery.queryKey });
      void client.invalidateQueries({ queryKey: ["incident", incident] });
      void client.invalidateQueries({ queryKey: ["journal", incident] });
      return client.invalidateQueries({ queryKey: reviewsQuery.queryKey });
    },
  });
  return (
    <>
      {act.error ? <Failed error={act.error} /> : null}
      <fieldset className="row gap-1 wrap verdicts">
        <legend className="sr">Your verdict on {incident}</legend>
        {VERDICTS.map((verdict) => (
          <Button key={verdict} small disabled={act.isPending} onClick={() => act.mutate(verdict)}>
            {VERDICT_WORD[verdict]}
          </Button>
        ))}
      </fieldset>
    </>
  );
}
