/** Where an event opens. Enters: event id, base URL from the configuration. Leaves: an absolute link, or nothing. */
import type { EventId } from "@cordon/model/ids";

/** Only http(s) without quotes, spaces or angle brackets; anything else gives no links rather than a strange one. */
const BASE = /^https?:\/\/[A-Za-z0-9.:[\]_~%/-]{1,300}$/;

export function eventHref(id: EventId, baseUrl: string | undefined): string | undefined {
  if (baseUrl === undefined || !BASE.test(baseUrl)) return undefined;
  return `${baseUrl.replace(/\/+$/, "")}/events/${encodeURIComponent(id)}`;
}
