/**
 * Rules that neither compiler, linter nor arrows can hold, checked on the syntax tree:
 * hidden effects in pure packages, process.env outside config.ts and environment.ts, casts to Authorised, sizes of files and functions.
 * Usage: node scripts/checks/source-rules.ts [root]; prints one line per breach, exit code 1 if any.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

/** Hard limits (ARCHITECTURE.md): a reader must be able to hold a file and a function in mind. */
const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;
const PARAMETERS_MAX = 5; // three is the aim; ports with an optimistic version and a `stop` need more

const MAY_READ_ENVIRONMENT = new Set([
  "packages/app/src/config.ts",
  "packages/app/src/environment.ts",
  // It sets what the bundler reads, so that whoever builds gets the production form.
  "packages/console/vite.config.ts",
]);

interface Breach {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly what: string;
}

const root = process.argv[2] ?? join(import.meta.dirname, "..", "..");
const breaches = sourceFiles(join(root, "packages")).flatMap((file) =>
  check(relative(root, file).replaceAll("\\", "/"), readFileSync(file, "utf8")),
);
for (const { file, line, rule, what } of breaches) process.stdout.write(`${file}:${line} ${rule}: ${what}\n`);
process.exitCode = breaches.length === 0 ? 0 : 1;

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name === "dist" ? [] : sourceFiles(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function check(file: string, text: string): Breach[] {
  /** Pages to look at while developing are not the product. */
  const test = /\.test\.tsx?$/.test(file) || file.startsWith("packages/console/dev/");
  const pure = /^packages\/(model|engine)\/src\//.test(file) && !test;
  const tree = ts.createSourceFile(
    file,
    text,
    ts.ScriptTarget.Latest,
    true,
    file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const found: Breach[] = [];
  const at = (node: ts.Node): number => tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const report = (node: ts.Node, rule: string, what: string): void => {
    found.push({ file, line: at(node), rule, what });
  };
  const visit = (node: ts.Node): void => {
    if (pure) hiddenEffect(node, report);
    if (!test) {
      environmentRead(file, node, report);
      forgedAuthority(file, node, report);
      functionSize(tree, node, report);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const lines = tree.getLineStarts().length;
  if (lines > FILE_LINES_MAX && !test)
    found.push({ file, line: 1, rule: "file-size", what: `${lines} lines, the limit is ${FILE_LINES_MAX}` });
  return found;
}

type Report = (node: ts.Node, rule: string, what: string) => void;

function hiddenEffect(node: ts.Node, report: Report): void {
  if (ts.isPropertyAccessExpression(node)) {
    const name = `${node.expression.getText()}.${node.name.text}`;
    if (name === "Date.now" || name === "Math.random" || name === "performance.now")
      report(node, "hidden-effect", `${name}: use Runtime`);
    if (node.name.text.startsWith("toLocale"))
      report(node, "hidden-effect", `${node.name.text}: depends on the machine's locale`);
  }
  if (ts.isIdentifier(node) && node.text === "Intl" && !ts.isPropertyAccessExpression(node.parent))
    report(node, "hidden-effect", "Intl: depends on the machine's locale");
  if (ts.isPropertyAccessExpression(node) && node.expression.getText() === "Intl")
    report(node, "hidden-effect", "Intl: depends on the machine's locale");
  if (ts.isNewExpression(node) && node.expression.getText() === "Date" && (node.arguments?.length ?? 0) === 0)
    report(node, "hidden-effect", "new Date() without a time: use Runtime");
  if (ts.isCallExpression(node) && node.expression.getText() === "Date")
    report(node, "hidden-effect", "Date(): use Runtime");
}

function environmentRead(file: string, node: ts.Node, report: Report): void {
  if (MAY_READ_ENVIRONMENT.has(file) || file.startsWith("packages/console/dev/")) return;
  if (ts.isPropertyAccessExpression(node) && node.getText() === "process.env")
    report(node, "process-env", "only config.ts and environment.ts of packages/app read the environment");
}

function forgedAuthority(file: string, node: ts.Node, report: Report): void {
  if (file === "packages/engine/src/cases/contain/policy.ts") return;
  if (ts.isAsExpression(node) && /\bAuthorised\b/.test(node.type.getText()))
    report(node, "forged-authority", "a cast to Authorised is allowed in cases/contain/policy.ts only");
}

/** Lines of a function without those of the functions inside it: a factory of many small closures is not a long function. */
function functionSize(tree: ts.SourceFile, node: ts.Node, report: Report): void {
  if (!ts.isFunctionLike(node) || !("body" in node) || node.body === undefined) return;
  const own = linesOf(tree, node) - innerFunctions(node).reduce((sum, inner) => sum + linesOf(tree, inner) - 1, 0);
  if (own > FUNCTION_LINES_MAX) report(node, "function-size", `${own} lines, the limit is ${FUNCTION_LINES_MAX}`);
  if (node.parameters.length > PARAMETERS_MAX)
    report(node, "parameters", `${node.parameters.length} parameters, the limit is ${PARAMETERS_MAX}`);
}

function linesOf(tree: ts.SourceFile, node: ts.Node): number {
  const line = (position: number): number => tree.getLineAndCharacterOfPosition(position).line;
  return line(node.getEnd()) - line(node.getStart()) + 1;
}

/** Outermost functions below a function. */
function innerFunctions(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isFunctionLike(child)) found.push(child);
    else ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return found;
}
