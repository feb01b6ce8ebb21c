/** `cordon token create|list|revoke|link`. */

import type { Role } from "@cordon/model/api/system";
import { ROLES, zTokenCreated, zTokenList } from "@cordon/model/api/system";
import { AppError } from "@cordon/model/error";
import { instant, isoTime } from "@cordon/model/time";
import { withClient } from "./client.ts";
import { type CommandContext, EXIT } from "./command.ts";
import { safeText, table } from "./terminal.ts";

/** Tokens may be made before the first start. */
const BEGINS = { begins: true };

export function create(context: CommandContext): Promise<number> {
  const role = roleOf(context.text("role"));
  const days = context.number("days");
  return withClient(
    context,
    async (client) => {
      const body = { name: context.words[0] ?? "", role, ...(days === undefined ? {} : { expiresInDays: days }) };
      const made = zTokenCreated.parse(await client.call("createToken", { body }));
      if (context.json) context.terminal.json({ kind: "token", ...made });
      else {
        context.terminal.note(`token ${made.id} for ${safeText(made.name)} (${made.role}); this is shown once:`);
        context.terminal.line(made.secret);
      }
      return EXIT.ok;
    },
    BEGINS,
  );
}

export function list(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    const { items } = zTokenList.parse(await client.call("listTokens"));
    if (context.json) for (const row of items) context.terminal.json({ kind: "token", ...row });
    else
      table(context.terminal, items, [
        { head: "ID", value: (row) => row.id },
        { head: "NAME", value: (row) => row.name },
        { head: "ROLE", value: (row) => row.role },
        { head: "CREATED", value: (row) => isoTime(instant(row.createdAt)).slice(0, 19) },
        {
          head: "EXPIRES",
          value: (row) => (row.expiresAt === undefined ? "never" : isoTime(instant(row.expiresAt)).slice(0, 19)),
        },
        {
          head: "LAST USED",
          value: (row) => (row.lastUsedAt === undefined ? "never" : isoTime(instant(row.lastUsedAt)).slice(0, 19)),
        },
      ]);
    return EXIT.ok;
  });
}

export function revoke(context: CommandContext): Promise<number> {
  return withClient(context, async (client) => {
    await client.call("revokeToken", { params: { id: context.words[0] ?? "" } });
    if (context.json) context.terminal.json({ kind: "token", id: context.words[0], revoked: true });
    else context.terminal.line(`${safeText(context.words[0] ?? "")} revoked`);
    return EXIT.ok;
  });
}

export function link(context: CommandContext): Promise<number> {
  const role = roleOf(context.text("role") ?? "admin");
  return withClient(context, async (client) => {
    const body = { name: context.words[0] ?? "admin", role, use: "link" };
    const made = zTokenCreated.parse(await client.call("createToken", { body }));
    const base = client.config.baseUrl ?? client.server ?? `http://${client.config.listen}`;
    const url = `${base}/login#${made.secret}`;
    if (context.json) context.terminal.json({ kind: "link", url, expiresAt: made.expiresAt });
    else context.terminal.line(url);
    return EXIT.ok;
  });
}

function roleOf(text: string | undefined): Role {
  const role = ROLES.find((each) => each === text);
  if (role === undefined) throw new AppError("usage", `--role must be one of ${ROLES.join(", ")}`);
  return role;
}
