import { spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { bodyText, makeCollector, makeTestStop, sourceCompliance, until } from "@cordon/testkit/source-compliance";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makeSyslogFramer } from "./frames.ts";
import { makeSyslogSource, type SyslogConfig } from "./syslog.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-syslog-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

async function start(wish: Partial<SyslogConfig> = {}, refuse?: () => boolean) {
  const collected = makeCollector(refuse);
  const stop = makeTestStop();
  let port = 0;
  const onListening = (bound: number) => {
    port = bound;
  };
  const config: SyslogConfig = { name: "syslog", protocol: "tcp", host: "127.0.0.1", port: 0, ...wish };
  const source = makeSyslogSource(config, { runtime: makeRuntime(), onListening });
  const running = source.run(collected.deliver, collected.fail, stop);
  await Promise.race([until(() => port > 0, "the source listens"), running]);
  return {
    ...collected,
    source,
    port,
    texts: () => collected.records.map(bodyText),
    sees: (count: number) => until(() => collected.records.length >= count, `${count} messages were seen`),
    async end() {
      stop.stop();
      await running;
    },
  };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}

for (const protocol of ["udp", "tcp"] as const) {
  sourceCompliance(`syslog ${protocol}`, async () => {
    let port = 0;
    const onListening = (bound: number) => {
      port = bound;
    };
    const config = { name: "syslog", protocol, host: "127.0.0.1", port: 0 };
    return {
      source: makeSyslogSource(config, { runtime: makeRuntime(), onListening }),
      async feed(bodies) {
        await until(() => port > 0, "the source listens");
        if (protocol === "tcp") (await dial(port)).end(bodies.map((body) => `${body}\n`).join(""));
        else {
          const socket = createSocket("udp4");
          for (const body of bodies) await new Promise((resolve) => socket.send(body, port, "127.0.0.1", resolve));
          socket.close();
        }
      },
      redelivers: true,
    };
  });
}

const FULL = "<34>1 2026-01-01T00:00:00Z host app - - - message";
const rows: readonly (readonly [string, string, readonly string[]])[] = [
  ["lines", "<1>a\r\n<2>b\n\n<3>c", ["<1>a", "<2>b", "<3>c"]],
  ["counted", `${FULL.length} ${FULL}5 <1>xy4 <2>z`, [FULL, "<1>xy", "<2>z"]],
  ["both on one connection", "5 <1>xy<2>line\n4 <3>z\n<4>end\n", ["<1>xy", "<2>line", "<3>z", "<4>end"]],
  ["counted with line breaks inside and after", "7 <1>a\nb\n\n4 <2>c", ["<1>a\nb", "<2>c"]],
  ["a text line that begins with a number", "12 monkeys\n2026-01-01 x\n7\n", ["12 monkeys", "2026-01-01 x", "7"]],
  ["a count too large to be one", "123456789 <1>x\n<2>y\n", ["123456789 <1>x", "<2>y"]],
  ["NUL between messages", "<1>a\n\0<2>b\n", ["<1>a", "<2>b"]],
];

describe("syslog framing", () => {
  for (const [name, input, expected] of rows) {
    it(`${name}, however it is cut`, () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 9 })), (pieces) => {
          const framer = makeSyslogFramer(1_000);
          const bytes = Buffer.from(input);
          const frames = [];
          let at = 0;
          for (const piece of [...pieces, bytes.length]) {
            frames.push(...framer.push(bytes.subarray(at, at + piece)));
            at += piece;
          }
          frames.push(...framer.end());
          expect(frames.map((frame) => Buffer.from(frame.bytes).toString())).toEqual(expected);
        }),
      );
    });
  }

  it("SF2: cuts a message over the limit, in both framings, and finds the next", () => {
    const framer = makeSyslogFramer(10);
    const long = `<1>${"x".repeat(50)}`;
    const frames = [...framer.push(Buffer.from(`${long}\n${long.length} ${long}4 <2>z`)), ...framer.end()];
    expect(frames.map((frame) => frame.meta?.cut)).toEqual(["kept 10 of 53 bytes", "kept 10 of 53 bytes", undefined]);
    expect(frames.map((frame) => frame.bytes.length)).toEqual([10, 10, 4]);
  });

  it("says when a counted message ends too early", () => {
    const framer = makeSyslogFramer(100);
    framer.push(Buffer.from("20 <1>short"));
    expect(framer.end()[0]?.meta?.broken).toContain("12 bytes before");
  });
});

