/**
 * Receives syslog: UDP, TCP, and TCP within TLS.
 * In: datagrams and connections. Out: raw records of format `syslog`, `input` = the peer's address.
 *
 * SY1. No acknowledgement exists in the protocol: best effort. TCP slows the sender down while the spool is slow (we stop
 *      reading); UDP drops what does not fit into `UDP_QUEUE_BYTES_MAX`, counts it and reports it through `fail`.
 * SY2. A message over `messageBytesMax` is cut and says so.
 * SY3. A connection whose message is not finished within `messageMs` is closed and what came is kept; when all
 *      `connectionsMax` are taken, the one that is silent longest makes room if it is silent for `messageMs`.
 * SY4. One peer's garbage or reset never ends another's connection or the source.
 */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { readFile } from "node:fs/promises";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { AppError, messageOf } from "@cordon/model/error";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import type { Deliver, InputFailure, Source } from "@cordon/model/ports/source";
import { Untrusted } from "@cordon/model/untrusted";
import { makeDelivery } from "../delivery.ts";
import { type AuditGroups, makeAuditGroups } from "../framing/audit-groups.ts";
import { cutRemark, type Frame, isBlank } from "../framing/frame.ts";
import { type IdOf, makeIdOf } from "../record-id.ts";
import { makeSyslogFramer, withoutEnd } from "./frames.ts";

export interface SyslogConfig {
  readonly name: string;
  readonly protocol: "udp" | "tcp" | "tls";
  readonly host: string;
  /** 0: any free port, told through `onListening`. */
  readonly port: number;
  /** PEM files, for `tls`. */
  readonly certPath?: string;
  readonly keyPath?: string;
  readonly messageBytesMax?: number;
  readonly connectionsMax?: number;
  readonly messageMs?: number;
}

export interface SyslogParts {
  readonly runtime: Runtime;
  readonly onListening?: (port: number) => void;
}

export interface SyslogCounters {
  readonly received: number;
  readonly dropped: number;
  readonly connections: number;
  readonly refused: number;
}

export interface SyslogSource extends Source {
  counters(): SyslogCounters;
}

const MESSAGE_BYTES_MAX = 64 * 1024;
/** A connection costs a descriptor and some buffers: 512 stay below the usual 1024 of a process. */
const CONNECTIONS_MAX = 512;
const MESSAGE_MS = 10_000;
/** About a tenth of a second of a flood; more only delays the loss. */
const UDP_QUEUE_BYTES_MAX = 8 * 2 ** 20;
/** Asked of the kernel, which grants what its own limit allows. */
const UDP_KERNEL_BYTES = 4 * 2 ** 20;
const DROP_REPORT_MS = 10_000;

interface Running {
  readonly config: SyslogConfig;
  readonly runtime: Runtime;
  readonly deliver: Deliver;
  readonly fail: (failure: InputFailure) => void;
  readonly stop: Stop;
  readonly count: { received: number; dropped: number; connections: number; refused: number };
  readonly onListening: (port: number) => void;
}

export function makeSyslogSource(config: SyslogConfig, parts: SyslogParts): SyslogSource {
  const count = { received: 0, dropped: 0, connections: 0, refused: 0 };
  return {
    name: config.name,
    counters: () => ({ ...count }),
    async run(deliver, fail, stop) {
      const { runtime } = parts;
      const running = { config, runtime, deliver, fail, stop, count, onListening: parts.onListening ?? (() => {}) };
      await (config.protocol === "udp" ? runUdp(running) : runStream(running));
    },
  };
}

