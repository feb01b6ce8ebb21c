import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { actionsQuery } from "../../api/queries.ts";
import { ACTION_WORD, LEDGER_WORD, ledgerTone } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { EntityText } from "../../ui/entity-chip.tsx";
import { Section } from "../../ui/facts.tsx";
import { Countdown, Time } from "../../ui/time.tsx";
import { targetOf } from "./target.ts";

const ROWS_SHOWN = 30;

export function RecentActions() {
  const rows = useQuery(actionsQuery).data?.items.filter((row) => row.state !== "proposed") ?? [];
  if (rows.length === 0) return null;
  return (
    <Section title="Ledger, newest first">
      <table className="table">
        <thead>
          <tr>
            <th>Action</th>
            <th>Target</th>
            <th>State</th>
            <th>Moved</th>
            <th>Incident</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, ROWS_SHOWN).map((row) => {
            const target = targetOf(row.action);
            return (
              <tr key={row.key}>
                <td>{ACTION_WORD[row.action.kind]}</td>
                <td>
                  {target ? (
                    <EntityText entity={target} max={36} />
                  ) : (
                    <span className="muted">{row.action.channel}</span>
                  )}
                </td>
                <td>
                  <Badge tone={ledgerTone(row.state)}>{LEDGER_WORD[row.state]}</Badge>{" "}
                  {row.state === "verified" && row.revertAt !== undefined && (
                    <Countdown until={row.revertAt} word="undone in" />
                  )}
                </td>
                <td>
                  <Time at={row.updatedAt} relative="only" />
                </td>
                <td>
                  <Link to="/incidents/$id" params={{ id: row.incident }} search={{ tab: "actions" }} className="mono">
                    {row.incident}
                  </Link>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}
