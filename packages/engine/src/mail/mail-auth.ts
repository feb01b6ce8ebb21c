/**
 * What the receiving server found when it checked the sender. Enters: headers and the names of the operator's own servers.
 * Leaves: results of SPF, DKIM, DMARC and ARC.
 * MA1. Only headers that carry a name the operator gave count: anyone may write `Authentication-Results: x; dmarc=pass`.
 *      Others are told as claims, and change nothing.
 */
import { registrable } from "./look-alike.ts";
import { domainOfAddress, headersOf, type MailMessage } from "./message.ts";

export type AuthResult = "pass" | "fail" | "none" | "unknown";

export interface MailAuth {
  readonly spf: AuthResult;
  readonly dkim: AuthResult;
  readonly dmarc: AuthResult;
  readonly arc: AuthResult;
  /** The domain that passed is the one in From (relaxed alignment); undefined where nothing passed. */
  readonly aligned: boolean | undefined;
  readonly by: string | undefined;
  /** Names of servers that claim results and are not the operator's. */
  readonly claims: readonly string[];
}

const FAILED = /^(?:fail|softfail|hardfail|permerror|policy|reject|quarantine)$/;
const HEADER_CHARS_MAX = 8_192;
/** The name by which an operator of Exchange Online says that its results count. */
const EXCHANGE = "protection.outlook.com";
const NOTHING: MailAuth = {
  spf: "unknown",
  dkim: "unknown",
  dmarc: "unknown",
  arc: "unknown",
  aligned: undefined,
  by: undefined,
  claims: [],
};

export function mailAuth(message: MailMessage, servers: readonly string[]): MailAuth {
  const own = new Set(servers.map((server) => server.toLowerCase()));
  const all = headersOf(message, "authentication-results").map(readResults);
  const claims = [...new Set(all.map(({ server }) => server).filter((server) => server !== "" && !own.has(server)))];
  const found = all.find(({ server }) => own.has(server));
  if (found === undefined) return { ...receivedSpf(message, own), claims };
  return { ...summary(message, found), claims };
}

/** What the topmost header says, whoever wrote it: for learning, never for the reasons of a verdict. */
export function claimedAuth(message: MailMessage): Pick<MailAuth, "spf" | "dkim" | "dmarc" | "aligned"> {
  const top =
    headersOf(message, "authentication-results")[0] ??
    headersOf(message, "arc-authentication-results")[0]?.replace(/^\s*i\s*=\s*\d+\s*;/, "");
  if (top !== undefined) return summary(message, readResults(top));
  const spf = /^\s*([a-z]+)/i.exec(headersOf(message, "received-spf")[0] ?? "")?.[1];
  return { ...NOTHING, spf: spf === undefined ? "unknown" : resultOf(spf) };
}

function summary(message: MailMessage, found: Results): Omit<MailAuth, "claims"> {
  const from = registrable(domainOfAddress(message.from[0]?.address ?? ""));
  const passed = found.results.filter(({ result }) => result === "pass");
  const domains = passed
    .filter(({ method }) => method === "spf" || method === "dkim")
    .map(({ domain }) => registrable(domain));
  const of = (method: string): AuthResult => {
    const each = found.results.filter((one) => one.method === method).map(({ result }) => result);
    // One valid signature is enough, whatever others stand beside it.
    return each.includes("pass") ? "pass" : (each[0] ?? "unknown");
  };
  return {
    spf: of("spf"),
    dkim: of("dkim"),
    dmarc: of("dmarc"),
    arc: of("arc"),
    aligned: domains.length === 0 ? undefined : domains.includes(from),
    by: found.server,
  };
}

interface Results {
  readonly server: string;
  readonly results: readonly { readonly method: string; readonly result: AuthResult; readonly domain: string }[];
}

function readResults(value: string): Results {
  const text = value.slice(0, HEADER_CHARS_MAX).replace(/\([^()]*\)/g, " ");
  const [first = "", ...others] = text.split(";");
  // Exchange Online writes results without its own name (and renames those of others).
  const nameless = /^\s*(?:spf|dkim|dmarc)\s*=/i.test(first);
  const server = nameless ? EXCHANGE : first;
  const rest = nameless ? [first, ...others] : others;
  const results = rest.flatMap((part) => {
    const found = /^\s*([a-z][a-z0-9-]{0,20})\s*=\s*([a-z]{1,20})/i.exec(part);
    if (found === null) return [];
    const method = (found[1] ?? "").toLowerCase();
    const domain =
      /(?:smtp\.mailfrom|smtp\.helo|header\.d|header\.i|header\.from)\s*=\s*"?([^\s;"]+)/i.exec(part)?.[1] ?? "";
    return [{ method, result: resultOf(found[2] ?? ""), domain: domainOfAddress(domain.toLowerCase()) }];
  });
  return { server: (server.trim().split(/\s/)[0] ?? "").toLowerCase(), results };
}

function receivedSpf(message: MailMessage, own: ReadonlySet<string>): MailAuth {
  for (const value of headersOf(message, "received-spf")) {
    const receiver = /receiver\s*=\s*"?([^\s;"]+)/i.exec(value.slice(0, HEADER_CHARS_MAX))?.[1]?.toLowerCase();
    if (receiver === undefined || !own.has(receiver)) continue;
    return { ...NOTHING, spf: resultOf(/^\s*([a-z]+)/i.exec(value)?.[1] ?? ""), by: receiver };
  }
  return NOTHING;
}

function resultOf(word: string): AuthResult {
  const result = word.toLowerCase();
  if (result === "pass") return "pass";
  if (FAILED.test(result)) return "fail";
  // Exchange Online guesses where a domain says nothing (`bestguesspass`): nothing was said.
  return ["none", "neutral", "bestguesspass"].includes(result) ? "none" : "unknown";
}
