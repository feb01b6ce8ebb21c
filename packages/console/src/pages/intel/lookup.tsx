/** One value, asked of all indicators. What is found says from whom, how sure, and whether it counts now. */
import type { WireIntelLookup } from "@cordon/model/api/intel";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { intelLookupQuery } from "../../api/queries.ts";
import { Badge, Severity } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/facts.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";

export function Lookup() {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(text.trim());
  };
  return (
    <Section title="Is this known to be bad?">
      <form onSubmit={submit} className="row wrap">
        <div className="filter-text intel-ask">
          <Icon name="search" size={14} />
          <input
            type="search"
            value={text}
            maxLength={4096}
            placeholder="Address, domain, URL, hash, mail address, registry key, file; defanged or not"
            aria-label="Value to look up"
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Button submit disabled={text.trim() === ""}>
          Look up
        </Button>
      </form>
      {asked !== "" && <Found value={asked} />}
    </Section>
  );
}

function Found({ value }: { readonly value: string }) {
  const ask = useQuery(intelLookupQuery(value));
  return (
    <Loaded ask={ask} what="indicators">
      {(answer) => (
        <div className="intel-found">
          <Said answer={answer} />
          {answer.hits.length > 0 && <Hits hits={answer.hits} />}
        </div>
      )}
    </Loaded>
  );
}

function Said({ answer: { asked, reason, hits } }: { readonly answer: WireIntelLookup }) {
  if (asked === undefined) {
    return (
      <p className="muted">
        <LogText text={reason ?? "Nothing that could be looked up."} />
      </p>
    );
  }
  const counts = hits.filter((hit) => hit.standing === "counts" && hit.warning === undefined);
  const [tone, word] =
    counts.length > 0
      ? (["bad", "Known to be bad"] as const)
      : hits.length > 0
        ? (["warn", "Known, but it does not count now"] as const)
        : (["good", "Not known"] as const);
  return (
    <p className="row wrap">
      <Badge tone={tone}>{word}</Badge>
      <span className="muted">{asked.kind}</span> <LogText text={asked.value} mono max={160} />
    </p>
  );
}

function Hits({ hits }: { readonly hits: WireIntelLookup["hits"] }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th>Indicator</th>
          <th>Feed</th>
          <th>Severity</th>
          <th className="num">Confidence now</th>
          <th>Valid until</th>
          <th>Counts</th>
        </tr>
      </thead>
      <tbody>
        {hits.map((hit) => (
          <tr key={`${hit.kind} ${hit.value} ${hit.feed} ${hit.validFrom ?? ""} ${hit.label ?? ""}`}>
            <td>
              <span className="muted small">{hit.kind}</span> <LogText text={hit.value} mono max={100} />
              {hit.below && <span className="muted small"> and below</span>}
              {hit.label && (
                <div className="small">
                  <LogText text={hit.label} />
                </div>
              )}
            </td>
            <td>
              <LogText text={hit.feed} /> {hit.tlp && <Badge>{`TLP ${hit.tlp}`}</Badge>}
            </td>
            <td>
              <Severity level={hit.severity} />
            </td>
            <td className="num">
              {hit.confidenceNow} <span className="muted small">of {hit.confidence}</span>
            </td>
            <td>
              {hit.validUntil === undefined ? (
                <span className="muted">no end stated</span>
              ) : (
                <Time at={hit.validUntil} relative="only" />
              )}
            </td>
            <td>
              {hit.warning !== undefined ? (
                <span>
                  no: warning list <LogText text={hit.warning} />
                </span>
              ) : hit.standing === "counts" ? (
                "yes"
              ) : (
                `no: ${hit.standing.replaceAll("-", " ")}`
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
