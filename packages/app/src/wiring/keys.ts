/** Tokens, sessions and one-time links over the token table: random secrets, of which only hashes rest. */
import { randomBytes } from "node:crypto";
import type { StoredToken, TokenStore } from "@cordon/adapters/storage/tokens";
import { ROLES, type Role } from "@cordon/model/api/system";
import type { Runtime } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";
import type { KeyRow, KeyStore } from "../instance.ts";

const SECRET_BYTES = 32;
const USES = ["token", "session", "link"] as const;

export function makeKeys(tokens: TokenStore, runtime: Runtime): KeyStore {
  return {
    async list() {
      const now = runtime.now();
      return (await tokens.list())
        .filter((token) => token.revokedAt === undefined && (token.expiresAt ?? now + 1) > now)
        .flatMap(rowOf);
    },
    async create(request) {
      const secret = `cdn_${randomBytes(SECRET_BYTES).toString("base64url")}`;
      const row: KeyRow = {
        id: runtime.id(),
        name: request.name,
        role: request.role,
        use: request.use ?? "token",
        createdAt: runtime.now(),
        ...(request.expiresAt === undefined ? {} : { expiresAt: request.expiresAt }),
      };
      await tokens.add({
        id: row.id,
        name: row.name,
        role: `${row.use}:${row.role}`,
        sha256: runtime.sha256(secret),
        createdAt: instant(row.createdAt),
        ...(row.expiresAt === undefined ? {} : { expiresAt: instant(row.expiresAt) }),
      });
      return { ...row, secret };
    },
    async find(secret) {
      const token = await tokens.find(runtime.sha256(secret), runtime.now());
      return token === undefined ? undefined : rowOf(token)[0];
    },
    revoke: (id) => tokens.revoke(id, runtime.now()),
  };
}

function rowOf(token: StoredToken): KeyRow[] {
  const [useText = "", roleText = ""] = token.role.split(":");
  const use = USES.find((each) => each === useText);
  const role: Role | undefined = ROLES.find((each) => each === roleText);
  if (use === undefined || role === undefined) return []; // written by a newer version: not ours to honour
  return [
    {
      id: token.id,
      name: token.name,
      role,
      use,
      createdAt: token.createdAt,
      ...(token.expiresAt === undefined ? {} : { expiresAt: token.expiresAt }),
      ...(token.lastUsedAt === undefined ? {} : { lastUsedAt: token.lastUsedAt }),
    },
  ];
}
