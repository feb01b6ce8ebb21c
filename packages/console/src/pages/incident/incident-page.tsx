/** One incident: verdict, why, and the next click first; everything else one tab away. */
import type { WireIncident } from "@cordon/model/api/incidents";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { incidentQuery, meQuery } from "../../api/queries.ts";
import { useKeys } from "../../ui/keys.tsx";
import { Loaded, Loading } from "../../ui/state.tsx";
import { type Tab, Tabs } from "../../ui/tabs.tsx";
import { ActionsTab } from "./actions-tab.tsx";
import { useAssign } from "./assign.ts";
import { BlindBox } from "./blind-box.tsx";
import { CloseDialog } from "./close-dialog.tsx";
import { EvidenceTab } from "./evidence-tab.tsx";
import { ExtentTab } from "./extent-tab.tsx";
import { IncidentHeader } from "./header.tsx";
import { INCIDENT_TABS, type IncidentTab } from "./incident-search.ts";
import { NextBox } from "./next-box.tsx";
import { nextClick, waitsForPerson } from "./next-click.ts";
import { NotesTab } from "./notes-tab.tsx";
import { PhishingCard } from "./phishing.tsx";
import { ReportTab } from "./report-tab.tsx";
import { TimelineTab } from "./timeline-tab.tsx";
import "./incident.css";

const StoryTab = lazy(async () => ({ default: (await import("./story-tab.tsx")).StoryTab }));
const route = getRouteApi("/incidents/$id");

export function IncidentPage() {
  const { id } = route.useParams();
  const ask = useQuery(incidentQuery(id));
  return (
    <div className="page incident">
      <Loaded ask={ask} what="incident">
        {(incident) => <Shown incident={incident} />}
      </Loaded>
    </div>
  );
}

function Shown({ incident }: { readonly incident: WireIncident }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? "story";
  const go = (next: IncidentTab) =>
    void navigate({ search: { tab: next, ...(search.event ? { event: search.event } : {}) } });
  const closing = (close: "1" | undefined) =>
    void navigate({ search: (before) => ({ ...before, close }), replace: true });
  useIncidentKeys(incident, { tab, go, close: () => closing("1") });
  const next = nextClick(incident);
  return (
    <>
      <IncidentHeader incident={incident} onClose={() => closing("1")} />
      {incident.blind ? <BlindBox incident={incident} /> : <NextBox incident={incident} />}
      <PhishingCard incident={incident} />
      <Tabs label="Parts of the incident" tabs={tabsOf(incident)} at={tab} go={go}>
        {panel(tab, incident)}
      </Tabs>
      {search.close && incident.status !== "closed" && (
        <CloseDialog
          ids={[incident.id]}
          {...(next.kind === "close" ? { suggest: next.suggest } : {})}
          onClose={() => closing(undefined)}
          onDone={() => closing(undefined)}
        />
      )}
    </>
  );
}

interface Moves {
  readonly tab: IncidentTab;
  readonly go: (tab: IncidentTab) => void;
  readonly close: () => void;
}

function useIncidentKeys(incident: WireIncident, { tab, go, close }: Moves): void {
  const me = useQuery(meQuery).data;
  const assign = useAssign();
  const step = (by: number) => () => {
    const next = INCIDENT_TABS[(INCIDENT_TABS.indexOf(tab) + by + INCIDENT_TABS.length) % INCIDENT_TABS.length];
    if (next !== undefined) go(next);
  };
  useKeys({
    ...Object.fromEntries(INCIDENT_TABS.map((name, i) => [String(i + 1), () => go(name)])),
    "[": step(-1),
    "]": step(1),
    e: close,
    a: () => me && assign.mutate({ id: incident.id, person: me.name }),
    Enter: takeNextStep,
  });
}

function tabsOf(incident: WireIncident): readonly Tab<IncidentTab>[] {
  const found = incident.investigation;
  const waiting = incident.actions.filter(waitsForPerson).length + incident.tasks.length;
  return [
    { key: "story", word: "Story" },
    { key: "timeline", word: "Timeline", count: found?.timeline.length ?? 0 },
    { key: "evidence", word: "Evidence", count: (found?.claims.length ?? 0) + incident.detections.length },
    { key: "extent", word: "Extent", count: found?.extent.length ?? incident.entities.length },
    { key: "actions", word: "Actions", count: incident.actions.length, attention: waiting > 0 },
    { key: "notes", word: "Notes", count: incident.notes.length },
    { key: "report", word: "Report" },
  ];
}

function panel(tab: IncidentTab, incident: WireIncident): ReactNode {
  switch (tab) {
    case "story":
      return (
        <Suspense fallback={<Loading what="story" />}>
          <StoryTab incident={incident} />
        </Suspense>
      );
    case "timeline":
      return <TimelineTab incident={incident} />;
    case "evidence":
      return <EvidenceTab incident={incident} />;
    case "extent":
      return <ExtentTab incident={incident} />;
    case "actions":
      return <ActionsTab incident={incident} />;
    case "notes":
      return <NotesTab incident={incident} />;
    case "report":
      return <ReportTab incident={incident} />;
  }
}

const takeNextStep = (): void => document.querySelector<HTMLElement>("[data-next]")?.click();
