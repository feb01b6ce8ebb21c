import type { WireStatus } from "@cordon/model/api/system";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { statusQuery } from "../../api/queries.ts";
import { countText, groupDigits } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { Copy } from "../../ui/copy.tsx";
import { Empty } from "../../ui/state.tsx";
import type { QueueSearch } from "./queue-search.ts";

export function EmptyQueue({ search, clear }: { readonly search: QueueSearch; readonly clear: () => void }) {
  const status = useQuery(statusQuery).data;
  const filtered =
    search.q !== undefined ||
    search.min !== undefined ||
    search.severity !== undefined ||
    search.tactic !== undefined ||
    search.status !== undefined;
  if (filtered) {
    return (
      <Empty icon="search" title="No incident matches these filters">
        <Button onClick={clear}>Clear the filters</Button>
      </Empty>
    );
  }
  if (status !== undefined && status.events.total > 0) return <Quiet status={status} />;
  return <FirstSteps />;
}

/** Events come in and nothing is wrong: say so with numbers, so that silence can be told from deafness. */
function Quiet({ status }: { readonly status: WireStatus }) {
  const running = status.sources.filter((source) => source.state === "running" || source.state === "waiting").length;
  return (
    <Empty icon="check" title="Nothing waits for you">
      <p>
        {groupDigits(status.events.total)} events read by {countText(status.rules.loaded, "rule")};{" "}
        {countText(running, "source")} listening. {countText(status.incidents.closed, "incident")} closed.
      </p>
      <p>
        <Link to="/status">See what each source sent</Link>
      </p>
    </Empty>
  );
}

function FirstSteps() {
  const origin = window.location.origin;
  const commands = [
    ["Read files you already have", "npx cordon scan PATH..."],
    [
      "Push records over HTTP (token with role ingest)",
      `curl -H "authorization: Bearer $TOKEN" --data-binary @events.ndjson ${origin}/api/v1/ingest/my-source`,
    ],
    ["Play an attack to look around", "npm start -- --demo"],
  ] as const;
  return (
    <Empty icon="status" title="No events yet: send the first logs">
      <ol className="steps">
        {commands.map(([word, command]) => (
          <li key={command}>
            {word}
            <span className="command">
              <code>{command}</code>
              <Copy what="the command" text={() => command} />
            </span>
          </li>
        ))}
      </ol>
      <p>
        Syslog and files are set up in the configuration; <Link to="/status">Status</Link> shows which sources listen
        and what is wrong with the others.
      </p>
    </Empty>
  );
}
