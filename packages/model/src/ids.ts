/** Identifiers. Each is a plain string with a brand, so that one kind cannot be passed for another. */

export type Brand<T, B extends string> = T & { readonly __brand: B };

/** 32 lower-case hex digits: what makes a raw record the same record when it is sent again. */
export type RecordId = Brand<string, "RecordId">;
/** `<RecordId>-<index>`: the same on every replay. */
export type EventId = Brand<string, "EventId">;
/** `det-` + 32 hex digits over rule, definition and evidence: the same on every replay. */
export type DetectionId = Brand<string, "DetectionId">;
/** `INC-` + 8 base-32 characters derived from the first detection. */
export type IncidentId = Brand<string, "IncidentId">;
/** Idempotency key of one action of one run: 64 hex digits. */
export type ActionKey = Brand<string, "ActionKey">;
/** 64 lower-case hex digits. */
export type Sha256 = Brand<string, "Sha256">;

export const recordId = (text: string): RecordId => text as RecordId;
export const eventId = (text: string): EventId => text as EventId;
export const detectionId = (text: string): DetectionId => text as DetectionId;
export const incidentId = (text: string): IncidentId => text as IncidentId;
export const actionKey = (text: string): ActionKey => text as ActionKey;
export const sha256Of = (hex: string): Sha256 => hex as Sha256;

export type NonEmpty<T> = readonly [T, ...T[]];

export function nonEmpty<T>(items: readonly T[]): NonEmpty<T> | undefined {
  const [first, ...rest] = items;
  return first === undefined ? undefined : [first, ...rest];
}