async function runUdp(running: Running): Promise<void> {
  const { config, runtime, count, stop } = running;
  const socket = createSocket({ type: config.host.includes(":") ? "udp6" : "udp4", recvBufferSize: UDP_KERNEL_BYTES });
  const queue: { readonly bytes: Uint8Array; readonly peer: string; readonly length: number }[] = [];
  let queuedBytes = 0;
  let wake = () => {};
  const messageBytesMax = config.messageBytesMax ?? MESSAGE_BYTES_MAX;
  socket.on("message", (bytes: Buffer, from: RemoteInfo) => {
    count.received += 1;
    if (queuedBytes + bytes.length > UDP_QUEUE_BYTES_MAX) {
      count.dropped += 1;
      return;
    }
    queuedBytes += bytes.length;
    queue.push({ bytes: bytes.subarray(0, messageBytesMax), peer: from.address, length: bytes.length });
    wake();
  });
  await listening(socket, config, () => socket.bind(config.port, config.host));
  running.onListening(socket.address().port);
  const idOf = makeIdOf("syslog", config.name, runtime.id());
  const delivery = makeDelivery({ deliver: running.deliver, runtime, stop });
  const reports = reportDrops(running);
  stop.onStop(() => wake());
  let number = 0;
  try {
    while (!stop.stopped || queue.length > 0) {
      if (queue.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const groups = new Map<string, AuditGroups>();
      const give = async (peer: string, frames: readonly Frame[]): Promise<void> => {
        for (const frame of frames) await delivery.add(recordOf(running, { frame, peer, idOf }));
      };
      for (const { bytes, peer, length } of queue.splice(0)) {
        const body = withoutEnd(bytes);
        queuedBytes -= length;
        if (isBlank(body)) continue;
        number += 1;
        const cut = length > bytes.length ? { meta: { cut: cutRemark(bytes.length, length) } } : {};
        const frame: Frame = { bytes: body, offset: number, position: number, format: "syslog", ...cut };
        const ofPeer = groups.get(peer) ?? makeAuditGroups();
        groups.set(peer, ofPeer);
        await give(peer, ofPeer.take(frame));
      }
      for (const [peer, ofPeer] of groups) await give(peer, ofPeer.flush());
      await delivery.offer();
    }
    await delivery.flush();
  } catch (error) {
    if (!isStopped(error)) throw error;
  } finally {
    socket.close();
    await reports;
  }
}

async function reportDrops({ runtime, stop, count, fail, config }: Running): Promise<void> {
  let told = 0;
  while (!stop.stopped) {
    await runtime.sleep(DROP_REPORT_MS, stop);
    if (count.dropped === told) continue;
    fail({
      input: `${config.host}:${config.port}/udp`,
      reason: `${count.dropped - told} datagrams dropped: the spool is too slow`,
    });
    told = count.dropped;
  }
}

async function runStream(running: Running): Promise<void> {
  const { config, stop, count } = running;
  const peers = new Map<Socket, Peer>();
  const tasks = new Set<Promise<void>>();
  const accept = (socket: Socket): void => {
    // A reset before anyone reads would otherwise end the process.
    socket.on("error", () => {});
    if (peers.size >= (config.connectionsMax ?? CONNECTIONS_MAX) && !makeRoom(peers, running)) {
      count.refused += 1;
      socket.destroy();
      return;
    }
    count.connections += 1;
    const peer = { lastAt: running.runtime.now(), startedAt: undefined };
    peers.set(socket, peer);
    const task = serve(socket, peer, running)
      .catch((error: unknown) => {
        if (!isStopped(error)) running.fail({ input: addressOf(socket), reason: messageOf(error) });
      })
      .finally(() => {
        socket.destroy();
        peers.delete(socket);
        tasks.delete(task);
      });
    tasks.add(task);
  };
  const server = await openServer(config, accept);
  await listening(server, config, () => server.listen(config.port, config.host));
  const address = server.address();
  running.onListening(typeof address === "object" && address !== null ? address.port : config.port);
  try {
    while (!stop.stopped) {
      await running.runtime.sleep(Math.min(1_000, messageMs(config)), stop);
      closeSlow(peers, running);
    }
  } finally {
    server.close();
    for (const socket of peers.keys()) socket.destroy();
    await Promise.all(tasks);
  }
}

interface Peer {
  lastAt: number;
  /** When the message that is not finished yet began. */
  startedAt: number | undefined;
}

const messageMs = (config: SyslogConfig): number => config.messageMs ?? MESSAGE_MS;

function closeSlow(peers: ReadonlyMap<Socket, Peer>, { runtime, config }: Running): void {
  const oldest = runtime.now() - messageMs(config);
  for (const [socket, peer] of peers) if (peer.startedAt !== undefined && peer.startedAt < oldest) socket.destroy();
}

function makeRoom(peers: ReadonlyMap<Socket, Peer>, { runtime, config }: Running): boolean {
  const [longest] = [...peers].sort(([, a], [, b]) => a.lastAt - b.lastAt);
  if (longest === undefined || runtime.now() - longest[1].lastAt < messageMs(config)) return false;
  longest[0].destroy();
  return true;
}

async function serve(socket: Socket, peer: Peer, running: Running): Promise<void> {
  const { config, runtime, deliver, stop } = running;
  const from = addressOf(socket);
  const framer = makeSyslogFramer(config.messageBytesMax ?? MESSAGE_BYTES_MAX);
  const idOf = makeIdOf("syslog", config.name, runtime.id());
  const delivery = makeDelivery({ deliver, runtime, stop });
  const groups = makeAuditGroups();
  const give = async (frames: readonly Frame[]): Promise<void> => {
    running.count.received += frames.length;
    // Lines of one audit event are sent in one go: what came together is looked at together, nothing is held back.
    const all = [...frames.flatMap(groups.take), ...groups.flush()];
    for (const frame of all) await delivery.add(recordOf(running, { frame, peer: from, idOf }));
    await delivery.offer();
  };
  socket.setKeepAlive(true);
  try {
    // The iterator reads on only when asked: a slow spool fills the TCP window and the sender waits (SY1).
    for await (const chunk of socket) {
      const frames = framer.push(chunk);
      peer.lastAt = runtime.now();
      const goesOn = framer.unfinished && frames.length === 0 ? peer.startedAt : undefined;
      // Waiting for the spool is our slowness, not the peer's: the clock runs only while we read.
      peer.startedAt = undefined;
      await give(frames);
      peer.startedAt = framer.unfinished ? (goesOn ?? runtime.now()) : undefined;
    }
  } catch (error) {
    if (!isConnectionError(error)) throw error;
  }
  await give(framer.end());
  await delivery.flush();
}

function recordOf(running: Running, one: { readonly frame: Frame; readonly peer: string; readonly idOf: IdOf }) {
  const { frame, peer, idOf } = one;
  return {
    id: idOf(frame.offset, frame.bytes),
    source: running.config.name,
    input: peer,
    format: frame.format,
    position: frame.position,
    receivedAt: running.runtime.now(),
    body: new Untrusted(frame.bytes),
    // Of a message without a host name its sender is all that is known; this machine's own programs name it.
    ...(isLocal(peer) ? frame.meta && { meta: frame.meta } : { meta: { host: peer, ...frame.meta } }),
  };
}

const isLocal = (peer: string): boolean => peer === "unknown" || /^(?:127\.|::1$|::ffff:127\.)/.test(peer);

async function openServer(config: SyslogConfig, accept: (socket: Socket) => void): Promise<Server> {
  if (config.protocol !== "tls") return createTcpServer(accept);
  const { certPath, keyPath } = config;
  if (certPath === undefined || keyPath === undefined) {
    throw new AppError("bad-config", `syslog source ${config.name}: tls needs certPath and keyPath`);
  }
  const [cert, key] = await Promise.all([readFile(certPath), readFile(keyPath)]);
  const server = createTlsServer({ cert, key, handshakeTimeout: messageMs(config) }, accept);
  // A failed handshake concerns that peer only (SY4).
  server.on("tlsClientError", () => {});
  return server;
}

function listening(socket: UdpSocket | Server, config: SyslogConfig, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const where = `${config.host}:${config.port}/${config.protocol}`;
    const failed = (error: NodeJS.ErrnoException): void => {
      const busy = error.code === "EADDRINUSE";
      const fix = busy
        ? "stop the other program or choose another port"
        : "choose an address of this machine and a port from 1024 up";
      const code = busy ? "port-in-use" : "port-refused";
      reject(
        new AppError(code, `syslog source ${config.name} cannot listen on ${where}: ${error.message}`, {
          cause: error,
          fix,
        }),
      );
    };
    socket.once("error", failed);
    socket.once("listening", () => {
      socket.off("error", failed);
      socket.on("error", () => {});
      resolve();
    });
    start();
  });
}

const addressOf = (socket: Socket): string => socket.remoteAddress ?? "unknown";
const isStopped = (error: unknown): boolean => error instanceof AppError && error.code === "stopped";
/** ECONNRESET, EPIPE, ERR_STREAM_PREMATURE_CLOSE, TLS alerts: the peer or we ended it; what came before counts. */
const isConnectionError = (error: unknown): boolean =>
  error instanceof Error && "code" in error && !(error instanceof AppError);
