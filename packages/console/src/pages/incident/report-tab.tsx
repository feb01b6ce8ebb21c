import type { WireIncident } from "@cordon/model/api/incidents";
import { useQuery } from "@tanstack/react-query";
import { urlOf } from "../../api/client.ts";
import { reportQuery } from "../../api/queries.ts";
import { Copy } from "../../ui/copy.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Loaded } from "../../ui/state.tsx";
import { type ReportBlock, reportBlocks } from "./report-lines.ts";

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
            {reportBlocks(markdown).map((block, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: blocks of one fixed text have no other name.
              <Block key={i} block={block} />
            ))}
          </div>
        )}
      </Loaded>
    </div>
  );
}

function Block({ block }: { readonly block: ReportBlock }) {
  switch (block.kind) {
    case "gap":
      return <div className="report-gap" />;
    case "line":
      return (
        <div>
          <LogText text={block.text} />
        </div>
      );
    case "heading":
      return (
        <div className={`report-h report-h${block.level}`}>
          <LogText text={block.text} />
        </div>
      );
    case "table":
      return <ReportTable rows={block.rows} />;
  }
}

function ReportTable({ rows }: { readonly rows: readonly (readonly string[])[] }) {
  const [head, ...body] = rows;
  return (
    <table className="table small">
      <thead>
        <tr>
          {head?.map((cell) => (
            <th key={cell}>
              <LogText text={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {body.map((row) => (
          <tr key={row.join("|")}>
            {row.map((cell, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column.
              <td key={i}>
                <LogText text={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
