/** Sources of reported mail in the configuration. */
import { z } from "zod";

export const sourceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "must be lower case letters, digits and dashes");

export const mailSources = [
  z.strictObject({
    name: sourceName,
    kind: z.literal("mailbox"),
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535).default(993),
    /** false: STARTTLS on a plain port, which must succeed. */
    tls: z.boolean().default(true),
    user: z.string().min(1),
    password: z.union([z.strictObject({ env: z.string() }), z.strictObject({ file: z.string() })]),
    folder: z.string().min(1).default("INBOX"),
    pollSeconds: z.number().int().min(1).max(86_400).default(60),
    /** File of certificates (PEM) of the house's own authority. */
    ca: z.string().min(1).optional(),
  }),
  /** A folder into which reported mails are put as files (EML, mbox). */
  z.strictObject({
    name: sourceName,
    kind: z.literal("mail-folder"),
    path: z.string().min(1),
    pollSeconds: z.number().int().min(1).max(86_400).default(5),
  }),
] as const;
