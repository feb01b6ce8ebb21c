/**
 * Mail clouds of a test's own: a loopback HTTP server that speaks as Microsoft Graph, Exchange Online's admin interface,
 * Gmail and Google's directory do, with mailboxes, block list and sessions behind it.
 */
import { createVerify } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Mail {
  readonly id: string;
  readonly messageId: string;
  /** Folder id (Graph) or labels (Gmail). */
  place: string;
}

export interface MailClouds {
  readonly url: string;
  readonly mailboxes: Map<string, Mail[]>;
  readonly blocked: Map<string, { readonly type: string; readonly until: string | undefined }>;
  /** Sessions of an account are valid from then on. */
  readonly sessions: Map<string, string>;
  readonly requests: string[];
  /** Answers of this status, as many times, before the real ones. */
  fail(status: number, times: number): void;
  close(): Promise<void>;
}

export const CLOUD = { tenant: "corp.example", clientId: "app", clientSecret: "hush", token: "cloud-token" } as const;

interface Answer {
  readonly status: number;
  readonly json?: object;
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

export async function makeMailClouds(publicKey: string): Promise<MailClouds> {
  const state = {
    mailboxes: new Map<string, Mail[]>(),
    blocked: new Map<string, { type: string; until: string | undefined }>(),
    sessions: new Map<string, string>(),
    requests: [] as string[],
    faults: [] as number[],
    publicKey,
  };
  const server = createServer((request, response) => void handle(state, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ ...state, url: `http://127.0.0.1:${port}` },
    fail: (status, times) => void state.faults.push(...Array.from({ length: times }, () => status)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

interface State {
  readonly mailboxes: Map<string, Mail[]>;
  readonly blocked: Map<string, { type: string; until: string | undefined }>;
  readonly sessions: Map<string, string>;
  readonly requests: string[];
  readonly faults: number[];
  readonly publicKey: string;
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const asked: Asked = {
    method: request.method ?? "",
    url: new URL(request.url ?? "/", "http://x"),
    body: Buffer.concat(chunks).toString("utf8"),
  };
  const answer = answerOf(state, asked, request.headers.authorization);
  response.writeHead(answer.status, { "content-type": "application/json", "retry-after": "0" });
  response.end(answer.json === undefined ? "" : JSON.stringify(answer.json));
}

function answerOf(state: State, asked: Asked, authorization: string | undefined): Answer {
  const { pathname } = asked.url;
  if (pathname.endsWith("/token")) return tokenOf(state, asked);
  state.requests.push(`${asked.method} ${decodeURIComponent(pathname)}`);
  if (authorization?.startsWith(`Bearer ${CLOUD.token}`) !== true)
    return { status: 401, json: { error: { code: "InvalidAuthenticationToken" } } };
  const fault = state.faults.shift();
  if (fault !== undefined) return { status: fault, json: { error: { code: "TooManyRequests" } } };
  if (pathname.startsWith("/adminapi/")) return exchange(state, asked);
  if (pathname.startsWith("/v1.0/")) return graph(state, asked);
  if (pathname.startsWith("/gmail/")) return gmail(state, asked, authorization);
  if (pathname.startsWith("/admin/directory/")) {
    const user = decodeURIComponent(pathname.split("/")[5] ?? "");
    if (!state.mailboxes.has(user)) return { status: 404 };
    state.sessions.set(user, new Date().toISOString());
    return { status: 204 };
  }
  return { status: 404 };
}

function tokenOf({ publicKey }: State, { url, body }: Asked): Answer {
  const form = new URLSearchParams(body);
  if (url.pathname.includes("/oauth2/v2.0/")) {
    const right = form.get("client_secret") === CLOUD.clientSecret && form.get("grant_type") === "client_credentials";
    return right
      ? { status: 200, json: { token_type: "Bearer", expires_in: 3_599, access_token: CLOUD.token } }
      : { status: 401, json: { error: "invalid_client" } };
  }
  const [head = "", claims = "", signature = ""] = (form.get("assertion") ?? "").split(".");
  const right = createVerify("RSA-SHA256").update(`${head}.${claims}`).verify(publicKey, signature, "base64url");
  const { sub } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as { sub: string };
  return right
    ? { status: 200, json: { token_type: "Bearer", expires_in: 3_599, access_token: `${CLOUD.token} ${sub}` } }
    : { status: 400, json: { error: "invalid_grant" } };
}

const PURGED = "recoverableitemsdeletions";

function graph({ mailboxes, sessions }: State, { method, url, body }: Asked): Answer {
  const [, , , user = "", ...rest] = url.pathname.split("/").map(decodeURIComponent);
  const mails = mailboxes.get(user);
  if (mails === undefined) return { status: 404, json: { error: { code: "ErrorInvalidUser" } } };
  const path = rest.join("/");
  if (method === "POST" && path === "revokeSignInSessions") {
    sessions.set(user, new Date().toISOString());
    return { status: 200, json: { value: true } };
  }
  if (method === "GET" && path === "")
    return { status: 200, json: { signInSessionsValidFromDateTime: sessions.get(user) ?? null } };
  if (method === "GET" && path.endsWith("messages")) {
    const wanted = /internetMessageId eq '<(.*)>'/
      .exec(url.searchParams.get("$filter") ?? "")?.[1]
      ?.replaceAll("''", "'");
    const inside = path.startsWith("mailFolders/") ? [rest[1]] : undefined;
    const found = mails.filter(
      ({ messageId, place }) =>
        messageId === wanted && (inside === undefined ? place !== PURGED : inside.includes(place)),
    );
    return { status: 200, json: { value: found.map(({ id, place }) => ({ id, parentFolderId: place })) } };
  }
  const mail = method === "POST" && rest[2] === "move" ? mails.find(({ id }) => id === rest[1]) : undefined;
  if (mail === undefined) return { status: 404, json: { error: { code: "ErrorItemNotFound" } } };
  const { destinationId } = JSON.parse(body) as { destinationId: string };
  if (destinationId === "gone") return { status: 404, json: { error: { code: "ErrorFolderNotFound" } } };
  mail.place = destinationId;
  return { status: 201, json: { id: mail.id, parentFolderId: mail.place } };
}

function exchange({ blocked }: State, { body }: Asked): Answer {
  const { CmdletInput } = JSON.parse(body) as {
    CmdletInput: { CmdletName: string; Parameters: Record<string, unknown> };
  };
  const { ListType, Entries, Entry, ExpirationDate } = CmdletInput.Parameters;
  const type = String(ListType);
  const entries = Array.isArray(Entries) ? Entries.map(String) : [];
  switch (CmdletInput.CmdletName) {
    case "New-TenantAllowBlockListItems":
      for (const entry of entries)
        blocked.set(entry, { type, until: typeof ExpirationDate === "string" ? ExpirationDate : undefined });
      return { status: 200, json: { value: entries.map((Value) => ({ Value, Action: "Block" })) } };
    case "Remove-TenantAllowBlockListItems":
      for (const entry of entries) blocked.delete(entry);
      return { status: 200, json: { value: [] } };
    case "Get-TenantAllowBlockListItems": {
      const found = blocked.get(String(Entry));
      return { status: 200, json: { value: found?.type === type ? [{ Value: Entry, Action: "Block" }] : [] } };
    }
    default:
      return { status: 400, json: { error: { code: "BadRequest" } } };
  }
}

function gmail({ mailboxes }: State, { method, url, body }: Asked, authorization: string): Answer {
  const [, , , , user = "", , id, verb] = url.pathname.split("/").map(decodeURIComponent);
  const mails = mailboxes.get(user);
  // A delegated token opens one mailbox.
  if (!authorization.endsWith(` ${user}`)) return { status: 403, json: { error: { code: 403 } } };
  if (mails === undefined) return { status: 404, json: { error: { code: 404 } } };
  if (id === undefined) {
    const wanted = /^rfc822msgid:(.*)$/.exec(url.searchParams.get("q") ?? "")?.[1];
    const found = mails.filter(({ messageId }) => messageId === wanted);
    return {
      status: 200,
      json: { messages: found.map((mail) => ({ id: mail.id })), resultSizeEstimate: found.length },
    };
  }
  const mail = mails.find((one) => one.id === id);
  if (mail === undefined) return { status: 404, json: { error: { code: 404 } } };
  const labels = new Set(mail.place.split(" ").filter((label) => label !== ""));
  if (method === "GET") return { status: 200, json: { id, labelIds: [...labels] } };
  if (verb === "trash") {
    labels.delete("INBOX");
    labels.add("TRASH");
  }
  if (verb === "untrash") labels.delete("TRASH");
  if (verb === "modify")
    for (const label of (JSON.parse(body) as { addLabelIds: string[] }).addLabelIds) labels.add(label);
  mail.place = [...labels].sort().join(" ");
  return { status: 200, json: { id, labelIds: [...labels] } };
}
