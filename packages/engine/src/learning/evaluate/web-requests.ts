/**
 * Text files of whole HTTP requests, one after the other with blank lines between (CSIC 2010) -> one payload a request: path,
 * query and body as sent. Hosts, headers and cookies are left out: they tell the session, and in made sets the class.
 *
 * WQ1. The class is the file's: its name says normal or anomalous. A file that says neither is named, never guessed.
 */

export interface WholeRequest {
  readonly method: string;
  /** Path and query, without scheme and host. */
  readonly target: string;
  readonly body: string;
}

const REQUEST_LINE = /^(GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH|TRACE|CONNECT|PROPFIND) (\S.*?) HTTP\/\d(?:\.\d)?$/;
const SCHEME_AND_HOST = /^[a-z][a-z+.-]*:\/\/[^/?#]*/i;
const ANOMALOUS = /anomal|abnormal|attack|malicious|intrusi/i;
const NORMAL = /normal|benign|valid|legit/i;

export const isRequests = (text: string): boolean =>
  REQUEST_LINE.test(text.trimStart().split(/\r?\n/, 1)[0]?.trimEnd() ?? "");

/** Whether a file's name says that its requests are attacks; undefined: it says nothing. */
export function areAttacks(path: string): boolean | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return ANOMALOUS.test(name) ? true : NORMAL.test(name) ? false : undefined;
}

export function readRequests(text: string): readonly WholeRequest[] {
  const requests: { method: string; target: string; body: string }[] = [];
  let isHead = false;
  for (const raw of text.split("\n")) {
    const line = raw.trimEnd();
    const [, method = "", target = ""] = REQUEST_LINE.exec(line) ?? [];
    const last = requests.at(-1);
    if (method !== "") {
      requests.push({ method, target: target.replace(SCHEME_AND_HOST, ""), body: "" });
      isHead = true;
    } else if (isHead && line === "") isHead = false;
    else if (last !== undefined && !isHead && line !== "") last.body += last.body === "" ? line : `\n${line}`;
  }
  return requests;
}

/** As one text: `/cart/add?id=3&amount=2`, whichever way the parameters were sent. */
export function payloadOf({ target, body }: WholeRequest): string {
  if (body === "") return target;
  return `${target}${target.includes("?") ? "&" : "?"}${body}`;
}
