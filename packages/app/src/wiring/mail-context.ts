/** What the configuration tells about the operator's own mail. */
import { type MailContext, NO_CONTEXT } from "@cordon/engine/mail/mail-facts";
import type { KnownPerson } from "@cordon/engine/mail/persons";
import type { Config } from "../config.ts";

const lower = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase());

export const mailContext = ({ mail, assets }: Pick<Config, "mail" | "assets">): MailContext => ({
  ...NO_CONTEXT,
  servers: lower(mail.servers),
  ownDomains: lower(mail.ownDomains),
  partnerDomains: lower([...mail.partnerDomains, ...assets.flatMap(partnerOf)]),
  persons: assets.flatMap(executiveOf),
});

/** Inventory entries `domain:NAME` that carry the tag `partner`. */
const partnerOf = ({ match, tags }: Config["assets"][number]): readonly string[] =>
  match.startsWith("domain:") && tags.includes("partner") ? [match.slice("domain:".length)] : [];

const EXECUTIVE_TAGS: readonly string[] = ["executive", "vip"];
const NAME_TAG = "name:";
const MAIL_TAG = "mail:";

/** Accounts `user:ADDRESS` tagged `executive`; the name from a tag `name:Ada Lovelace`, else from `ada.lovelace@`. */
function executiveOf({ match, tags }: Config["assets"][number]): readonly KnownPerson[] {
  if (!match.startsWith("user:") || !tags.some((tag) => EXECUTIVE_TAGS.includes(tag))) return [];
  const account = match.slice("user:".length);
  const valuesOf = (kind: string): readonly string[] =>
    tags.filter((tag) => tag.startsWith(kind)).map((tag) => tag.slice(kind.length).trim());
  const [name = (account.split("@")[0] ?? "").replace(/[._-]+/g, " ")] = valuesOf(NAME_TAG);
  return [{ name, addresses: lower([...(account.includes("@") ? [account] : []), ...valuesOf(MAIL_TAG)]) }];
}
