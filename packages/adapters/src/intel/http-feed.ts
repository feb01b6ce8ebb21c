/**
 * A feed behind an address. In: URL. Out: its text when the server says that it changed.
 *
 * H1. Bounded: bytes (before and after decompression), time and redirects.
 * H2. Every hop goes only where the owner lets requests go: internal addresses need to be allowed, also behind a redirect.
 * H3. A token goes to the configured origin alone.
 */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AppError, messageOf } from "@cordon/model/error";
import type { FeedAnswer, FeedSource, FeedStamp } from "@cordon/model/ports/intel";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { type Egress, makeEgress } from "../actions/webhook/egress.ts";

export interface HttpFeed {
  readonly url: string;
  /** Hosts, addresses and prefixes that may be internal. */
  readonly allow: readonly string[];
  readonly token?: string;
  readonly bytesMax: number;
  readonly timeoutMs: number;
}

const REDIRECTS_MAX = 5;
const unzip = promisify(gunzip);

export function makeHttpFeed(feed: HttpFeed, runtime: Pick<Runtime, "now">): FeedSource {
  const url = new URL(feed.url);
  const egress = makeEgress(feed.allow);
  return {
    place: `${url.origin}${url.pathname}${url.search === "" ? "" : "?***"}`,
    async fetch(known, stop) {
      try {
        return await follow({ feed, egress, stop, headers: headersOf(known) }, url, runtime);
      } catch (cause) {
        throw new AppError("feed-unreadable", `${url.origin}${url.pathname}: ${messageOf(cause)}`, {
          cause,
          retry: "later",
        });
      }
    },
  };
}

interface Ask {
  readonly feed: HttpFeed;
  readonly egress: Egress;
  readonly stop: Stop;
  readonly headers: Readonly<Record<string, string>>;
}

function headersOf(known: FeedStamp | undefined): Readonly<Record<string, string>> {
  return {
    "user-agent": "cordon",
    accept: "*/*",
    "accept-encoding": "gzip",
    ...(known?.etag === undefined ? {} : { "if-none-match": known.etag }),
    ...(known?.lastModified === undefined ? {} : { "if-modified-since": known.lastModified }),
  };
}

async function follow(ask: Ask, first: URL, runtime: Pick<Runtime, "now">): Promise<FeedAnswer> {
  let url = first;
  for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
    const { status, headers, body } = await get(ask, url, url.origin === first.origin);
    if (status === 304) return { kind: "unchanged" };
    const { location } = headers;
    if (status >= 300 && status < 400 && location !== undefined) {
      url = new URL(location, url);
      if (url.protocol !== "https:" && first.protocol === "https:")
        throw new Error(`redirect from https to ${url.protocol}`);
      continue;
    }
    if (status !== 200) throw new Error(`the server answered ${status}`);
    const { etag, "last-modified": lastModified } = headers;
    const stamp = { ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) };
    return { kind: "text", text: await textOf(body, ask.feed.bytesMax), stamp, at: runtime.now() };
  }
  throw new Error(`more than ${REDIRECTS_MAX} redirects`);
}

async function textOf(body: Buffer, bytesMax: number): Promise<string> {
  const zipped = body[0] === 0x1f && body[1] === 0x8b;
  return (zipped ? await unzip(body, { maxOutputLength: bytesMax }) : body).toString("utf8");
}

interface Got {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

function get({ feed, egress, stop, headers }: Ask, url: URL, own: boolean): Promise<Got> {
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new Error(`${url.protocol} is not read`);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A literal address is never looked up, so the guard in `lookup` would not see it.
  const literal = isIP(host) === 0 ? undefined : egress.whyNot(host, host);
  if (literal !== undefined) throw new Error(literal);
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  const token = feed.token === undefined || !own ? {} : { authorization: `Bearer ${feed.token}` };
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { ...headers, ...token }, lookup: egress.lookup, agent: false });
    const finish = (end: () => void): void => {
      clearTimeout(timer);
      unsubscribe();
      end();
      sent.destroy();
    };
    const fail = (error: Error): void => finish(() => reject(error));
    const timer = setTimeout(() => fail(new Error(`no whole answer within ${feed.timeoutMs} ms`)), feed.timeoutMs);
    const unsubscribe = stop.onStop(() => fail(new Error("stopped")));
    sent.on("error", fail);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > feed.bytesMax) fail(new Error(`more than ${feed.bytesMax} bytes`));
      });
      response.on("error", fail);
      response.on("aborted", () => fail(new Error("the answer was cut")));
      response.on("end", () =>
        finish(() =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        ),
      );
    });
    sent.end();
  });
}
