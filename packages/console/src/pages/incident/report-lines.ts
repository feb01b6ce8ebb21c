/** Markdown of a report as blocks to show: headings, tables, lines. Nothing else is interpreted: a report quotes attackers. Pure. */
export type ReportBlock =
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "gap" };

const RULER = /^\|(?:\s*:?-+:?\s*\|)+$/;

export function reportBlocks(markdown: string): readonly ReportBlock[] {
  const blocks: ReportBlock[] = [];
  let rows: (readonly string[])[] = [];
  const endTable = () => {
    if (rows.length > 0) blocks.push({ kind: "table", rows });
    rows = [];
  };
  for (const line of markdown.split("\n")) {
    if (line.startsWith("|") && line.trimEnd().endsWith("|")) {
      if (!RULER.test(line.trim())) rows.push(cellsOf(line.trim()));
      continue;
    }
    endTable();
    blocks.push(blockOf(line));
  }
  endTable();
  return blocks;
}

function blockOf(line: string): ReportBlock {
  if (line.trim() === "") return { kind: "gap" };
  const level = /^(#{1,4}) /.exec(line)?.[1]?.length;
  return level === undefined ? { kind: "line", text: line } : { kind: "heading", level, text: line.slice(level + 1) };
}

/** A bar after a backslash belongs to its cell. */
function cellsOf(line: string): readonly string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}
