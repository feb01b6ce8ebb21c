/**
 * What of SQL stands in a text: it is cut into tokens, each token becomes one letter of its kind, and signs are shapes of
 * that line of letters. Comments count as blanks, as the database reads them; what stands in `/*!...` is read.
 *
 * WS1. Quotes are tokens, not pairs: nobody knows in which string of the program the value will stand.
 */
interface SqlToken {
  readonly kind: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

export interface Sign {
  /** `sqli.union-select`: class, dot, what. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const kindsOf = (letter: string, words: string): readonly (readonly [string, string])[] =>
  words.split(" ").map((word) => [word, letter]);

/** Letters: U union, S select, F from, A and/or, D changes, B order/group/having/limit, P sleeps and reads, Y system tables, C case, L like, M functions on text. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ...kindsOf("U", "union except intersect"),
  ...kindsOf("S", "select"),
  ...kindsOf("F", "from into"),
  ...kindsOf("A", "and or xor not"),
  ...kindsOf(
    "D",
    "insert update delete drop create alter truncate exec execute declare shutdown grant begin merge replace call",
  ),
  ...kindsOf("W", "where"),
  ...kindsOf("B", "order group having limit procedure"),
  ...kindsOf(
    "P",
    "sleep benchmark waitfor delay pg_sleep load_file outfile dumpfile extractvalue updatexml xp_cmdshell sp_executesql sp_oacreate openrowset make_set elt regexp_substring randomblob generate_series db_name",
  ),
  ...kindsOf(
    "Y",
    "information_schema sysobjects syscolumns sysdatabases sysusers pg_catalog sqlite_master dual all_tables user_tables master msysobjects systables",
  ),
  ...kindsOf("C", "case when iif if ifnull nullif"),
  ...kindsOf("L", "like rlike regexp between in is null exists"),
  ...kindsOf(
    "M",
    "char chr concat concat_ws group_concat substring substr ascii ord mid hex unhex cast convert count floor rand version user database current_user session_user schema len length upper lower",
  ),
]);
const PREFIXES = /^(?:dbms_|utl_|ctxsys|xp_|sp_|sys_|pg_|rdb\$|xmltype)/;

/** A value with more pieces says nothing more; time must have a bound. */
const TOKENS_MAX = 600;
const TOKEN =
  /\/\*!?\d*|\*\/|--[^\n]*|#[^\n]*|[a-z_][\w$]*|@@?\w*|0x[0-9a-f]+|\d+(?:\.\d+)?|['"`]|\|\||&&|<=>|[<>!:]?=|<>|[<>~^]|[()[\],;.+\-*/%{}|&]/gi;
const BLOCK = "/*";

function sqlTokens(text: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null && tokens.length < TOKENS_MAX; found = TOKEN.exec(text)) {
    const piece = found[0];
    const from = found.index;
    if (piece === BLOCK) {
      const end = text.indexOf("*/", TOKEN.lastIndex);
      TOKEN.lastIndex = end < 0 ? text.length : end + 2;
      if (end < 0) tokens.push({ kind: "c", text: piece, from, to: text.length });
      else tokens.push({ kind: "b", text: piece, from, to: TOKEN.lastIndex });
      continue;
    }
    const kind = kindOf(piece);
    if (kind !== "") tokens.push({ kind, text: piece.toLowerCase(), from, to: TOKEN.lastIndex });
  }
  return tokens;
}

/** A dash in prose: whoever ends a statement writes at most a word behind it. */
const PROSE_AFTER = /^(?:--|#)\s*\S+\s+\S+/;

function kindOf(piece: string): string {
  const first = piece.charCodeAt(0);
  if ((first | 32) >= 97 && (first | 32) <= 122) return wordKind(piece.toLowerCase());
  if (first >= 48 && first <= 57) return "n";
  if (piece === "'" || piece === '"' || piece === "`") return "q";
  if (piece.startsWith("/*") || piece === "*/") return "b";
  if (piece.startsWith("--") || piece.startsWith("#")) return PROSE_AFTER.test(piece) ? "o" : "c";
  if (piece === "||" || piece === "&&") return "A";
  if (/^(?:<=>|[<>!:]?=|<>|[<>])$/.test(piece)) return "=";
  if (piece.startsWith("@")) return "v";
  if (piece === "_") return "w";
  return piece === "(" || piece === ")" || piece === "," || piece === ";" || piece === "." ? piece : "o";
}

const wordKind = (word: string): string => WORDS.get(word) ?? (PREFIXES.test(word) ? "P" : "w");

/** Sign, a letter without which it cannot be (for speed), and the shape. */
const SHAPES: readonly (readonly [name: string, needs: string, shape: RegExp])[] = [
  ["sqli.union-select", "U", /U(?:w|\()*S/g],
  ["sqli.sub-select", "S", /[(,]S/g],
  ["sqli.select-from", "S", /S[^S]{1,40}F/g],
  ["sqli.quote-logic", "A", /q[()]*A[q()nwLCSPMv]/g],
  ["sqli.number-logic", "A", /n[()]*A[q(]*[nwMPv][q)]*[=L]/g],
  ["sqli.logic-compare", "A", /A[q(]*[nwMPv][wq().n,]{0,12}[=L][q(]*[nwqMPv]/g],
  ["sqli.quote-compare", "q", /q[q(]*[nw]?q?=q?[nw]/g],
  ["sqli.stacked", ";", /[;][Sq]?[DSP]/g],
  ["sqli.call", "P", /P[.w]*\(/g],
  ["sqli.wait", "P", /PP?q?n/g],
  ["sqli.text-function", "M", /M\([^)]/g],
  ["sqli.system-table", "Y", /Y/g],
  ["sqli.case-when", "C", /C[^C]{0,30}C|C\(/g],
  ["sqli.order-number", "B", /Bw?n(?:c|,|$)/g],
  ["sqli.quote-end", "c", /q[)]*c/g],
  ["sqli.number-end", "c", /n[)]*c$/g],
  ["sqli.quote-close", "q", /^[^q]{0,6}q[)]+/g],
  ["sqli.join-quote", "q", /q(?:A|o)[(qMP]/g],
  ["sqli.change", "D", /D(?:w|F|v|P)*[wF.][^c]{0,20}(?:[=;(]|$)/g],
  ["sqli.broken-word", "b", /wbw|[US]b|b[USFA]/g],
  ["sqli.variable", "v", /v/g],
];

export function sqlSigns(text: string): readonly Sign[] {
  if (!/[a-z'"`]/i.test(text)) return [];
  const tokens = sqlTokens(text);
  const line = tokens.map(({ kind }) => kind).join("");
  if (!/[USADBPYCLMqc;v]/.test(line)) return [];
  const bare = line.replaceAll("b", "");
  const kept = bare.length === line.length ? tokens : tokens.filter(({ kind }) => kind !== "b");
  const signs: Sign[] = [];
  for (const [name, needs, shape] of SHAPES) {
    if (!line.includes(needs)) continue;
    const own = name === "sqli.broken-word" ? tokens : kept;
    shape.lastIndex = 0;
    const found = shape.exec(own === tokens ? line : bare);
    if (found === null) continue;
    const from = own[found.index]?.from ?? 0;
    signs.push({ name, from, to: own[found.index + found[0].length - 1]?.to ?? text.length });
  }
  const equal = tautology(kept);
  return equal === undefined ? signs : [...signs, equal];
}

/** `1=1`, `'a'='a'`, `(5)=(5)`: both sides the same word or number. */
function tautology(tokens: readonly SqlToken[]): Sign | undefined {
  for (let at = 0; at < tokens.length; at += 1) {
    const one = tokens[at];
    if (one?.kind !== "=" && one?.text !== "like") continue;
    const left = beside(tokens, at, -1);
    const right = beside(tokens, at, 1);
    if (left !== undefined && right !== undefined && left.text === right.text && left.kind === right.kind)
      return { name: "sqli.tautology", from: left.from, to: right.to };
  }
  return undefined;
}

function beside(tokens: readonly SqlToken[], from: number, step: -1 | 1): SqlToken | undefined {
  for (let at = from + step; Math.abs(at - from) <= 3; at += step) {
    const token = tokens[at];
    if (token === undefined) return undefined;
    if (token.kind === "q" || token.kind === "(" || token.kind === ")") continue;
    return token.kind === "n" || token.kind === "w" ? token : undefined;
  }
  return undefined;
}
