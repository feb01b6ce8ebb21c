/**
 * What the evidence says of a file's content, held against the content at its path.
 * In: events that name the path. Out: SHA-256 hashes they give it; why the content is another, or nothing.
 *
 * V1. A hash speaks of a file only where both stand in one event in the same role: a process's hash is not the hash of the
 *     file that it wrote.
 * V2. Where no event gives one, nothing is held against the content; the plan says so.
 */
import type { Event } from "@cordon/model/event";

const SHA256 = /^[0-9a-f]{64}$/;

export function hashesOf(events: readonly Event[], path: string): readonly string[] {
  const found = events.flatMap(({ entities }) => {
    const files = entities.filter(({ kind }) => kind === "file");
    return (
      files
        .filter(({ value }) => value === path)
        // Two files in one role: which of them the hash is of, nobody can say.
        .filter(({ role }) => files.filter((other) => other.role === role).length === 1)
        .flatMap(({ role }) => entities.filter((other) => other.kind === "hash" && other.role === role))
    );
  });
  return [...new Set(found.map(({ value }) => value.toLowerCase()).filter((value) => SHA256.test(value)))].sort();
}

export function whyNotThat(said: readonly string[], sha256: string): string | undefined {
  if (said.length === 0 || said.includes(sha256)) return undefined;
  return `its content is ${sha256.slice(0, 16)}… now, while the evidence names ${said[0]?.slice(0, 16)}…: it is another file`;
}
