/** Which places of a raw event somebody rests on. In: what cites it. Out: JSON pointers into `raw`. Pure. */
import type { WireEventDetail } from "@cordon/model/api/events";
import type { WireIncident } from "@cordon/model/api/incidents";

export function citedPointers(detail: WireEventDetail, incidents: readonly WireIncident[]): ReadonlySet<string> {
  const cited = new Set<string>();
  for (const detection of detail.detections) {
    for (const match of detection.matched) if (match.pointer) cited.add(match.pointer);
  }
  for (const incident of incidents) {
    for (const claim of incident.investigation?.claims ?? []) {
      for (const cite of claim.cites) {
        if (cite.event === detail.event.id && cite.pointer.startsWith("/raw/")) cited.add(cite.pointer.slice(4));
      }
    }
  }
  return cited;
}
