/** An explanation for people: the condition as a tree with truth values, and what decides. Every text of a log is escaped. */
import type {
  WireCorrelationExplanation,
  WireExplainedItem,
  WireExplainedNode,
  WireExplanation,
  WireRuleExplanation,
} from "@cordon/model/api/explanation";
import { safeText, type Terminal } from "./terminal.ts";

const TESTS_SHOWN = 4;
const VALUE_MAX = 160;

export function explanationLines(terminal: Terminal, explanation: WireExplanation, indent = ""): readonly string[] {
  return "kind" in explanation
    ? correlationLines(terminal, explanation, indent)
    : ruleLines(terminal, explanation, indent);
}

function ruleLines(
  terminal: Terminal,
  { holds, routed, because, tree, change, filters = [] }: WireRuleExplanation,
  indent: string,
) {
  const paint = terminal.paint.bind(terminal);
  const taken = filters.filter(({ suppresses }) => suppresses);
  const head = !routed
    ? `${paint("yellow", "no match")}: this rule never sees this event, because ${safeText(because ?? "its logsource does not admit it")}`
    : holds
      ? `${paint("green", "match")}${taken.length > 0 ? `, taken away by ${taken.map(({ title }) => `the filter "${safeText(title)}"`).join(" and ")}` : ""}`
      : paint("yellow", "no match");
  const condition = !routed ? [`${indent}its condition by itself ${holds ? "holds" : "does not hold"}:`] : [];
  return [
    `${indent}${head}`,
    ...condition,
    ...nodeLines(terminal, tree, `${indent}  `),
    ...(change.length === 0 || holds
      ? []
      : [
          `${indent}to match, ${change.length === 1 ? "this would have to be different" : `these ${change.length} would have to be different`}:`,
          ...change.map((item) => `${indent}  ${itemText(item)}`),
        ]),
  ];
}

function correlationLines(
  terminal: Terminal,
  explanation: WireCorrelationExplanation,
  indent: string,
): readonly string[] {
  const { type, groupBy, spanMs, rules } = explanation;
  const by = groupBy.length === 0 ? "" : ` by ${groupBy.map(safeText).join(", ")}`;
  return [
    `${indent}correlation ${type}${by} within ${spanMs / 1000} s; one event alone makes none, but counts for:`,
    ...rules.flatMap((part) => {
      const group = part.group.map(({ name, field, value }) => {
        const from = name === field ? "" : ` (${safeText(field)})`;
        return `${safeText(name)}${from} = ${value === undefined ? "absent: not counted" : valueText(value)}`;
      });
      const inner = "correlation" in part ? part.correlation : part;
      return [
        `${indent}${terminal.paint("bold", safeText(part.title))} (${safeText(part.rule)})`,
        ...(group.length === 0 ? [] : [`${indent}  group: ${group.join(", ")}`]),
        ...explanationLines(terminal, inner, `${indent}  `),
      ];
    }),
  ];
}

function nodeLines(terminal: Terminal, node: WireExplainedNode, indent: string): readonly string[] {
  const sign = node.holds ? terminal.paint("green", "true ") : terminal.paint("dim", "false");
  if (node.kind === "item") return [`${indent}${sign} ${itemText(node)}`];
  const [only] = node.of;
  // A selection of one line says it in that line.
  if (node.kind === "selection" && only !== undefined && only.kind === "item")
    return [`${indent}${sign} ${safeText(node.name ?? "")}: ${itemText(only)}`];
  return [
    `${indent}${sign} ${nodeName(node)}`,
    ...node.of.flatMap((child) => nodeLines(terminal, child, `${indent}  `)),
  ];
}

function nodeName(node: Exclude<WireExplainedNode, WireExplainedItem>): string {
  switch (node.kind) {
    case "and":
      return "all of";
    case "or":
      return "any of";
    case "not":
      return "not";
    case "at-least":
      return `at least ${node.count ?? 1} of`;
    case "selection":
      return safeText(node.name ?? "selection");
  }
}

/** Field, its name in the event, operator, rule value, event value. */
function itemText({
  field,
  resolved,
  operator,
  link,
  tests,
  testsTotal,
  eventValue,
  holds,
}: WireExplainedItem): string {
  const name = field === "" ? "any value" : safeText(field);
  const alias = resolved === undefined ? "" : ` (${safeText(resolved)} in the event)`;
  const wanted = holds && link === "any" ? tests.filter((test) => test.holds) : tests;
  const shown = wanted.slice(0, TESTS_SHOWN).map(({ ruleValue }) => valueText(ruleValue));
  const left = (holds && link === "any" ? wanted.length : testsTotal) - shown.length;
  const more = left > 0 ? `, … ${left} more` : "";
  const values = `${shown.join(link === "all" ? " and " : " or ")}${more}`;
  const value =
    field === ""
      ? ""
      : eventValue === undefined
        ? "; the event has no such field"
        : `; event: ${valueText(eventValue)}`;
  const at = tests.find((test) => test.holds && test.offset !== undefined)?.offset;
  return `${name}${alias} ${operator === "" ? "is" : safeText(operator)} ${values}${value}${at === undefined || at === 0 ? "" : ` (at ${at})`}`;
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return safeText(text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text);
}
