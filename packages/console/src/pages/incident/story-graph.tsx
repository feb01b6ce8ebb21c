/** The drawing itself. Mouse: drag moves, Ctrl or pinch zooms. Keys: arrows move between nodes, Enter opens. */
import { type KeyboardEvent, memo, useRef } from "react";
import { shorten, visibleString } from "../../format/visible-text.ts";
import { kindWord, tacticWord } from "../../format/words.ts";
import { Button } from "../../ui/button.tsx";
import { entityIcon, iconPath } from "../../ui/icon.tsx";
import { usePanZoom } from "./pan-zoom.ts";
import { BOX_H, BOX_W, type Box, type Curve, type Layout, neighbourOf, UNTAGGED } from "./story-layout.ts";

interface Props {
  readonly layout: Layout;
  readonly pick: string | undefined;
  readonly onPick: (id: string | undefined) => void;
}

const LABEL_CHARS = 15;

export function StoryGraph({ layout, pick, onPick }: Props) {
  const view = usePanZoom(layout.width, layout.height);
  const root = useRef<SVGGElement>(null);
  const [first] = layout.boxes;
  const stop = layout.boxes.some((box) => box.node.id === pick) ? pick : first?.node.id;
  const onKey = (event: KeyboardEvent, box: Box) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onPick(box.node.id);
    }
    const next = event.key.startsWith("Arrow") ? neighbourOf(layout.boxes, box, event.key) : undefined;
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    root.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(next.node.id)}"]`)?.focus();
    view.reveal(next, { w: BOX_W, h: BOX_H });
  };
  return (
    <div className="graph-box">
      <div className="graph-tools">
        <span className="muted small">drag to move, Ctrl and wheel to zoom, arrow keys between nodes</span>
        <Button small icon="plus" aria-label="Zoom in" onClick={() => view.zoom(1.25)} />
        <Button small icon="minus" aria-label="Zoom out" onClick={() => view.zoom(0.8)} />
        <Button small icon="fit" aria-label="Fit the whole story" onClick={view.fit} />
      </div>
      <svg
        ref={view.ref}
        className="graph-svg"
        aria-label="Story graph, left to right along the kill chain"
        style={{ height: view.height }}
      >
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="6.500" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 .800 7 4 0 7.200z" className="g-arrow" />
          </marker>
          <clipPath id="label">
            <rect width={BOX_W - 5} height={BOX_H} />
          </clipPath>
        </defs>
        <g ref={root} transform={view.transform}>
          <Bands layout={layout} />
          {layout.curves.map((curve) => (
            <Edge
              key={`${curve.edge.from}→${curve.edge.to}→${curve.edge.verb}`}
              curve={curve}
              pick={pick}
              onPick={onPick}
            />
          ))}
          {layout.boxes.map((box) => (
            <Node
              key={box.node.id}
              box={box}
              picked={box.node.id === pick}
              stop={box.node.id === stop}
              onPick={onPick}
              onKey={onKey}
            />
          ))}
        </g>
      </svg>
    </div>
  );
}

function bandWord(tactic: string | undefined): string {
  if (tactic === undefined) return "Not connected";
  return tactic === UNTAGGED ? "No tactic known" : tacticWord(tactic);
}

const Bands = memo(function Bands({ layout }: { readonly layout: Layout }) {
  return (
    <g>
      {layout.tactics.map((band, i) => (
        <g key={band.tactic ?? "none"}>
          <rect
            x={band.x}
            y={0}
            width={band.width}
            height={layout.height}
            className={i % 2 === 0 ? "g-band" : "g-band g-band-odd"}
          />
          <text x={band.x + 14} y={19} className="g-tactic">
            {bandWord(band.tactic)}
          </text>
        </g>
      ))}
      {layout.lanes.map((lane) => (
        <g key={lane.lane}>
          <line x1={0} x2={layout.width} y1={lane.y} y2={lane.y} className="g-lane-line" />
          <text x={8} y={lane.y + 18} className="g-lane">
            {lane.lane}
          </text>
        </g>
      ))}
    </g>
  );
});

interface EdgeProps {
  readonly curve: Curve;
  readonly pick: string | undefined;
  readonly onPick: (id: string) => void;
}

export const edgeKey = (edge: { readonly from: string; readonly to: string; readonly verb: string }): string =>
  `${edge.from}>${edge.verb}>${edge.to}`;

const Edge = memo(function Edge({ curve, pick, onPick }: EdgeProps) {
  const { edge } = curve;
  const key = edgeKey(edge);
  const near = pick === key || pick === edge.from || pick === edge.to;
  const verb = visibleString(shorten(edge.verb, 16));
  const text = edge.events.length > 1 ? `${verb} ×${edge.events.length}` : verb;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: every step is also listed, with keys, in the panel of its nodes.
    <g className={near ? "g-edge g-edge-near" : "g-edge"} onClick={() => onPick(key)}>
      <path d={curve.path} className="g-edge-hit" />
      <path d={curve.path} className="g-edge-line" markerEnd="url(#arrow)" />
      <text x={curve.labelX} y={curve.labelY - 4} className="g-verb">
        {text}
      </text>
    </g>
  );
});

interface NodeProps {
  readonly box: Box;
  readonly picked: boolean;
  readonly stop: boolean;
  readonly onPick: (id: string) => void;
  readonly onKey: (event: KeyboardEvent, box: Box) => void;
}

const Node = memo(function Node({ box, picked, stop, onPick, onKey }: NodeProps) {
  const { node } = box;
  const label = visibleString(node.label);
  const crowd = node.id.startsWith("crowd:");
  const classes = ["g-node", node.flagged && "g-flagged", picked && "g-picked", crowd && "g-crowd"]
    .filter(Boolean)
    .join(" ");
  const words = [
    kindWord(node.kind),
    label,
    node.flagged ? "flagged by a rule" : "",
    node.tactic ? tacticWord(node.tactic) : "",
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a node of a drawing cannot be a button element.
    <g
      role="button"
      tabIndex={stop ? 0 : -1}
      data-node={node.id}
      aria-label={words.filter(Boolean).join(", ")}
      aria-pressed={picked}
      className={classes}
      transform={`translate(${box.x} ${box.y})`}
      onClick={() => onPick(node.id)}
      onKeyDown={(event) => onKey(event, box)}
    >
      <title>{label}</title>
      {crowd && <rect x={5} y={5} width={BOX_W} height={BOX_H} rx={8} className="g-shadow" />}
      <rect width={BOX_W} height={BOX_H} rx={8} className="g-box" />
      <path d={iconPath(entityIcon(node.kind))} transform="translate(9 14)" className="g-icon" />
      <text x={32} y={20} className="g-label" clipPath="url(#label)">
        {shorten(label, LABEL_CHARS)}
      </text>
      <text x={32} y={35} className="g-kind">
        {crowd ? "press to see them" : node.flagged ? `▲ ${kindWord(node.kind)}` : kindWord(node.kind)}
      </text>
    </g>
  );
});
