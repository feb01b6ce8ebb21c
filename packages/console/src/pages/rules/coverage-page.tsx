/** What the loaded rules can see with the sources that are alive: techniques by tactic, sources, and what nothing feeds. */
import type { WireCoverage } from "@cordon/model/api/coverage";
import { TACTICS } from "@cordon/model/technique";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { call } from "../../api/client.ts";
import { coverageQuery } from "../../api/queries.ts";
import { countText, groupDigits, tacticWord } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { Copy } from "../../ui/copy.tsx";
import { Section } from "../../ui/facts.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Empty, Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";
import "./study.css";

type Technique = WireCoverage["techniques"][number];

export function CoveragePage() {
  const ask = useQuery(coverageQuery);
  const layer = useQuery({ queryKey: ["navigator"], queryFn: () => call("ruleNavigator") });
  return (
    <div className="page">
      <header className="page-head">
        <h1>Coverage</h1>
        <span className="muted">Rules that have a live source, by technique</span>
        <span className="grow" />
        {layer.data && (
          <Copy
            word="Copy Navigator layer"
            what="the layer for the ATT&CK Navigator"
            text={() => JSON.stringify(layer.data, null, 2)}
          />
        )}
        <Link to="/rules" className="btn btn-ghost btn-small">
          Rules
        </Link>
      </header>
      <Loaded ask={ask} what="coverage">
        {(coverage) => <Found coverage={coverage} />}
      </Loaded>
    </div>
  );
}

function Found({ coverage }: { readonly coverage: WireCoverage }) {
  const { techniques, rules } = coverage;
  const covered = techniques.filter(({ state }) => state === "covered").length;
  return (
    <div className="stack">
      <p>
        <b>{countText(covered, "technique")}</b> covered, <b>{groupDigits(techniques.length - covered)}</b> with rules
        that nothing feeds. {groupDigits(rules.live)} of {groupDigits(rules.total)} rules have a live source;{" "}
        {groupDigits(rules.untagged)} name no technique.
      </p>
      <Section title="Techniques by tactic">
        <table className="table">
          <tbody>
            {byTactic(techniques).map(([tactic, rows]) => (
              <tr key={tactic}>
                <th scope="row">{tactic === "" ? "No tactic named" : tacticWord(tactic)}</th>
                <td>
                  <span className="chips wrap">
                    {rows.map((row) => (
                      <TechniqueChip key={row.id} row={row} />
                    ))}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Sources coverage={coverage} />
      <Missing coverage={coverage} />
    </div>
  );
}

/** A technique stands under each of its tactics, in the order of an intrusion. */
function byTactic(techniques: readonly Technique[]): readonly (readonly [string, readonly Technique[]])[] {
  const rows = [...TACTICS, ""].map((tactic) => {
    const own = techniques.filter(({ tactics }) => (tactic === "" ? tactics.length === 0 : tactics.includes(tactic)));
    return [tactic, own] as const;
  });
  return rows.filter(([, own]) => own.length > 0);
}

const TITLES_MAX = 20;

function TechniqueChip({ row }: { readonly row: Technique }) {
  const live = row.rules.filter((rule) => rule.live).length;
  const titles = row.rules.slice(0, TITLES_MAX).map((rule) => `${rule.live ? "" : "no source: "}${rule.title}`);
  return (
    <Badge tone={row.state === "covered" ? "good" : "warn"} title={titles.join("\n")}>
      <span className="mono">{row.id}</span> {row.state === "covered" ? live : "no source"}
    </Badge>
  );
}

function Sources({ coverage }: { readonly coverage: WireCoverage }) {
  return (
    <Section
      title="Sources"
      aside={<span className="muted small">by their newest {groupDigits(coverage.sampled)} events</span>}
    >
      <table className="table small">
        <thead>
          <tr>
            <th>Source</th>
            <th className="num">Events</th>
            <th>Last</th>
            <th className="num">Rules</th>
            <th>Log sources</th>
          </tr>
        </thead>
        <tbody>
          {coverage.sources.map((source) => (
            <tr key={source.source}>
              <td>
                <LogText text={source.source} mono />
              </td>
              <td className="num">{groupDigits(source.events)}</td>
              <td>{source.lastSeen !== undefined && <Time at={source.lastSeen} />}</td>
              <td className="num">
                {source.rules === 0 ? <Badge tone="warn">none</Badge> : groupDigits(source.rules)}
              </td>
              <td className="muted">
                <LogText text={source.logs.map(logText).join(", ")} max={160} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {coverage.sources.length === 0 && <Empty title="No event is stored yet" />}
    </Section>
  );
}

const logText = (log: WireCoverage["sources"][number]["logs"][number]): string =>
  [log.product, log.service, ...log.categories].filter((part) => part !== undefined).join("/");

function Missing({ coverage }: { readonly coverage: WireCoverage }) {
  if (coverage.missing.length === 0) return null;
  return (
    <Section title="Log sources that rules ask for and nothing feeds">
      <table className="table small">
        <thead>
          <tr>
            <th>Log source</th>
            <th className="num">Rules</th>
            <th>Levels</th>
          </tr>
        </thead>
        <tbody>
          {coverage.missing.map(({ logsource, rules, levels }) => {
            const name = [logsource.product, logsource.service, logsource.category].filter(
              (part) => part !== undefined,
            );
            return (
              <tr key={name.join("/")}>
                <td>
                  <LogText text={name.join(" / ") || "any"} mono />
                </td>
                <td className="num">{groupDigits(rules)}</td>
                <td className="muted">
                  {Object.entries(levels)
                    .map(([level, count]) => `${count} ${level}`)
                    .join(", ")}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}
