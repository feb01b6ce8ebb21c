/**
 * Templates for message text: `Failed password for {user} from {src_ip} port {src_port:n} ssh2`. Literals must appear in
 * order; a capture takes the shortest text up to the next literal, the last one takes the rest. `{}` takes and forgets,
 * `{name?}` may be empty, `{name:n}` takes decimal digits only. `{name*}`, once per template, takes the longest text for which
 * the rest fits: for names that a stranger chose, who may write the rest of a message into them. Matching is one pass without
 * going back (for a longest capture `ENDS_MAX` of them), so no message can make it slow.
 */

interface Capture {
  readonly name: string;
  readonly kind: "text" | "maybe-empty" | "digits" | "longest";
  /** Literal that follows it, empty at the end. */
  readonly until: string;
}

export interface Template {
  readonly start: string;
  readonly captures: readonly Capture[];
}

const HOLE = /\{([\w.-]*)(\?|:n|\*)?\}/g;

/** Throws RangeError when two captures touch and the first is not of digits: where it ends would be a guess. */
export function compileTemplate(text: string): Template {
  const holes = [...text.matchAll(HOLE)];
  const captures = holes.map((hole, i): Capture => {
    const name = hole[1] ?? "";
    const kind =
      hole[2] === "*"
        ? "longest"
        : hole[2] === ":n"
          ? "digits"
          : name === "" || hole[2] === "?"
            ? "maybe-empty"
            : "text";
    const until = text.slice(hole.index + hole[0].length, holes[i + 1]?.index ?? text.length);
    if (until === "" && i + 1 < holes.length && kind !== "digits") {
      throw new RangeError(`template ${JSON.stringify(text)}: two captures touch`);
    }
    return { name, kind, until };
  });
  if (captures.filter(({ kind }) => kind === "longest").length > 1) {
    throw new RangeError(`template ${JSON.stringify(text)}: only one capture may take the longest text`);
  }
  return { start: text.slice(0, holes[0]?.index ?? text.length), captures };
}

type Captures = readonly (readonly [string, string])[];

/** Captures by name, or undefined when the text is not of this form. */
export function matchTemplate(template: Template, text: string): Captures | undefined {
  if (!text.startsWith(template.start)) return undefined;
  const at = template.start.length;
  if (template.captures.length === 0) return at === text.length ? [] : undefined;
  return matchFrom(template.captures, text, at);
}

/** Ends tried for a longest capture: a text with more of the same literal is no honest message. */
const ENDS_MAX = 32;

function matchFrom(captures: readonly Capture[], text: string, start: number): Captures | undefined {
  const found: [string, string][] = [];
  let at = start;
  for (const [i, capture] of captures.entries()) {
    const last = i === captures.length - 1;
    if (capture.kind === "longest" && !last) {
      const rest = matchLongest(captures.slice(i), text, at);
      return rest && [...found, ...rest];
    }
    const end = capture.kind === "digits" ? endOfDigits(capture, text, at) : endOfText(capture, text, { at, last });
    const empty = capture.kind === "maybe-empty" || capture.kind === "longest";
    if (end < 0 || (end === at && !empty)) return undefined;
    if (capture.name !== "") found.push([capture.name, text.slice(at, end)]);
    at = end + capture.until.length;
  }
  return at === text.length ? found : undefined;
}

/** From the last place where its literal stands to earlier ones, until what follows fits. */
function matchLongest([capture, ...rest]: readonly Capture[], text: string, at: number): Captures | undefined {
  if (capture === undefined) return undefined;
  let end = text.lastIndexOf(capture.until);
  for (let tries = 0; end >= at && tries < ENDS_MAX; tries += 1) {
    const after = matchFrom(rest, text, end + capture.until.length);
    if (after !== undefined) return capture.name === "" ? after : [[capture.name, text.slice(at, end)], ...after];
    end = end === 0 ? -1 : text.lastIndexOf(capture.until, end - 1);
  }
  return undefined;
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
