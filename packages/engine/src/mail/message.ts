/** A mail as it was read: headers in their order, bodies as text, leaves as bytes. All of it is the sender's own words. */
import type { Instant } from "@cordon/model/time";

export interface MailHeader {
  /** Lower case. */
  readonly name: string;
  /** Unfolded, not decoded. */
  readonly value: string;
}

export interface MailAddress {
  readonly name: string;
  /** Lower case; empty where the field holds none. */
  readonly address: string;
}

export interface MailPart {
  /** As declared: `application/pdf`. */
  readonly type: string;
  readonly name: string | undefined;
  readonly attachment: boolean;
  /** `Content-ID` or `inline`: shown within the text, not offered as a file. */
  readonly inline: boolean;
  readonly bytes: Uint8Array;
}

export interface MailMessage {
  readonly headers: readonly MailHeader[];
  readonly from: readonly MailAddress[];
  readonly sender: readonly MailAddress[];
  readonly replyTo: readonly MailAddress[];
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  /** Envelope sender as the receiving server noted it. */
  readonly returnPath: string | undefined;
  readonly subject: string;
  readonly messageId: string | undefined;
  readonly date: Instant | undefined;
  readonly text: string;
  readonly html: string;
  /** Leaves that are not the text itself, mails within mails included. */
  readonly parts: readonly MailPart[];
  /** What was cut, repaired or not understood. */
  readonly remarks: readonly string[];
}

/** First value of a header. */
export const headerOf = (message: Pick<MailMessage, "headers">, name: string): string | undefined =>
  message.headers.find((header) => header.name === name)?.value;

export const headersOf = (message: Pick<MailMessage, "headers">, name: string): readonly string[] =>
  message.headers.filter((header) => header.name === name).map(({ value }) => value);

export const domainOfAddress = (address: string): string => address.slice(address.lastIndexOf("@") + 1);
