/** What is known of the picked node or step: its events, the claims on it, its steps. */
import type { WireIncident } from "@cordon/model/api/incidents";
import { entityKey } from "@cordon/model/entity";
import { countText, kindWord, tacticWord } from "../../format/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { EntityChip } from "../../ui/entity-chip.tsx";
import { EventChips } from "../../ui/event-chip.tsx";
import { useKeys } from "../../ui/keys.tsx";
import { LogText } from "../../ui/log-text.tsx";
import { Time } from "../../ui/time.tsx";
import { ClaimLine, saidOf } from "./claim-line.tsx";
import type { Clustered } from "./cluster.ts";
import { edgeKey } from "./story-graph.tsx";
import type { StoryEdge, StoryNode } from "./story-shape.ts";

interface Props {
  readonly incident: WireIncident;
  readonly shown: Clustered;
  readonly pick: string;
  readonly onOpen: (crowd: string) => void;
  readonly onClose: () => void;
}

const MEMBERS_SHOWN = 30;
const STEPS_SHOWN = 20;

export function StoryPick({ incident, shown, pick, onOpen, onClose }: Props) {
  useKeys({ Escape: onClose });
  const node = shown.nodes.find((candidate) => candidate.id === pick);
  const crowd = shown.crowds.get(pick);
  const steps = shown.edges.filter((edge) => edgeKey(edge) === pick || edge.from === pick || edge.to === pick);
  return (
    <aside className="story-pick card" aria-label="Picked in the story">
      <header className="row between">
        <h2>{node ? <LogText text={node.label} max={80} /> : "Step"}</h2>
        <Button small look="ghost" icon="close" aria-label="Close" onClick={onClose} />
      </header>
      {node && <NodeFacts node={node} />}
      {crowd && (
        <>
          <Button small onClick={() => onOpen(crowd.id)}>
            Show all {crowd.members.length} in the graph
          </Button>
          <ul className="plain rows">
            {crowd.members.slice(0, MEMBERS_SHOWN).map((member) => (
              <li key={member.id}>
                <LogText text={member.label} mono max={80} />
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>{countText(steps.length, "step")}</h3>
      <ul className="plain rows">
        {steps.slice(0, STEPS_SHOWN).map((edge) => (
          <li key={edgeKey(edge)}>
            <Step edge={edge} nodes={shown.nodes} />
          </li>
        ))}
      </ul>
      <Claims incident={incident} node={node} steps={steps} />
    </aside>
  );
}

function NodeFacts({ node }: { readonly node: StoryNode }) {
  return (
    <div className="stack-tight">
      <div className="row wrap gap-1">
        <Badge>{kindWord(node.kind)}</Badge>
        {node.tactic && <Badge tone="info">{tacticWord(node.tactic)}</Badge>}
        {node.flagged && <Badge tone="bad">▲ flagged by a rule</Badge>}
      </div>
      {node.at !== undefined && <Time at={node.at} />}
      {node.entity && <EntityChip entity={node.entity} max={60} />}
    </div>
  );
}

function Step({ edge, nodes }: { readonly edge: StoryEdge; readonly nodes: readonly StoryNode[] }) {
  const label = (id: string) => nodes.find((node) => node.id === id)?.label ?? id;
  return (
    <div className="step">
      <div>
        <LogText text={label(edge.from)} mono max={32} /> <b>{edge.verb}</b>{" "}
        <LogText text={label(edge.to)} mono max={32} />
      </div>
      <div className="row wrap gap-1 small">
        <Time at={edge.at} /> <EventChips ids={edge.events} />
      </div>
    </div>
  );
}

const CLAIMS_SHOWN = 12;

function Claims(props: {
  readonly incident: WireIncident;
  readonly node: StoryNode | undefined;
  readonly steps: readonly StoryEdge[];
}) {
  const { incident, node, steps } = props;
  const events = new Set(steps.flatMap((step) => step.events));
  const key = node?.entity && entityKey(node.entity);
  const claims = (incident.investigation?.claims ?? []).filter(
    (claim) =>
      (key !== undefined && (entityKey(claim.subject) === key || (claim.object && entityKey(claim.object) === key))) ||
      (node === undefined && claim.cites.some((cite) => events.has(cite.event))),
  );
  if (claims.length === 0) return null;
  const said = saidOf(incident.investigation);
  return (
    <>
      <h3>{countText(claims.length, "claim")}</h3>
      <ul className="plain rows">
        {claims.slice(0, CLAIMS_SHOWN).map((claim) => (
          <li key={claim.id}>
            <ClaimLine claim={claim} said={said.get(claim.id)} />
          </li>
        ))}
      </ul>
    </>
  );
}
