/** Second reviews: decided cases, without what was decided. Only after your verdict you are told the first one. */
import type { WireReviewList } from "@cordon/model/api/model-health";
import { VERDICTS, type Verdict } from "@cordon/model/incident";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client.ts";
import { modelHealthQuery, reviewsQuery } from "../../api/queries.ts";
import { countText, VERDICT_WORD } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Empty, Failed, Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { ModelsNav } from "./models-nav.tsx";
import "./health.css";

export function ReviewsPage() {
  const ask = useQuery(reviewsQuery);
  const [told, setTold] = useState<string | undefined>();
  return (
    <div className="page">
      <header className="page-head">
        <h1>Second reviews</h1>
        <ModelsNav />
      </header>
      <div className="stack">
        <p className="muted">
          A share of decided cases is judged again by somebody else, to see whether analysts agree. Judge from what
          stands here: the page of the incident shows the first verdict.
        </p>
        {told !== undefined && (
          <p className="notice tone-info" role="status">
            {told}
          </p>
        )}
        <Loaded ask={ask} what="cases">
          {({ items, share }) =>
            items.length === 0 ? (
              <Empty title="Nothing to review">
                <p>
                  {Math.round(100 * share)} % of the cases that others decided in the last 30 days are offered here.
                </p>
              </Empty>
            ) : (
              <>
                <h2>{countText(items.length, "case")}</h2>
                <ul className="plain stack">
                  {items.map((item) => (
                    <Case key={item.incident} item={item} onTold={setTold} />
                  ))}
                </ul>
              </>
            )
          }
        </Loaded>
      </div>
    </div>
  );
}

interface CaseProps {
  readonly item: WireReviewList["items"][number];
  readonly onTold: (text: string) => void;
}

function Case({ item, onTold }: CaseProps) {
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (verdict: Verdict) => call("giveReview", { params: { id: item.incident }, body: { verdict } }),
    onSuccess: ({ first, agreed }) => {
      const word = VERDICTS.find((verdict) => verdict === first);
      onTold(
        `${item.incident}: ${agreed ? "you agree" : "you differ"}; the first verdict was ${word === undefined ? first : VERDICT_WORD[word]}.`,
      );
      void client.invalidateQueries({ queryKey: modelHealthQuery.queryKey });
      return client.invalidateQueries({ queryKey: reviewsQuery.queryKey });
    },
  });
  return (
    <li className="card stack-tight">
      <h3>
        <LogText text={item.title} />
      </h3>
      <p className="small muted">
        {item.incident} · {item.severity} · seen <Time at={item.firstSeen} />
      </p>
      <p className="small">
        <b>Rules</b> <LogText text={item.rules.join(", ")} />
      </p>
      <p className="small">
        <b>About</b> <LogText text={item.entities.join(", ")} />
      </p>
      {item.found.map((sentence) => (
        <p key={sentence} className="small">
          <LogText text={sentence} />
        </p>
      ))}
      {act.error ? <Failed error={act.error} /> : null}
      <fieldset className="row gap-1 wrap verdicts">
        <legend className="sr">Your verdict on {item.incident}</legend>
        {VERDICTS.map((verdict) => (
          <Button key={verdict} small disabled={act.isPending} onClick={() => act.mutate(verdict)}>
            {VERDICT_WORD[verdict]}
          </Button>
        ))}
      </fieldset>
    </li>
  );
}
