import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ruleVersionQuery } from "../../api/queries.ts";
import { LogText } from "../../ui/log-text.tsx";
import { Loaded } from "../../ui/state.tsx";
import { Time } from "../../ui/time.tsx";

/** The very text that fired, also when the rule reads otherwise by now. Asked for when opened. */
export function RuleText({ rule, version }: { readonly rule: string; readonly version: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        The rule as it fired <span className="muted small mono">{version.slice(0, 12)}</span>
      </summary>
      {open && <Text rule={rule} version={version} />}
    </details>
  );
}

function Text({ rule, version }: { readonly rule: string; readonly version: string }) {
  const ask = useQuery(ruleVersionQuery(rule, version));
  return (
    <Loaded ask={ask} what="the rule">
      {(found) => (
        <>
          <p className="muted small">
            {found.live ? "In force since " : "In force from "}
            <Time at={found.firstAt} />
            {!found.live && (
              <>
                {" to "}
                <Time at={found.lastAt} />; it reads otherwise now, or is gone
              </>
            )}
          </p>
          <pre className="rule-text">
            <LogText text={found.text} mono lines />
          </pre>
        </>
      )}
    </Loaded>
  );
}
