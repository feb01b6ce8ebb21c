/**
 * Templates for message text: `Failed password for {user} from {src_ip} port {src_port} ssh2`. Literals must appear in
 * order; a capture takes the shortest text up to the next literal, the last one takes the rest. `{}` takes and forgets,
 * `{name?}` may be empty. Matching is one pass without going back, so no message can make it slow.
 */

interface Capture {
  readonly name: string;
  readonly mayBeEmpty: boolean;
  /** Literal that ends it, empty for the last one. */
  readonly until: string;
}

export interface Template {
  readonly start: string;
  readonly captures: readonly Capture[];
}

const HOLE = /\{([\w.-]*)(\??)\}/g;

/** Throws RangeError when two captures touch: where the first ends would be a guess. */
export function compileTemplate(text: string): Template {
  const holes = [...text.matchAll(HOLE)];
  const captures = holes.map((hole, i) => {
    const from = hole.index + hole[0].length;
    const until = text.slice(from, holes[i + 1]?.index ?? text.length);
    if (until === "" && i + 1 < holes.length)
      throw new RangeError(`template ${JSON.stringify(text)}: two captures touch`);
    const name = hole[1] ?? "";
    return { name, mayBeEmpty: name === "" || hole[2] === "?", until };
  });
  return { start: text.slice(0, holes[0]?.index ?? text.length), captures };
}

/** Captures by name, or undefined when the text is not of this form. */
export function matchTemplate(template: Template, text: string): readonly (readonly [string, string])[] | undefined {
  if (!text.startsWith(template.start)) return undefined;
  let at = template.start.length;
  if (template.captures.length === 0) return at === text.length ? [] : undefined;
  const found: [string, string][] = [];
  for (const [i, capture] of template.captures.entries()) {
    const last = i === template.captures.length - 1;
    const end = endOf(capture, text, { at, last });
    if (end < 0 || (end === at && !capture.mayBeEmpty)) return undefined;
    if (capture.name !== "") found.push([capture.name, text.slice(at, end)]);
    at = end + capture.until.length;
  }
  return found;
}

/** A final literal must end the text: it is looked for from the end. */
function endOf(capture: Capture, text: string, place: { at: number; last: boolean }): number {
  if (capture.until === "") return text.length;
  if (!place.last) return text.indexOf(capture.until, place.at);
  const end = text.length - capture.until.length;
  return end >= place.at && text.endsWith(capture.until) ? end : -1;
}
