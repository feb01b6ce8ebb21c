/** The arrows (ARCHITECTURE.md, hard walls W1-W6). Type-only imports count. Proved by scripts/checks/arrows.test.ts. */
const pkg = (name) => `^packages/${name}/src`;
const test = "\\.test\\.tsx?$";
const outside = (name, ...allowed) => ({
  name: `${name}-imports-only-${allowed.join("-") || "nothing"}`,
  severity: "error",
  from: { path: pkg(name), pathNot: test },
  to: { path: "^packages/", pathNot: [name, ...allowed].map(pkg) },
});
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const stages = ["intake", "normalise", "enrich", "detect"];
const cases = ["triage", "investigate", "contain", "report", "learn"];
const apart = (river, names) =>
  names.map((name) =>
    rule(
      `stage-${name}-stands-alone`,
      "W3: stages never import each other; they meet in nouns",
      { path: `${pkg("engine")}/${river}/${name}/`, pathNot: test },
      { path: `${pkg("engine")}/${river}/(${names.filter((other) => other !== name).join("|")})/` },
    ),
  );

export default {
  forbidden: [
    rule("no-circular", "no circles, type imports counted", {}, { circular: true }),
    outside("model"),
    outside("engine", "model"),
    outside("adapters", "model"),
    outside("console", "model"),
    outside("testkit", "model", "engine"),
    rule(
      "testkit-only-from-tests",
      "fakes stay out of the product",
      { path: "^packages/", pathNot: [test, pkg("testkit")] },
      { path: pkg("testkit") },
    ),
    rule(
      "only-wiring-knows-adapters",
      "W4",
      { path: pkg("app"), pathNot: [`${pkg("app")}/wiring/`, test] },
      { path: pkg("adapters") },
    ),
    rule("rivers-never-meet", "W3", { path: `${pkg("engine")}/stream/` }, { path: `${pkg("engine")}/cases/` }),
    rule("rivers-never-meet-back", "W3", { path: `${pkg("engine")}/cases/` }, { path: `${pkg("engine")}/stream/` }),
    ...apart("stream", stages),
    ...apart("cases", cases),
    rule(
      "action-door",
      "W6: who investigates never holds an action port",
      {
        path: "^packages/",
        pathNot: [`${pkg("engine")}/cases/contain/`, pkg("adapters"), pkg("testkit"), `${pkg("app")}/wiring/`, test],
      },
      { path: `${pkg("model")}/ports/action\\.ts$` },
    ),
    rule(
      "no-node-in-pure",
      "W1, W2",
      { path: [pkg("model"), pkg("engine")], pathNot: test },
      { dependencyTypes: ["core"] },
    ),
    rule(
      "pure-dependencies",
      "model: zod; engine: a short list of pure libraries",
      { path: [pkg("model"), pkg("engine")], pathNot: test },
      { path: "node_modules", pathNot: "node_modules/(zod|re2js|yaml|tldts|tldts-core|postal-mime)/" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".json"],
    },
  },
};
