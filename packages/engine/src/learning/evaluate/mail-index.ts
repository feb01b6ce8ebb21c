/** TREC's and CEAS's way of telling classes: a file `index` whose lines are `spam ../data/inmail.1`. */
import type { DataFile } from "./suite.ts";

export const isMailIndex = (path: string): boolean => /(?:^|\/)(?:index|labels?)(?:\.txt)?$/i.test(path);

export async function indexLabels(files: readonly DataFile[]): Promise<ReadonlyMap<string, "bad" | "good">> {
  const labels = new Map<string, "bad" | "good">();
  for (const file of files.filter(({ path }) => isMailIndex(path))) {
    const folder = file.path.split("/").slice(0, -1);
    for (const line of new TextDecoder().decode(await file.bytes()).split(/\r?\n/)) {
      const found = /^(spam|ham|phish\w*|legit\w*|[01])[\s,]+(\S+)$/i.exec(line.trim());
      if (found === null) continue;
      const label = /^(?:spam|phish|1)/i.test(found[1] ?? "") ? "bad" : "good";
      labels.set(resolved(folder, found[2] ?? ""), label);
    }
  }
  return labels;
}

function resolved(folder: readonly string[], path: string): string {
  const all = [...folder];
  for (const piece of path.split("/")) {
    if (piece === "..") all.pop();
    else if (piece !== "." && piece !== "") all.push(piece);
  }
  return all.join("/");
}
