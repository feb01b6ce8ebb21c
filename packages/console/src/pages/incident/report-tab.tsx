import type { WireIncident } from "@cordon/model/api/incidents";
import { useQuery } from "@tanstack/react-query";
import { urlOf } from "../../api/client.ts";
import { reportQuery } from "../../api/queries.ts";
import { Copy } from "../../ui/copy.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Loaded } from "../../ui/state.tsx";

export function ReportTab({ incident }: { readonly incident: WireIncident }) {
  const ask = useQuery(reportQuery(incident.id));
  const link = (format: string) => urlOf("/incidents/{id}/report", { params: { id: incident.id }, query: { format } });
  return (
    <div className="stack">
      <div className="row wrap gap-1">
        <a className="btn btn-primary" href={link("html")} target="_blank" rel="noopener noreferrer">
          <Icon name="out" /> <span>Open the report</span>
        </a>
        <a className="btn" href={link("html")} download={`${incident.id}.html`}>
          HTML
        </a>
        <a className="btn" href={link("markdown")} download={`${incident.id}.md`}>
          Markdown
        </a>
        {ask.data !== undefined && <Copy word="Copy Markdown" what="the report" text={() => ask.data} />}
      </div>
      <Loaded ask={ask} what="report">
        {(markdown) => (
          <div className="report" role="document" aria-label="Report as text">
            {markdown.split("\n").map((line, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of one fixed text have no other name.
              <Line key={i} line={line} />
            ))}
          </div>
        )}
      </Loaded>
    </div>
  );
}

/** Headings get weight, nothing else is interpreted: a report quotes text that attackers wrote. */
function Line({ line }: { readonly line: string }) {
  const level = /^(#{1,4}) /.exec(line)?.[1]?.length;
  if (line === "") return <div className="report-gap" />;
  return (
    <div className={level === undefined ? "" : `report-h report-h${level}`}>
      <LogText text={level === undefined ? line : line.slice(level + 1)} />
    </div>
  );
}
