import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterStory } from "./cluster.ts";
import { BOX_H, BOX_W, layoutStory, neighbourOf, UNTAGGED } from "./story-layout.ts";
import type { Story, StoryEdge, StoryNode } from "./story-shape.ts";

const node = (id: string, more: Partial<StoryNode> = {}): StoryNode => ({
  id,
  kind: "process",
  label: id,
  flagged: false,
  ...more,
});
const edge = (from: string, to: string, at = 0, verb = "spawned"): StoryEdge => ({
  from,
  to,
  verb,
  at,
  events: [`${from}-${to}`],
});

const arbitraryStory: fc.Arbitrary<Story> = fc
  .record({
    kinds: fc.array(fc.constantFrom("process", "file", "user", "ip", "host", "resource", "odd"), { maxLength: 40 }),
    pairs: fc.array(fc.tuple(fc.nat(45), fc.nat(45), fc.nat(100)), { maxLength: 80 }),
    tactics: fc.array(fc.constantFrom(undefined, "execution", "impact", "initial-access", "made-up"), {
      maxLength: 40,
    }),
  })
  .map(({ kinds, pairs, tactics }) => ({
    nodes: kinds.map((kind, i) => node(`n${i}`, { kind, ...(tactics[i] === undefined ? {} : { tactic: tactics[i] }) })),
    edges: pairs.map(([a, b, at]) => edge(`n${a}`, `n${b}`, at)),
  }));

describe("layoutStory", () => {
  it("goes left to right along cause and kill chain", () => {
    const layout = layoutStory({
      nodes: [
        node("exfil", { tactic: "exfiltration" }),
        node("mail", { tactic: "initial-access" }),
        node("word"),
        node("ps", { tactic: "execution" }),
      ],
      edges: [edge("mail", "word", 1), edge("word", "ps", 2), edge("ps", "exfil", 3)],
    });
    const x = (id: string) => layout.boxes.find((box) => box.node.id === id)?.x ?? 0;
    expect(x("mail")).toBeLessThan(x("word"));
    expect(x("word")).toBeLessThan(x("ps"));
    expect(x("ps")).toBeLessThan(x("exfil"));
    expect(layout.tactics.map((band) => band.tactic)).toEqual(["initial-access", "execution", "exfiltration"]);
  });
  it("does not let a cause borrow the tactic of its effect", () => {
    const layout = layoutStory({
      nodes: [node("mail"), node("zip", { tactic: "collection" }), node("alone")],
      edges: [edge("mail", "zip", 1)],
    });
    expect(layout.tactics.map((band) => band.tactic)).toEqual([UNTAGGED, "collection", undefined]);
  });
  it("never overlaps, never throws, gives the same picture twice (G1-G3)", () => {
    fc.assert(
      fc.property(arbitraryStory, (story) => {
        const { boxes, ...rest } = layoutStory(story);
        expect(boxes).toHaveLength(story.nodes.length);
        for (const [i, a] of boxes.entries()) {
          for (const b of boxes.slice(i + 1)) {
            expect(Math.abs(a.x - b.x) >= BOX_W || Math.abs(a.y - b.y) >= BOX_H).toBe(true);
          }
        }
        expect(layoutStory(story)).toEqual({ boxes, ...rest });
      }),
    );
  });
});

describe("neighbourOf", () => {
  it("moves to the nearest in the direction, and nowhere at the border", () => {
    const { boxes } = layoutStory({
      nodes: [node("a"), node("b"), node("c")],
      edges: [edge("a", "b", 1), edge("b", "c", 2)],
    });
    const [a] = boxes;
    expect(a && neighbourOf(boxes, a, "ArrowRight")?.node.id).toBe("b");
    expect(a && neighbourOf(boxes, a, "ArrowLeft")).toBeUndefined();
  });
});

describe("clusterStory", () => {
  const files = Array.from({ length: 12 }, (_, i) => node(`f${i}`, { kind: "file", flagged: i === 0 }));
  const story: Story = { nodes: [node("p"), ...files], edges: files.map((file, i) => edge("p", file.id, i, "wrote")) };

  it("folds a crowd of leaves, never a flagged one (C1, C3)", () => {
    const { nodes, crowds } = clusterStory(story, new Set());
    expect(nodes.map((shown) => shown.label)).toEqual(["p", "f0", "11 × file"]);
    expect([...crowds.values()][0]?.members).toHaveLength(11);
  });
  it("keeps every event on some edge (C2)", () => {
    const { edges } = clusterStory(story, new Set());
    expect(edges.flatMap((shown) => shown.events).sort()).toEqual(story.edges.flatMap((shown) => shown.events).sort());
  });
  it("opens a crowd when asked", () => {
    const [id = ""] = [...clusterStory(story, new Set()).crowds.keys()];
    expect(clusterStory(story, new Set([id])).nodes).toHaveLength(13);
  });
  it("folds by kind and tactic when there are too many", () => {
    const many = Array.from({ length: 400 }, (_, i) => node(`n${i}`));
    const chain = many.slice(1).map((to, i) => edge(`n${i}`, to.id, i));
    expect(clusterStory({ nodes: many, edges: chain }, new Set()).nodes).toHaveLength(1);
  });
});
