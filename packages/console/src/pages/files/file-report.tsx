/** What the examination said. Every text may come from the file: it is shown as log text, never as markup. */
import type { WireFileReport } from "@cordon/model/api/files";
import { Link } from "@tanstack/react-router";
import { bytesText, countText, type Tone } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { EntityChip } from "../../ui/entity-chip.tsx";
import { EventChip } from "../../ui/event-chip.tsx";
import { Facts, Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";

const WORD: Readonly<Record<WireFileReport["verdict"], readonly [Tone, string]>> = {
  malicious: ["bad", "▲ Malicious"],
  suspicious: ["warn", "◆ Suspicious"],
  unremarkable: ["good", "● Unremarkable"],
  unknown: ["neutral", "○ Unknown"],
};

export function FileReport({ report }: { readonly report: WireFileReport }) {
  const [tone, word] = WORD[report.verdict];
  return (
    <>
      <Section title="Verdict">
        <div className={`file-verdict tone-${tone}`} role="status">
          <b>{word}</b>
          <span className="muted">{report.score} points; 50 suspicious, 100 malicious</span>
        </div>
        <p>{report.advice}</p>
        <Facts
          rows={[
            ["File", <LogText key="n" text={report.name} max={160} />],
            ["Kind", `${report.type}, ${bytesText(report.size)}`],
            ["SHA-256", <EntityChip key="h" entity={{ kind: "hash", value: report.sha256 }} max={64} />],
            ["Evidence", report.recorded ? "recorded as an event" : "not recorded"],
          ]}
        />
      </Section>
      <Reasons report={report} />
      <Known report={report} />
      <Inside report={report} />
    </>
  );
}

function Reasons({ report: { reasons, limits } }: { readonly report: WireFileReport }) {
  return (
    <Section title={countText(reasons.length, "reason")}>
      {reasons.length === 0 && <p className="muted">Nothing was found that speaks against it.</p>}
      <ul className="plain file-reasons">
        {reasons.map(({ text, points, offset, within }) => (
          <li key={`${text} ${within ?? ""} ${offset ?? ""}`}>
            <span className="file-points">+{points}</span>
            <span>
              <LogText text={text} max={400} />
              {within !== undefined && (
                <span className="muted">
                  {" "}
                  in <LogText text={within} max={120} />
                </span>
              )}
              {offset !== undefined && <span className="muted small"> at byte {offset}</span>}
            </span>
          </li>
        ))}
      </ul>
      {limits.map((limit) => (
        <p key={limit} className="muted small">
          Not read: <LogText text={limit} max={200} />
        </p>
      ))}
    </Section>
  );
}

function Known({ report: { listed, seen, incidents } }: { readonly report: WireFileReport }) {
  return (
    <Section title="What is known of it">
      {listed.length === 0 && <p className="muted">No list of indicators names it.</p>}
      {listed.map(({ feed, confidence, label }) => (
        <p key={feed}>
          <Badge tone="bad">listed</Badge> by <LogText text={feed} />
          {label !== undefined && (
            <>
              {" "}
              as <LogText text={label} />
            </>
          )}
          <span className="muted">, confidence {confidence}</span>
        </p>
      ))}
      {incidents.length > 0 && (
        <p className="row wrap">
          In
          {incidents.map((id) => (
            <Link key={id} to="/incidents/$id" params={{ id }} className="chip">
              {id}
            </Link>
          ))}
        </p>
      )}
      {seen.length === 0 && <p className="muted">This content was not seen in any stored event.</p>}
      <ul className="plain">
        {seen.map(({ event, at, host, file }) => (
          <li key={event} className="row wrap">
            <Time at={at} relative="only" /> <EventChip id={event} />
            {host !== undefined && <EntityChip entity={{ kind: "host", value: host }} />}
            {file !== undefined && <EntityChip entity={{ kind: "file", value: file }} max={80} />}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Inside({ report: { facts, sha1, md5, rules } }: { readonly report: WireFileReport }) {
  return (
    <details className="fold">
      <summary>What is in it</summary>
      <ul className="plain">
        {facts.map((line) => (
          <li key={line}>
            <LogText text={line} mono max={400} />
          </li>
        ))}
        {rules.length > 0 && (
          <li>
            rules: <LogText text={rules.join(", ")} mono max={400} />
          </li>
        )}
        <li className="mono small muted">SHA-1 {sha1}</li>
        <li className="mono small muted">MD5 {md5}</li>
      </ul>
    </details>
  );
}
