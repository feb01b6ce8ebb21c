/** Plain lists (one indicator a line, comments) and hosts files (`0.0.0.0 name...`: exactly these names). */
import type { FeedText } from "@cordon/model/ports/intel";
import { bad, type FeedItem, type FeedSays, itemOf } from "./feed.ts";

const LINE_MAX = 16_384;

/** `[line number, line]`, a line cut at LINE_MAX. */
export function linesOf(text: FeedText): Generator<readonly [number, string]> {
  return typeof text === "string" ? linesOfText(text) : linesOfBlocks(text);
}

function* linesOfBlocks(blocks: Iterable<string>): Generator<readonly [number, string]> {
  let line = 1;
  let rest = "";
  for (const block of blocks) {
    let start = 0;
    for (let end = block.indexOf("\n"); end >= 0; end = block.indexOf("\n", start)) {
      const part = block.slice(start, Math.min(end, start + LINE_MAX));
      yield [line, rest === "" ? part : (rest + part).slice(0, LINE_MAX)];
      rest = "";
      line += 1;
      start = end + 1;
    }
    if (rest.length < LINE_MAX) rest += block.slice(start, start + LINE_MAX);
  }
  if (rest !== "") yield [line, rest.slice(0, LINE_MAX)];
}

function* linesOfText(text: string): Generator<readonly [number, string]> {
  let line = 1;
  for (let start = 0; start < text.length; line += 1) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    yield [line, text.slice(start, Math.min(end, start + LINE_MAX))];
    start = end + 1;
  }
}

const COMMENT = /^(?:#|;|\/\/|!)/;
/** A comment behind needs white space before its mark: `#` and `//` stand in URLs, too. */
function withoutComment(text: string): string {
  const ends = COMMENT_BEHIND.map((mark) => text.indexOf(mark)).filter((at) => at >= 0);
  return text.slice(0, Math.min(text.length, ...ends)).trim();
}
const COMMENT_BEHIND = [" #", "\t#", " ;", "\t;", " //", "\t//"] as const;

export function* readList(text: FeedText, feed: FeedSays): Generator<FeedItem> {
  for (const [line, whole] of linesOf(text)) {
    const trimmed = whole.replace(/^\ufeff/, "").trim();
    if (trimmed === "" || COMMENT.test(trimmed)) continue;
    yield itemOf(withoutComment(trimmed).replace(/^"(.*)"$/, "$1"), line, feed);
  }
}

const OWN_NAMES = /^(?:localhost(?:\..*)?|local|broadcasthost|ip6-.*|0\.0\.0\.0)$/i;

export function* readHosts(text: FeedText, feed: FeedSays): Generator<FeedItem> {
  for (const [line, whole] of linesOf(text)) {
    const trimmed = withoutComment(whole.replace(/^\ufeff/, ""));
    if (trimmed === "" || COMMENT.test(trimmed)) continue;
    const [address = "", ...names] = trimmed.split(/\s+/);
    if (!/^[\da-f.:%a-z]+$/i.test(address) || names.length === 0) {
      yield bad(line, "not `address name...` as in a hosts file");
      continue;
    }
    for (const name of names)
      if (!OWN_NAMES.test(name)) yield itemOf(name, line, feed, { kind: "domain", below: false });
  }
}