describe("syslog", () => {
  it("keeps an unfinished last line when the peer hangs up", async () => {
    const syslog = await start();
    (await dial(syslog.port)).end("<1>a\n<2>no line end");
    await syslog.sees(2);
    expect(syslog.texts()).toEqual(["<1>a", "<2>no line end"]);
    expect(syslog.records[0]?.input).toBe("127.0.0.1");
    await syslog.end();
  });

  it("SY1: while the spool refuses, TCP loses nothing", async () => {
    let open = false;
    const syslog = await start({}, () => !open);
    const socket = await dial(syslog.port);
    const count = 20_000;
    const sent = Array.from({ length: count }, (_, n) => `<1>message ${n}\n`).join("");
    socket.end(sent);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(syslog.records.length).toBe(0);
    open = true;
    await syslog.sees(count);
    expect(new Set(syslog.texts()).size).toBe(count);
    await syslog.end();
  });

  it("SY3: a message that never ends is kept and its connection closed; an idle connection stays", async () => {
    const syslog = await start({ messageMs: 100 });
    const idle = await dial(syslog.port);
    const slow = await dial(syslog.port);
    const closed = new Promise((resolve) => slow.once("close", resolve));
    const drip = setInterval(() => slow.write("x"), 20);
    await closed;
    clearInterval(drip);
    await syslog.sees(1);
    expect(syslog.texts()[0]).toMatch(/^x+$/);
    idle.end("<1>still here\n");
    await syslog.sees(2);
    await syslog.end();
  });

  it("SY3: refuses connections over the limit, counted, and makes room when one is silent for long", async () => {
    const syslog = await start({ connectionsMax: 1, messageMs: 150 });
    const first = await dial(syslog.port);
    first.write("<1>a\n");
    await syslog.sees(1);
    await dial(syslog.port);
    await until(() => syslog.source.counters().refused === 1, "the second was refused");
    await new Promise((resolve) => setTimeout(resolve, 200));
    (await dial(syslog.port)).write("<2>b\n");
    await syslog.sees(2);
    await syslog.end();
  });

  it("a port in use is named", async () => {
    const first = await start();
    await expect(start({ port: first.port })).rejects.toMatchObject({ code: "port-in-use" });
    await first.end();
  });

  it.skipIf(!has("openssl"))(
    "receives within TLS, and survives peers that speak none (skipped: openssl is absent)",
    async () => {
      const [keyPath, certPath] = [join(root, "key.pem"), join(root, "cert.pem")];
      const make = `openssl req -x509 -newkey rsa:2048 -nodes -keyout ${keyPath} -out ${certPath} -days 2 -subj /CN=localhost`;
      expect(spawnSync("sh", ["-c", make]).status).toBe(0);
      const syslog = await start({ protocol: "tls", keyPath, certPath });
      (await dial(syslog.port)).end("plain text\n");
      const socket = connectTls({ port: syslog.port, host: "127.0.0.1", rejectUnauthorized: false });
      await new Promise((resolve) => socket.once("secureConnect", resolve));
      socket.end("<1>secret\n");
      await syslog.sees(1);
      expect(syslog.texts()).toEqual(["<1>secret"]);
      await syslog.end();
    },
  );

  const logger = [
    "--udp --rfc3164",
    "--udp --rfc5424",
    "--tcp --rfc3164",
    "--tcp --rfc5424",
    "--tcp --rfc5424 --octet-count",
  ];
  for (const flags of logger) {
    it.skipIf(!has("logger"))(`takes what logger ${flags} sends (skipped: util-linux logger is absent)`, async () => {
      const syslog = await start({ protocol: flags.includes("--udp") ? "udp" : "tcp" });
      const send = `for n in 1 2 3; do logger ${flags} --server 127.0.0.1 --port ${syslog.port} --tag app "hello $n"; done`;
      const child = spawn("sh", ["-c", send]);
      await new Promise((resolve) => child.once("close", resolve));
      await syslog.sees(3);
      for (const [index, text] of syslog
        .texts()
        .sort((a, b) => a.slice(-1).localeCompare(b.slice(-1)))
        .entries()) {
        expect(text).toMatch(/^<13>/);
        expect(text.endsWith(`hello ${index + 1}`)).toBe(true);
      }
      await syslog.end();
    });
  }

  for (const framing of ["octet-counted", "traditional"]) {
    it.skipIf(!has("rsyslogd"))(`takes what rsyslog sends, ${framing} (skipped: rsyslogd is absent)`, async () => {
      const syslog = await start();
      const dir = mkdtempSync(join(root, "rsyslog-"));
      const input = join(dir, "in.log");
      writeFileSync(input, "");
      const lines = [
        'module(load="imfile")',
        `global(workDirectory="${dir}")`,
        `input(type="imfile" File="${input}" Tag="app:")`,
        `action(type="omfwd" Target="127.0.0.1" Port="${syslog.port}" Protocol="tcp" TCP_Framing="${framing}" Template="RSYSLOG_SyslogProtocol23Format")`,
      ];
      writeFileSync(join(dir, "rsyslog.conf"), `${lines.join("\n")}\n`);
      const run = `exec rsyslogd -n -f ${join(dir, "rsyslog.conf")} -i ${join(dir, "pid")}`;
      const child = spawn("sh", ["-c", run], { stdio: "ignore" });
      try {
        appendFileSync(input, "first line\nsecond line\n");
        await until(() => syslog.texts().some((text) => text.endsWith("second line")), "rsyslog forwarded", 20_000);
        const ours = syslog.texts().filter((text) => text.includes(" line"));
        expect(ours.every((text) => /^<\d+>1 /.test(text))).toBe(true);
        expect(ours.length).toBe(2);
      } finally {
        const gone = new Promise((resolve) => child.once("close", resolve));
        child.kill("SIGTERM");
        await gone;
        await syslog.end();
      }
    });
  }
});
