/** Results of rule tests as JUnit XML, as build servers read it: one suite per rule, one case per event or sequence. */
import type { RuleTests } from "../wiring/rule-check-tests.ts";

type Result = RuleTests["results"][number];

export function junitOf({ results, orphans }: RuleTests): string {
  const suites = [...results.map(suiteOf), ...orphans.map(orphanSuite)];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="cordon rules test">\n${suites.join("\n")}\n</testsuites>\n`;
}

function suiteOf({ path, title, state, problems, cases }: Result): string {
  const rows = cases.map(({ name, expected, ok, reason, why = [] }) => {
    const lines = [`expected ${expected}, ${reason ?? "not so"}`, ...why];
    return caseOf({ name, path }, ok ? undefined : failure(lines));
  });
  const whole =
    state === "untested"
      ? [caseOf({ name: "has tests", path }, "<skipped/>")]
      : problems.map((problem) => caseOf({ name: problem, path }, failure([problem])));
  const failures = state === "untested" ? 0 : problems.length + cases.filter(({ ok }) => !ok).length;
  const tests = rows.length + whole.length;
  const skipped = state === "untested" ? 1 : 0;
  const counts = `tests="${tests}" failures="${failures}" skipped="${skipped}"`;
  return `  <testsuite name="${xml(title ?? path)}" ${counts}>\n${[...rows, ...whole].join("\n")}\n  </testsuite>`;
}

const orphanSuite = (path: string): string =>
  `  <testsuite name="${xml(path)}" tests="1" failures="1">\n${caseOf({ name: "stands beside a rule", path }, failure(["no rule beside it"]))}\n  </testsuite>`;

function caseOf({ name, path }: { readonly name: string; readonly path: string }, inner: string | undefined): string {
  const head = `    <testcase name="${xml(name)}" classname="${xml(path)}"`;
  return inner === undefined ? `${head}/>` : `${head}>${inner}</testcase>`;
}

const failure = ([first = "", ...more]: readonly string[]): string =>
  `<failure message="${xml(first)}">${xml([first, ...more].join("\n"))}</failure>`;

/** What XML 1.0 cannot hold at all becomes a question mark. */
const xml = (text: string): string =>
  text
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      "?",
    )
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\r", "&#13;");
