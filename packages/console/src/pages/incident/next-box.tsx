import type { WireIncident } from "@cordon/model/api/incidents";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ACTION_WORD, LEDGER_WORD, VERDICT_WORD } from "../../format/words.ts";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { targetOf } from "../approvals/target.ts";
import { nextClick } from "./next-click.ts";

/** One sentence, one button: what a tired person should do now. */
export function NextBox({ incident }: { readonly incident: WireIncident }) {
  const next = nextClick(incident);
  const to = { to: "/incidents/$id", params: { id: incident.id } } as const;
  switch (next.kind) {
    case "approve": {
      const target = targetOf(next.action.action);
      return (
        <Box tone="warn" more={next.more}>
          <span>
            Decide: {ACTION_WORD[next.action.action.kind].toLowerCase()}{" "}
            {target && <LogText text={target.value} mono max={60} />}
          </span>
          <Link to="/approvals" search={{ key: next.action.key }} className="btn btn-primary" data-next>
            Review and approve
          </Link>
        </Box>
      );
    }
    case "check":
      return (
        <Box tone="bad">
          <span>
            {ACTION_WORD[next.action.action.kind]} is “{LEDGER_WORD[next.action.state]}”. See what the target says.
          </span>
          <Link {...to} search={{ tab: "actions" }} className="btn btn-primary" data-next>
            Open actions
          </Link>
        </Box>
      );
    case "task":
      return (
        <Box tone="warn" more={next.more}>
          <LogText text={next.text} />
          <Link {...to} search={{ tab: "actions" }} className="btn btn-primary" data-next>
            Open tasks
          </Link>
        </Box>
      );
    case "wait":
      return (
        <Box tone="info">
          <span>{next.why} Nothing to do yet.</span>
          <Link {...to} search={{ tab: "timeline" }} className="btn" data-next>
            Read the timeline
          </Link>
        </Box>
      );
    case "question":
      return (
        <Box tone="warn" more={next.more}>
          <span>
            Open question: <LogText text={next.text} />
          </span>
          <Link {...to} search={{ tab: "evidence" }} className="btn btn-primary" data-next>
            Read the evidence
          </Link>
        </Box>
      );
    case "close":
      return (
        <Box tone="good">
          <span>{next.why}</span>
          <Link
            {...to}
            search={(before: object) => ({ ...before, close: "1" as const })}
            className="btn btn-primary"
            data-next
          >
            Close as {VERDICT_WORD[next.suggest].toLowerCase()}…
          </Link>
        </Box>
      );
    case "report":
      return (
        <Box tone="neutral">
          <span>Closed{next.verdict ? ` as ${VERDICT_WORD[next.verdict].toLowerCase()}` : ""}.</span>
          <Link {...to} search={{ tab: "report" }} className="btn" data-next>
            Open the report
          </Link>
        </Box>
      );
  }
}

function Box(props: { readonly tone: string; readonly more?: number; readonly children: ReactNode }) {
  return (
    <section className={`next tone-${props.tone}`} aria-label="Next step">
      <span className="next-word">
        <Icon name="right" size={14} /> Next
      </span>
      {props.children}
      {props.more ? <span className="muted small">and {props.more} more</span> : null}
    </section>
  );
}
