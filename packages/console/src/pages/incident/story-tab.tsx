import type { WireIncident } from "@cordon/model/api/incidents";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { countText } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { EventChips } from "../../ui/event-chip.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Empty } from "../../ui/state.tsx";
import { clusterStory } from "./cluster.ts";
import { StoryGraph } from "./story-graph.tsx";
import { layoutStory } from "./story-layout.ts";
import { StoryPick } from "./story-pick.tsx";

const route = getRouteApi("/incidents/$id");
const NO_STORY = { nodes: [], edges: [] };

export function StoryTab({ incident }: { readonly incident: WireIncident }) {
  const { pick } = route.useSearch();
  const navigate = route.useNavigate();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const found = incident.investigation;
  const story = found?.story ?? NO_STORY;
  const shown = useMemo(() => clusterStory(story, opened), [story, opened]);
  const layout = useMemo(() => layoutStory(shown), [shown]);
  const setPick = (id: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, pick: id }), replace: true, resetScroll: false });
  if (found === undefined || story.nodes.length === 0) {
    return (
      <Empty icon="group" title={found === undefined ? "The story is not written yet" : "No chain of causes was found"}>
        <p className="muted">The timeline and the evidence show what the rules saw.</p>
      </Empty>
    );
  }
  return (
    <div className="story">
      <div className="story-bar">
        <span className="muted small">
          {countText(story.nodes.length, "node")}, {countText(story.edges.length, "step")}
          {shown.crowds.size > 0 && `; ${countText(shown.crowds.size, "crowd")} folded`}
        </span>
        {opened.size > 0 && (
          <Button small look="ghost" onClick={() => setOpened(new Set())}>
            Fold again
          </Button>
        )}
      </div>
      <div className={pick === undefined ? "story-stage" : "story-stage story-split"}>
        <StoryGraph layout={layout} pick={pick} onPick={setPick} />
        {pick !== undefined && (
          <StoryPick
            incident={incident}
            shown={shown}
            pick={pick}
            onOpen={(id) => {
              setOpened(new Set([...opened, id]));
              setPick(undefined);
            }}
            onClose={() => setPick(undefined)}
          />
        )}
      </div>
      <ol className="summary">
        {found.summary.map((sentence) => (
          <li key={sentence.text}>
            <LogText text={sentence.text} /> <EventChips ids={sentence.events} max={3} />
          </li>
        ))}
      </ol>
    </div>
  );
}
