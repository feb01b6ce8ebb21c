/** What the configuration tells about the operator's own mail. */
import { type MailContext, NO_CONTEXT } from "@cordon/engine/mail/mail-facts";
import type { Config } from "../config.ts";

const lower = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase());

export const mailContext = ({ mail, assets }: Config): MailContext => ({
  ...NO_CONTEXT,
  servers: lower(mail.servers),
  ownDomains: lower(mail.ownDomains),
  partnerDomains: lower([...mail.partnerDomains, ...assets.flatMap(partnerOf)]),
});

/** Inventory entries `domain:NAME` that carry the tag `partner`. */
const partnerOf = ({ match, tags }: Config["assets"][number]): readonly string[] =>
  match.startsWith("domain:") && tags.includes("partner") ? [match.slice("domain:".length)] : [];
