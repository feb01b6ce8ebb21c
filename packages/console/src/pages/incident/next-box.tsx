import type { WireIncident } from "@cordon/model/api/incidents";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ACTION_WORD, LEDGER_WORD, type Tone, VERDICT_WORD } from "../../format/words.ts";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { targetOf } from "../approvals/target.ts";
import type { IncidentSearch } from "./incident-search.ts";
import { type NextClick, nextClick } from "./next-click.ts";

interface Shown {
  readonly tone: Tone;
  readonly said: ReactNode;
  readonly button: string;
  /** Where the button leads: a part of this incident, or a card of the approvals inbox. */
  readonly to: IncidentSearch | { readonly approval: string };
  readonly more?: number;
}

/** One sentence, one button: what a tired person should do now. */
export function NextBox({ incident }: { readonly incident: WireIncident }) {
  const shown = shownOf(nextClick(incident));
  const quiet = shown.tone === "neutral" || shown.tone === "info";
  const look = quiet ? "btn" : "btn btn-primary";
  return (
    <section className={`next tone-${shown.tone}`} aria-label="Next step">
      <span className="next-word">
        <Icon name="right" size={14} /> Next
      </span>
      <span>{shown.said}</span>
      {"approval" in shown.to ? (
        <Link to="/approvals" search={{ key: shown.to.approval, incident: incident.id }} className={look} data-next>
          {shown.button}
        </Link>
      ) : (
        <Link to="/incidents/$id" params={{ id: incident.id }} search={shown.to} className={look} data-next>
          {shown.button}
        </Link>
      )}
      {shown.more ? <span className="muted small">and {shown.more} more</span> : null}
    </section>
  );
}

function shownOf(next: NextClick): Shown {
  switch (next.kind) {
    case "approve": {
      const to = { approval: next.action.key };
      return { tone: "warn", said: <Decide next={next} />, button: "Review and approve", to, more: next.more };
    }
    case "check": {
      const { action } = next;
      const said = `${ACTION_WORD[action.action.kind]}: “${LEDGER_WORD[action.state]}”. See what the target says.`;
      return { tone: "bad", said, button: "Open actions", to: { tab: "actions" } };
    }
    case "task":
      return { ...about(next.text), tone: "warn", button: "Open tasks", to: { tab: "actions" }, more: next.more };
    case "wait":
      return {
        tone: "info",
        said: `${next.why} Nothing to do yet.`,
        button: "Read the timeline",
        to: { tab: "timeline" },
      };
    case "question":
      return {
        ...about(next.text),
        tone: "warn",
        button: "Read the evidence",
        to: { tab: "evidence" },
        more: next.more,
      };
    case "judge": {
      const said = "The evidence does not decide it. Read it, then close with your verdict.";
      return { tone: "warn", said, button: "Read the evidence", to: { tab: "evidence" } };
    }
    case "close": {
      const button = `Close as ${VERDICT_WORD[next.suggest].toLowerCase()}…`;
      return { tone: "good", said: next.why, button, to: { close: "1" } };
    }
    case "report": {
      const said = `Closed${next.verdict ? ` as ${VERDICT_WORD[next.verdict].toLowerCase()}` : ""}.`;
      return { tone: "neutral", said, button: "Open the report", to: { tab: "report" } };
    }
  }
}

const about = (text: string): { readonly said: ReactNode } => ({ said: <LogText text={text} /> });

function Decide({ next }: { readonly next: Extract<NextClick, { readonly kind: "approve" }> }) {
  const { action } = next.action;
  const target = targetOf(action);
  return (
    <>
      Decide: {ACTION_WORD[action.kind].toLowerCase()} {target && <LogText text={target.value} mono max={60} />}
    </>
  );
}
