/**
 * Who is calling. Browsers carry a session cookie, everything else a bearer token; both are random, only hashes are kept.
 * S1. a route without a row in ROUTES does not exist; a row names the least role.
 * S2. a cookie alone never changes anything: unsafe methods also need the header x-cordon-csrf and our own Origin.
 * S3. the Host must be one we listen as: a foreign name that resolves to loopback (DNS rebinding) is refused.
 */
import type { RouteSpec } from "@cordon/model/api/routes";
import type { Role } from "@cordon/model/api/system";
import { AppError } from "@cordon/model/error";
import type { FastifyRequest } from "fastify";
import type { Config } from "../config.ts";
import type { Instance, KeyRow } from "../instance.ts";

export interface Caller {
  readonly name: string;
  readonly role: Role;
  readonly key: KeyRow;
  readonly by: "cookie" | "token";
}

export const COOKIE = "cordon_session";
export const SESSION_MS = 12 * 3_600_000;
const RANK: Readonly<Record<string, number>> = { viewer: 1, analyst: 2, approver: 3, admin: 4 };

export function mayCall(role: Role, least: RouteSpec["role"]): boolean {
  if (least === "public") return true;
  if (least === "ingest") return role === "ingest" || role === "admin";
  return (RANK[role] ?? 0) >= (RANK[least] ?? Number.POSITIVE_INFINITY);
}

/** Throws AppError `not-signed-in` or `not-allowed`; undefined for public routes without credentials. */
export async function identify(
  instance: Instance,
  request: FastifyRequest,
  route: RouteSpec,
): Promise<Caller | undefined> {
  if (route.role === "public") return undefined;
  const caller = (await byToken(instance, request)) ?? (await byCookie(instance, request));
  if (caller === undefined)
    throw new AppError("not-signed-in", "no valid token or session", {
      fix: "open a sign-in link (`cordon token link`) or send Authorization: Bearer <token>",
    });
  if (!mayCall(caller.role, route.role))
    throw new AppError(
      "not-allowed",
      `${route.method} ${route.path} needs the role ${route.role}; ${caller.name} is ${caller.role}`,
    );
  if (caller.by === "cookie" && route.method !== "GET") requireSameOrigin(request);
  return caller;
}

async function byToken(instance: Instance, request: FastifyRequest): Promise<Caller | undefined> {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const secret = /^(?:Bearer|Splunk) (cdn_[A-Za-z0-9_-]{20,100})$/.exec(header)?.[1];
  const key = secret === undefined ? undefined : await instance.keys.find(secret);
  if (key === undefined || key.use !== "token")
    throw new AppError("not-signed-in", "the token is unknown, revoked or expired");
  return { name: key.name, role: key.role, key, by: "token" };
}

async function byCookie(instance: Instance, request: FastifyRequest): Promise<Caller | undefined> {
  const secret = cookieOf(request);
  const key = secret === undefined ? undefined : await instance.keys.find(secret);
  if (key === undefined || key.use !== "session") return undefined;
  return { name: key.name, role: key.role, key, by: "cookie" };
}

export function cookieOf(request: FastifyRequest): string | undefined {
  const header = request.headers.cookie ?? "";
  return new RegExp(`(?:^|;\\s*)${COOKIE}=(cdn_[A-Za-z0-9_-]{20,100})`).exec(header)?.[1];
}

function requireSameOrigin(request: FastifyRequest): void {
  if (request.headers["x-cordon-csrf"] !== "1") throw new AppError("not-allowed", "header x-cordon-csrf: 1 is missing");
  const origin = request.headers.origin;
  if (origin !== undefined && hostOf(origin) !== request.headers.host)
    throw new AppError("not-allowed", "the request comes from another origin");
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d+)?$/;

/** S3. Loopback names are always ours; further names come from `listen` and `baseUrl`. */
export function hostAllowed(config: Config, host: string | undefined): boolean {
  if (host === undefined) return false;
  if (LOOPBACK.test(host)) return true;
  const listen = config.listen.slice(0, config.listen.lastIndexOf(":"));
  if (listen === "0.0.0.0" || listen === "[::]") return config.baseUrl === undefined || host === hostOf(config.baseUrl);
  return host === config.listen || host === listen || (config.baseUrl !== undefined && host === hostOf(config.baseUrl));
}
