/** Second reviews: decided cases, without what was decided. Only after your verdict you are told the first one. */
import type { WireReviewList } from "@cordon/model/api/model-health";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { reviewsQuery } from "../../api/queries.ts";
import { countText } from "../../format/words.ts";
import { LogText } from "../../ui/log-text.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import { ModelsNav } from "./models-nav.tsx";
import { ReviewVerdicts } from "./review-verdicts.tsx";
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
          A share of decided cases is judged again by somebody else, to see whether analysts agree. Until you have
          judged, neither this page nor the incident’s own shows you what was decided.
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
  return (
    <li className="card stack-tight">
      <h3>
        <Link to="/incidents/$id" params={{ id: item.incident }}>
          <LogText text={item.title} />
        </Link>
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
      <ReviewVerdicts incident={item.incident} onTold={onTold} />
    </li>
  );
}
