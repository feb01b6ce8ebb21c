/**
 * Which campaign a reported mail belongs to, as reports come in one after another. Enters: what ties a mail to others, and
 * when it came. Leaves: the campaign's id (the same on every replay) and what tied it.
 *
 * CB1. A mail joins the oldest campaign that shares a tie (link host, attachment, address for answers) or nearly its words.
 * CB2. Bounded: `MAILS_MAX` mails of `MEMORY_MS`; the oldest go first. The book is a text that survives a restart.
 * CB3. Only mails that were found phishing or suspicious are in the book: honest ones tie nothing.
 */
import { isJsonObject, type Json } from "@cordon/model/json";
import { DAY, type Instant, instant } from "@cordon/model/time";
import { likeness, textSignature } from "../mail/near-duplicates.ts";

export interface CampaignMark {
  /** Of the mail itself: names a campaign that begins with it. */
  readonly digest: string;
  readonly ties: readonly string[];
  /** Words as a reader sees them. */
  readonly words: string;
}

export interface CampaignFound {
  readonly id: string;
  /** Mails of it in the book before this one. */
  readonly earlier: number;
  /** What tied it; empty for the first mail. */
  readonly ties: readonly string[];
}

export interface CampaignBook {
  place(mark: CampaignMark, at: Instant): CampaignFound;
  snapshot(): string;
}

const MEMORY_MS = 14 * DAY;
/** Reports of two weeks in a large organisation; a comparison with all of them takes well under a millisecond. */
const MAILS_MAX = 5_000;
const TIES_MAX = 20;
const ALIKE_MIN = 0.5;
const SAME_WORDS = "nearly the same words";

interface Kept {
  readonly campaign: string;
  readonly at: Instant;
  readonly digest: string;
  readonly ties: readonly string[];
  readonly signature: Uint32Array | undefined;
}

export function makeCampaignBook(snapshot?: string): CampaignBook {
  let kept: Kept[] = snapshot === undefined ? [] : readSnapshot(snapshot);
  return {
    place({ digest, ties: given, words }, at) {
      kept = kept.filter((mail) => at - mail.at <= MEMORY_MS);
      const ties = given.slice(0, TIES_MAX);
      const signature = textSignature(words);
      const wanted = new Set(ties);
      const near = kept.flatMap((mail) => {
        const shared = mail.ties.filter((tie) => wanted.has(tie));
        const alike =
          signature !== undefined && mail.signature !== undefined && likeness(signature, mail.signature) >= ALIKE_MIN;
        const why = alike ? [...shared, SAME_WORDS] : shared;
        return why.length === 0 ? [] : [{ mail, why }];
      });
      const [first] = near;
      const campaign = first?.mail.campaign ?? `campaign:${digest.slice(0, 16)}`;
      const before = kept.filter((mail) => mail.campaign === campaign);
      const again = before.some((mail) => mail.digest === digest);
      if (!again) kept = [...kept, { campaign, at, digest, ties, signature }].slice(-MAILS_MAX);
      const own = near.filter(({ mail }) => mail.campaign === campaign);
      return {
        id: campaign,
        earlier: before.filter((mail) => mail.digest !== digest).length,
        ties: [...new Set(own.flatMap(({ why }) => why))].slice(0, TIES_MAX),
      };
    },
    snapshot: () =>
      JSON.stringify({
        form: 1,
        mails: kept.map((mail) => ({
          ...{ campaign: mail.campaign, at: mail.at, digest: mail.digest, ties: mail.ties },
          ...(mail.signature === undefined ? {} : { signature: [...mail.signature] }),
        })),
      }),
  };
}

/** A text that cannot be read begins a new book: old campaigns then get a new name, and nothing else is lost. */
function readSnapshot(text: string): Kept[] {
  try {
    const value: Json = JSON.parse(text);
    const mails = isJsonObject(value) && value.form === 1 && Array.isArray(value.mails) ? value.mails : [];
    return mails.flatMap((mail) => readKept(mail) ?? []);
  } catch {
    return [];
  }
}

function readKept(mail: Json): Kept | undefined {
  if (!isJsonObject(mail)) return undefined;
  const { campaign, at, digest, ties, signature } = mail;
  if (typeof campaign !== "string" || typeof at !== "number" || typeof digest !== "string") return undefined;
  const numbers = Array.isArray(signature) ? signature.filter((one) => typeof one === "number") : [];
  return {
    ...{ campaign, at: instant(at), digest },
    ties: Array.isArray(ties) ? ties.filter((tie) => typeof tie === "string") : [],
    signature: numbers.length === 64 ? Uint32Array.from(numbers) : undefined,
  };
}
