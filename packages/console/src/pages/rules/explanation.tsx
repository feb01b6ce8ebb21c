/** Why a rule holds for an event, or what would have to be different: the condition as a tree with its truth values. */
import type {
  WireCorrelationExplanation,
  WireExplainedItem,
  WireExplainedNode,
  WireExplanation,
  WireRuleExplanation,
} from "@cordon/model/api/explanation";
import { Badge } from "../../ui/badge.tsx";
import { LogText } from "../../ui/log-text.tsx";
import "./study.css";

const TESTS_SHOWN = 4;
const VALUE_MAX = 200;

export function ExplanationView({ explanation }: { readonly explanation: WireExplanation }) {
  return "kind" in explanation ? <OfCorrelation explained={explanation} /> : <OfRule explained={explanation} />;
}

function OfRule({ explained }: { readonly explained: WireRuleExplanation }) {
  const { holds, routed, because, tree, change, filters = [] } = explained;
  const taken = filters.filter(({ suppresses }) => suppresses);
  return (
    <div className="stack-tight explained">
      <p>
        {routed && holds ? <Badge tone="good">Match</Badge> : <Badge tone="warn">No match</Badge>}{" "}
        {!routed && (
          <>
            This rule never sees this event: <LogText text={because ?? "its log source does not admit it"} />. Its
            condition by itself {holds ? "holds" : "does not hold"}.
          </>
        )}
        {taken.map(({ id, title }) => (
          <span key={id}>
            The filter <LogText text={title} /> takes it away.
          </span>
        ))}
      </p>
      <ul className="truth">
        <Node node={tree} />
      </ul>
      {!holds && change.length > 0 && (
        <>
          <p className="muted small">For a match, this would have to be different:</p>
          <ul className="truth">
            {change.map((item) => (
              <li key={item.field + item.operator + JSON.stringify(item.tests[0]?.ruleValue)}>
                <Leaf item={item} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function OfCorrelation({ explained }: { readonly explained: WireCorrelationExplanation }) {
  return (
    <div className="stack-tight explained">
      <p className="muted small">
        {explained.type} within {explained.spanMs / 1000} s. One event alone makes no correlation, but it counts for:
      </p>
      {explained.rules.map((part) => (
        <div key={part.rule} className="stack-tight">
          <div className="row wrap gap-1">
            <b>
              <LogText text={part.title} />
            </b>
            {part.group.map(({ name, value }) => (
              <Badge key={name} tone={value === undefined ? "warn" : "neutral"}>
                <LogText
                  text={`${name} = ${value === undefined ? "absent, not counted" : valueText(value)}`}
                  max={60}
                />
              </Badge>
            ))}
          </div>
          {"correlation" in part ? <OfCorrelation explained={part.correlation} /> : <OfRule explained={part} />}
        </div>
      ))}
    </div>
  );
}

function Node({ node }: { readonly node: WireExplainedNode }) {
  if (node.kind === "item")
    return (
      <li>
        <Leaf item={node} />
      </li>
    );
  return (
    <li>
      <Sign holds={node.holds} /> <NodeName node={node} />
      <ul>
        {node.of.map((child, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a condition's places are their own names and never move.
          <Node key={at} node={child} />
        ))}
      </ul>
    </li>
  );
}

const NODE_WORD = { and: "all of", or: "any of", not: "not" } as const;

function NodeName({ node }: { readonly node: Exclude<WireExplainedNode, WireExplainedItem> }) {
  if (node.kind === "selection") return <LogText text={node.name ?? "selection"} mono />;
  return (
    <span className="muted">{node.kind === "at-least" ? `at least ${node.count ?? 1} of` : NODE_WORD[node.kind]}</span>
  );
}

function Leaf({ item }: { readonly item: WireExplainedItem }) {
  const { field, resolved, operator, link, tests, testsTotal, eventValue, holds } = item;
  const wanted = holds && link === "any" ? tests.filter((test) => test.holds) : tests;
  const shown = wanted.slice(0, TESTS_SHOWN).map(({ ruleValue }) => valueText(ruleValue));
  const left = (holds && link === "any" ? wanted.length : testsTotal) - shown.length;
  return (
    <>
      <Sign holds={holds} />{" "}
      {field === "" ? <span className="muted">any value</span> : <LogText text={field} mono className="strong" />}
      {resolved !== undefined && (
        <span className="muted small">
          {" "}
          (<LogText text={resolved} mono />)
        </span>
      )}{" "}
      <span className="muted">{operator === "" ? "is" : operator}</span>{" "}
      <LogText text={shown.join(link === "all" ? " and " : " or ")} mono max={VALUE_MAX} />
      {left > 0 && <span className="muted small"> and {left} more</span>}
      {field !== "" && (
        <div className="truth-value small">
          {eventValue === undefined ? (
            <span className="muted">the event has no such field</span>
          ) : (
            <LogText text={valueText(eventValue)} mono max={VALUE_MAX} />
          )}
        </div>
      )}
    </>
  );
}

function Sign({ holds }: { readonly holds: boolean }) {
  return (
    <span className={holds ? "sign-true" : "sign-false"}>
      <span aria-hidden="true">{holds ? "✓" : "✗"}</span>
      <span className="sr">{holds ? "true" : "false"}</span>
    </span>
  );
}

const valueText = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
