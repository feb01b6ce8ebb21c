/**
 * A real sshd of a test's own: its own host key, its own authorised key, reachable on a loopback port.
 * In: optionally a network namespace that its sessions run in. Out: what an actuator needs to reach it, and ways to
 * break the line. One sshd per connection (`sshd -i`), so that the line in between belongs to the test.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SshConfig } from "@cordon/model/action-config";

/**
 * up: as it should be. hang: accepts and says nothing. closed: hangs up at once.
 * lost: does what it is told and dies before it can say so.
 */
export type Line = "up" | "hang" | "closed" | "lost";

export interface SshServer {
  readonly ssh: SshConfig;
  /** A key that nobody has authorised. */
  readonly strangerKey: string;
  /** A `known_hosts` that knows another key for this server. */
  readonly otherHosts: string;
  /** A `known_hosts` that knows nobody. */
  readonly noHosts: string;
  /** How the line behaves for connections from now on; a function is asked with the number of the connection, from 1. */
  set(line: Line | ((connection: number) => Line)): void;
  /** Connections since the last `set`. */
  connections(): number;
  /** Does the authorised key let this account in? */
  login(user: string): Promise<boolean>;
  close(): Promise<void>;
}

const SSHD = "/usr/sbin/sshd";

export function whyNoSshd(): string | undefined {
  if (process.platform !== "linux") return "not Linux";
  if (process.getuid?.() !== 0) return "not root";
  if (!existsSync(SSHD)) return "sshd is not installed (package openssh-server)";
  return spawnSync("ssh", ["-V"]).status === 0 ? undefined : "ssh is not installed (package openssh-client)";
}

function makeKey(folder: string, name: string): string {
  const path = join(folder, name);
  const made = spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr}`);
  return path;
}

const publicKey = (path: string): string => readFileSync(`${path}.pub`, "utf8").split(" ").slice(0, 2).join(" ");

function writeConfig(folder: string, name: string, more: readonly string[]): string {
  const path = join(folder, name);
  const lines = [
    ...[`HostKey ${join(folder, "host")}`, `AuthorizedKeysFile ${join(folder, "authorized_keys")}`],
    ...["PidFile none", "StrictModes no", "UsePAM no"],
    ...["PermitRootLogin prohibit-password", "PasswordAuthentication no", "KbdInteractiveAuthentication no"],
    ...["PubkeyAuthentication yes", "AllowTcpForwarding no", "X11Forwarding no", "PrintMotd no"],
    ...more,
  ];
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

export async function makeSshServer(netns?: string): Promise<SshServer> {
  const folder = mkdtempSync(join(tmpdir(), "cordon-ssh-"));
  // An account of the test reads the authorised keys as itself.
  chmodSync(folder, 0o711);
  // Where sshd goes to be nobody; the package makes it when its service starts, which it need not have done.
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const [hostKey, otherKey, keyFile, strangerKey] = [
    makeKey(folder, "host"),
    makeKey(folder, "other"),
    makeKey(folder, "user"),
    makeKey(folder, "stranger"),
  ];
  writeFileSync(join(folder, "authorized_keys"), `${publicKey(keyFile)}\n`, { mode: 0o644 });
  const inside = netns === undefined ? [] : ["ip", "netns", "exec", netns];
  const command = (config: string) => [...inside, SSHD, "-i", "-e", "-f", config];
  const line = await openLine({
    up: command(writeConfig(folder, "sshd_config", [])),
    // The user's shell runs this: the order itself, then the end of the process that would report on it.
    lost: command(
      writeConfig(folder, "lost_config", [`ForceCommand /bin/sh -c "$SSH_ORIGINAL_COMMAND"; kill -KILL $PPID`]),
    ),
  });
  const hostsFile = (name: string, key: string | undefined): string => {
    const path = join(folder, name);
    writeFileSync(path, key === undefined ? "" : `[127.0.0.1]:${line.port} ${publicKey(key)}\n`);
    return path;
  };
  const knownHosts = hostsFile("known_hosts", hostKey);
  const ssh: SshConfig = { host: "127.0.0.1", port: line.port, user: "root", keyFile, knownHosts, sudo: false };
  return {
    ...{ ssh, strangerKey, otherHosts: hostsFile("other_hosts", otherKey), noHosts: hostsFile("no_hosts", undefined) },
    ...{ set: line.set, connections: line.connections, login: (user) => login(ssh, user) },
    async close() {
      await line.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function login(ssh: SshConfig, user: string): Promise<boolean> {
  const options = [
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${ssh.knownHosts}`,
    "IdentitiesOnly=yes",
  ];
  const flags = options.flatMap((option) => ["-o", option]);
  const words = ["-F", "none", ...flags, "-i", ssh.keyFile, "-p", String(ssh.port), `${user}@${ssh.host}`, "true"];
  return new Promise((resolve) => {
    spawn("ssh", words, { stdio: "ignore" }).once("exit", (code) => resolve(code === 0));
  });
}

interface OpenLine {
  readonly port: number;
  set(line: Line | ((connection: number) => Line)): void;
  connections(): number;
  close(): Promise<void>;
}

async function openLine(commands: Readonly<Record<"up" | "lost", readonly string[]>>): Promise<OpenLine> {
  let choose: (connection: number) => Line = () => "up";
  let count = 0;
  const open = new Set<Socket>();
  const children = new Set<ChildProcess>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    count += 1;
    const line = choose(count);
    if (line === "hang") return;
    if (line === "closed") return void socket.destroy();
    const child = answer(socket, commands[line]);
    children.add(child);
    child.once("exit", () => children.delete(child));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    set(line) {
      choose = typeof line === "function" ? line : () => line;
      count = 0;
    },
    connections: () => count,
    async close() {
      for (const socket of open) socket.destroy();
      for (const child of children) child.kill("SIGKILL");
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The connection itself becomes the standard input and output of sshd, as inetd would do it. */
function answer(socket: Socket, [program = "", ...words]: readonly string[]): ChildProcess {
  const child = spawn(program, words, { stdio: [socket, socket, "ignore"] });
  // Ours is a copy: with it open the other side would never see the end.
  socket.destroy();
  return child;
}
