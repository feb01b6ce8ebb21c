import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { DataFile, SuiteInput } from "./suite.ts";
import { WEB_HTTPPARAMS } from "./web-httpparams.ts";
import { readPayloads } from "./web-rows.ts";

const fileOf = (path: string, text: string): DataFile => ({ path, bytes: async () => new TextEncoder().encode(text) });
const input = (files: readonly DataFile[], parts: Partial<SuiteInput> = {}): SuiteInput => ({
  ...{ path: "data", files, train: [], test: [], seed: 1, progress: () => undefined },
  ...parts,
});

describe("payload files", () => {
  it.each([
    [
      "with a head and quotes",
      '"payload","length","attack_type","label"\n"a ""b""","5","norm","norm"\n"\' or 1=1","8","sqli","anom"\n',
    ],
    ["without a head", 'a ""b"",5,norm,norm\n\' or 1=1,8,sqli,anom\n'.replaceAll('""', '"')],
    ["with other columns", 'id,label,payload,attack_type\n1,norm,"a ""b""",norm\n2,anom,\' or 1=1,SQLi\n'],
  ])("%s", async (_, text) => {
    const { rows, unread } = await readPayloads([fileOf("p.csv", text)]);
    expect(rows).toEqual([
      { payload: 'a "b"', kind: "norm" },
      { payload: "' or 1=1", kind: "sqli" },
    ]);
    expect(unread).toEqual([]);
  });

  it("of whole requests: path, query and body, by the names of the files", async () => {
    const normal = [
      "GET http://localhost:8080/shop/index.jsp HTTP/1.1\r\nUser-Agent: a\r\nHost: localhost:8080\r\nCookie: id=1\r\n\r\n",
      "POST http://localhost:8080/shop/add.jsp HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 20\r\n\r\nid=3&name=Vino+Rioja\r\n\r\n",
      "GET /shop/find?q=a b HTTP/1.1\r\nHost: x\r\n\r\n",
    ];
    const anomalous =
      "POST http://localhost:8080/shop/add.jsp?x=1 HTTP/1.1\nHost: x\n\nid=3%27+or+1=1\nsecond line\n\n\n";
    const { rows, unread } = await readPayloads([
      fileOf("csic/normalTrafficTraining.txt", normal.join("\r\n")),
      fileOf("csic/anomalousTrafficTest.txt", anomalous),
      fileOf("csic/traffic.txt", anomalous),
    ]);
    expect(rows).toEqual([
      { payload: "/shop/index.jsp", kind: "norm" },
      { payload: "/shop/add.jsp?id=3&name=Vino+Rioja", kind: "norm" },
      { payload: "/shop/find?q=a b", kind: "norm" },
      { payload: "/shop/add.jsp?x=1&id=3%27+or+1=1\nsecond line", kind: "attack-unnamed" },
    ]);
    expect(unread).toEqual([
      { where: "csic/traffic.txt", reason: "requests, and its name says neither normal nor anomalous" },
    ]);
  });

  it("names rows without a class", async () => {
    const { rows, unread } = await readPayloads([
      fileOf("p.csv", "payload,length,attack_type,label\na,1,norm,norm\nb\n"),
    ]);
    expect(rows.length).toBe(1);
    expect(unread).toEqual([{ where: "p.csv row 3", reason: "1 columns: no payload or no class" }]);
  });
});

const values = ["anna", "o'brien", "calle mayor 5", "28013", "j.smith@example.org", "red shoes", "4417123456789113"];
const attacks = (n: number): readonly string[] => [
  `${n}' or ${n}=${n}--`,
  `${n} union all select ${n},null#`,
  `1) and sleep(${n})`,
];
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => from + at)
    .flatMap((n) => [
      ...values.map((value) => `"${value} ${n}",1,norm,norm`),
      ...attacks(n).map((one) => `"${one}",1,sqli,anom`),
    ])
    .join("\n");

describe("web-httpparams", () => {
  it("keeps what stands in both parts out of the test, and says how many", async () => {
    const [train, test] = [lines(0, 40), `${lines(30, 60)}\n`];
    const outcome = await WEB_HTTPPARAMS.run(
      input([fileOf("payload_train.csv", train), fileOf("payload_test.csv", test)]),
    );
    expect(outcome.metrics).toMatchObject({ n: 200, duplicatesAcrossSplit: 100, nTrain: 400 });
    expect(outcome.metrics.accuracy).toBeGreaterThan(0.98);
    expect(outcome.by?.sqli?.recall).toBeGreaterThan(0.95);
  });

  it("deals whole requests anew where the authors' training part is all normal", async () => {
    const requests = (bad: boolean, from: number): string =>
      Array.from({ length: 120 }, (_, at) => from + at)
        .map(
          (n) =>
            `GET http://h:80/shop/item.jsp?id=${n}${bad ? attacks(n)[n % 3] : `&name=${values[n % 7]}`} HTTP/1.1\nHost: h\n\n`,
        )
        .join("\n");
    const files = [
      fileOf("normalTrafficTraining.txt", requests(false, 0)),
      fileOf("normalTrafficTest.txt", requests(false, 500)),
      fileOf("anomalousTrafficTest.txt", requests(true, 0)),
    ];
    const outcome = await WEB_HTTPPARAMS.run(input(files));
    expect(outcome.metrics).toMatchObject({ n: 120, nTrain: 240 });
    expect(outcome.metrics.auroc).toBeGreaterThan(0.99);
    expect(outcome.protocol).toContain("optimistic");
    await expect(WEB_HTTPPARAMS.run(input(files, { train: ["normalTrafficTraining.txt"] }))).rejects.toThrow(
      "one class",
    );
  });

  it("splits one file by seed, and refuses data without payloads", async () => {
    const one = fileOf("payload_full.csv", `payload,length,attack_type,label\n${lines(0, 60)}`);
    const outcome = await WEB_HTTPPARAMS.run(input([one]));
    expect(outcome.metrics.n).toBe(200);
    expect(outcome.protocol).toContain("optimistic");
    await expect(WEB_HTTPPARAMS.run(input([]))).rejects.toThrow("no .csv");
  });

  const data = join(import.meta.dirname, "../../../../../../shared/data/httpparams");
  const held = existsSync(data);
  it.skipIf(!held)(
    `on a part of the published data${held ? "" : " (../shared/data/httpparams is missing)"}`,
    async () => {
      const part = (name: string, every: number): DataFile => {
        const rows = gunzipSync(readFileSync(join(data, `${name}.csv.gz`)))
          .toString()
          .split("\n");
        return fileOf(`${name}.csv`, rows.filter((_, at) => at === 0 || at % every === 1).join("\n"));
      };
      const { metrics, unread } = await WEB_HTTPPARAMS.run(input([part("payload_train", 6), part("payload_test", 6)]));
      expect(unread).toEqual([]);
      expect(metrics.accuracy).toBeGreaterThan(0.995);
      expect(metrics.auroc).toBeGreaterThan(0.999);
    },
  );
});
