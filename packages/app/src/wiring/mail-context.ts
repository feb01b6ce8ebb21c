/** What the configuration tells about the operator's own mail. */
import { type MailContext, NO_CONTEXT } from "@cordon/engine/mail/mail-facts";
import type { Config } from "../config.ts";

const lower = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase());

export const mailContext = ({ mail }: Config): MailContext => ({
  ...NO_CONTEXT,
  servers: lower(mail.servers),
  ownDomains: lower(mail.ownDomains),
  partnerDomains: lower(mail.partnerDomains),
});
