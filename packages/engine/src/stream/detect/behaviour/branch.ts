/** How usual it is that a new folder begins where this one leaves those that are known: below `c:\src` often, below `c:\windows` hardly ever. */

export interface Known {
  readonly path: string;
  readonly count: number;
}

const SEPARATOR = /[\\/]/;

/**
 * The chance of yet another branch there (Witten-Bell): different ones below the deepest common folder, among all counts and
 * them. 1 where nothing is known; 0 where the path only leads to what is known: programs have stood below it, never in it.
 */
export function branchChance(path: string, known: Iterable<Known>): number {
  const own = path.split(SEPARATOR);
  let depth = -1;
  let counts = 0;
  const branches = new Set<string>();
  for (const { path: other, count } of known) {
    if (other === path) continue;
    const parts = other.split(SEPARATOR);
    let same = 0;
    while (same < own.length && same < parts.length && own[same] === parts[same]) same += 1;
    if (same < depth) continue;
    if (same > depth) {
      depth = same;
      counts = 0;
      branches.clear();
    }
    counts += count;
    branches.add(parts[same] ?? "");
  }
  if (depth >= 0 && (own[depth] ?? "") === "") return 0;
  return branches.size === 0 ? 1 : branches.size / (counts + branches.size);
}
