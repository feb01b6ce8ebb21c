import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeFileFeed } from "./file-feed.ts";
import { makeHttpFeed } from "./http-feed.ts";
import { makeImageFile } from "./image-file.ts";

const folder = mkdtempSync(join(tmpdir(), "cordon-intel-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a feed in a file", () => {
  it("is read once per change", async () => {
    const path = join(folder, "list.txt");
    writeFileSync(path, "a.example\n");
    const feed = makeFileFeed(path);
    const first = await feed.fetch(undefined, NEVER_STOP);
    expect(first).toMatchObject({ kind: "text", text: "a.example\n" });
    if (first.kind !== "text") return;
    expect(await feed.fetch(first.stamp, NEVER_STOP)).toEqual({ kind: "unchanged" });
    writeFileSync(path, "a.example\nb.example\n");
    expect(await feed.fetch(first.stamp, NEVER_STOP)).toMatchObject({ kind: "text", text: "a.example\nb.example\n" });
  });
  it("a large file comes in blocks, again from its beginning each time, characters whole", async () => {
    const path = join(folder, "large.txt");
    const text = `\ufeff${Array.from({ length: 300_000 }, (_, i) => `n${i}-\u00e4\u20ac.example`).join("\n")}`;
    writeFileSync(path, text);
    const answer = await makeFileFeed(path).fetch(undefined, NEVER_STOP);
    if (answer.kind !== "text" || typeof answer.text === "string") throw new Error("no blocks");
    expect([...answer.text].length).toBeGreaterThan(4);
    expect([...answer.text].join("") === text).toBe(true);
    for (const _block of answer.text) break; // who stops early leaves nothing open
    rmSync(path);
    expect(() => [...(answer.text as Iterable<string>)]).toThrow(/large\.txt/);
  });
  it("says which file it cannot read", async () => {
    const gone = makeFileFeed(join(folder, "gone.txt")).fetch(undefined, NEVER_STOP);
    await expect(gone).rejects.toMatchObject({ code: "feed-unreadable", message: expect.stringContaining("gone.txt") });
  });
});

describe("a feed behind an address", () => {
  let server: Server;
  let base = "";
  let seen: IncomingMessage["headers"][] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request.headers);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  });
  afterAll(() => void server.close());
  afterEach(() => {
    seen = [];
  });
  const feed = (
    more: { readonly allow?: readonly string[]; readonly bytesMax?: number; readonly timeoutMs?: number } = {},
  ) =>
    makeHttpFeed(
      {
        url: `${base}/list?key=secret`,
        allow: ["127.0.0.1"],
        token: "t0ken",
        bytesMax: 1_000,
        timeoutMs: 2_000,
        ...more,
      },
      { now: () => instant(5) },
    );

  it("asks whether it changed, with the token, and unzips", async () => {
    answer = (request, response) => {
      if (request.headers["if-none-match"] === '"v1"') return void response.writeHead(304).end();
      response.writeHead(200, { etag: '"v1"', "last-modified": "yesterday" }).end(gzipSync("a.example"));
    };
    const first = await feed().fetch(undefined, NEVER_STOP);
    expect(first).toEqual({
      kind: "text",
      text: "a.example",
      at: 5,
      stamp: { etag: '"v1"', lastModified: "yesterday" },
    });
    expect(await feed().fetch({ etag: '"v1"', lastModified: "yesterday" }, NEVER_STOP)).toEqual({ kind: "unchanged" });
    expect(seen[1]).toMatchObject({ authorization: "Bearer t0ken", "if-modified-since": "yesterday" });
    expect(feed().place).toBe(`${base}/list?***`);
  });

  it.each([
    ["an internal address that nobody allowed", { allow: [] }, () => {}, "internal address"],
    ["a long answer", {}, (_: IncomingMessage, to: ServerResponse) => void to.end("x".repeat(2_000)), "more than 1000"],
    ["a bomb", {}, (_: IncomingMessage, to: ServerResponse) => void to.end(gzipSync("x".repeat(100_000))), "larger"],
    ["an error", {}, (_: IncomingMessage, to: ServerResponse) => void to.writeHead(500).end(), "answered 500"],
    ["silence", { timeoutMs: 50 }, () => {}, "within 50 ms"],
    [
      "a redirect to an internal address",
      {},
      (_: IncomingMessage, to: ServerResponse) => void to.writeHead(302, { location: "http://169.254.169.254/" }).end(),
      "internal address",
    ],
    [
      "a circle of redirects",
      {},
      (_: IncomingMessage, to: ServerResponse) => void to.writeHead(302, { location: "/list" }).end(),
      "redirects",
    ],
    [
      "another protocol",
      {},
      (_: IncomingMessage, to: ServerResponse) => void to.writeHead(302, { location: "file:///etc/passwd" }).end(),
      "is not read",
    ],
  ])("refuses %s", async (_name, more, reply, reason) => {
    answer = reply;
    await expect(feed(more).fetch(undefined, NEVER_STOP)).rejects.toMatchObject({
      code: "feed-unreadable",
      message: expect.stringContaining(reason),
    });
  });

  it("keeps the token from another origin", async () => {
    answer = (request, response) => {
      if (request.headers.host?.startsWith("127.0.0.1") === true)
        response.writeHead(302, { location: base.replace("127.0.0.1", "localhost") }).end();
      else response.end("a.example");
    };
    const allow = ["127.0.0.1", "localhost"];
    expect(await feed({ allow }).fetch(undefined, NEVER_STOP)).toMatchObject({ text: "a.example" });
    expect(seen.map(({ authorization }) => authorization)).toEqual(["Bearer t0ken", undefined]);
  });
});

describe("the image on disk", () => {
  const at = join(folder, "images");
  const image = makeImageFile(at);
  const keep = async (rows: readonly number[], pieces: readonly (readonly number[])[]) => {
    const draft = await image.begin();
    for (const row of rows) await draft.append(Uint8Array.of(row));
    return draft.commit(pieces.map((piece) => Uint8Array.from(piece)));
  };

  it("is replaced as a whole, and the one before it stays", async () => {
    expect(await image.load()).toEqual([]);
    const first = await keep([7, 8, 9], [[1], [2]]);
    expect([...(await first.rows(1, 2))]).toEqual([8, 9]);
    await keep([], [[3]]);
    const there = await Promise.all((await image.load()).map((one) => one.image()));
    expect(there.map((bytes) => [...bytes])).toEqual([[3], [1, 2]]);
    // A list that somebody pages through goes on over an exchange.
    expect([...(await first.rows(0, 1))]).toEqual([7]);
    await keep([4], [[5]]);
    expect(readdirSync(at).sort()).toEqual(["table-2.img", "table-3.img"]);
    await expect(first.rows(0, 1)).rejects.toThrow();
  });

  it("that was given up leaves nothing", async () => {
    const before = readdirSync(at);
    const draft = await image.begin();
    await draft.append(Uint8Array.of(1));
    await draft.abandon();
    expect(readdirSync(at)).toEqual(before);
  });

  it("that is cut is refused", async () => {
    const newest = join(at, "table-4.img");
    writeFileSync(newest, readFileSync(join(at, "table-3.img")).subarray(0, 6));
    const [cut] = await image.load();
    await expect(cut?.image()).rejects.toThrow("cut");
    rmSync(newest);
  });
});
