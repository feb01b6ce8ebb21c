/**
 * Templates for message text: `Failed password for {user} from {src_ip} port {src_port:n} ssh2`. Literals must appear in
 * order; a capture takes the shortest text up to the next literal, the last one takes the rest. `{}` takes and forgets,
 * `{name?}` may be empty, `{name:n}` takes decimal digits only. Matching is one pass without going back, so no message can
 * make it slow.
 */

interface Capture {
  readonly name: string;
  readonly kind: "text" | "maybe-empty" | "digits";
  /** Literal that follows it, empty at the end. */
  readonly until: string;
}

export interface Template {
  readonly start: string;
  readonly captures: readonly Capture[];
}

const HOLE = /\{([\w.-]*)(\?|:n)?\}/g;

/** Throws RangeError when two captures touch and the first is not of digits: where it ends would be a guess. */
export function compileTemplate(text: string): Template {
  const holes = [...text.matchAll(HOLE)];
  const captures = holes.map((hole, i): Capture => {
    const name = hole[1] ?? "";
    const kind = hole[2] === ":n" ? "digits" : name === "" || hole[2] === "?" ? "maybe-empty" : "text";
    const until = text.slice(hole.index + hole[0].length, holes[i + 1]?.index ?? text.length);
    if (until === "" && i + 1 < holes.length && kind !== "digits") {
      throw new RangeError(`template ${JSON.stringify(text)}: two captures touch`);
    }
    return { name, kind, until };
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
    const end = capture.kind === "digits" ? endOfDigits(capture, text, at) : endOfText(capture, text, { at, last });
    if (end < 0 || (end === at && capture.kind !== "maybe-empty")) return undefined;
    if (capture.name !== "") found.push([capture.name, text.slice(at, end)]);
    at = end + capture.until.length;
  }
  return at === text.length ? found : undefined;
}

/** A final literal must end the text: it is looked for from the end. */
function endOfText(capture: Capture, text: string, place: { at: number; last: boolean }): number {
  if (capture.until === "") return text.length;
  if (!place.last) return text.indexOf(capture.until, place.at);
  const end = text.length - capture.until.length;
  return end >= place.at && text.endsWith(capture.until) ? end : -1;
}

function endOfDigits(capture: Capture, text: string, at: number): number {
  let end = at;
  while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end += 1;
  return text.startsWith(capture.until, end) ? end : -1;
}
