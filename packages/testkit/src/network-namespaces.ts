/**
 * Two network namespaces joined by a cable: a host to be contained and a peer that tries to talk to it.
 * In: nothing. Out: names, addresses, a TCP probe. Needs root; `whyNoNetns` says what is missing.
 */
import { spawn, spawnSync } from "node:child_process";

export interface TwoNamespaces {
  readonly host: string;
  readonly peer: string;
  readonly hostAddress: { readonly v4: string; readonly v6: string };
  readonly peerAddress: { readonly v4: string; readonly v6: string };
  /** A second address of the peer, for the management path. */
  readonly managementAddress: string;
  /** True when a TCP connection from the peer reaches a listener on the host within a second. */
  connect(to: "v4" | "v6", from?: string): Promise<boolean>;
  /** Opens one connection from the peer and keeps it; `alive` says whether bytes still come back over it. */
  open(to: "v4" | "v6"): Promise<{ alive(): Promise<boolean>; close(): void }>;
  close(): void;
}

export function whyNoNetns(): string | undefined {
  if (process.platform !== "linux") return "not Linux";
  if (process.getuid?.() !== 0) return "not root";
  if (spawnSync("nft", ["--version"]).status !== 0) return "nft is not installed";
  const name = `cordon-try-${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name]).status === 0;
  spawnSync("ip", ["netns", "del", name]);
  return made ? undefined : "network namespaces cannot be made here";
}

function ip(...words: readonly string[]): void {
  const ran = spawnSync("ip", [...words], { encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`ip ${words.join(" ")}: ${ran.stderr}`);
}

let made = 0;

export async function makeTwoNamespaces(): Promise<TwoNamespaces> {
  made += 1;
  const id = `${process.pid % 100_000}-${made}`;
  const [host, peer] = [`cordon-h-${id}`, `cordon-p-${id}`];
  // Names of interfaces are short; they live in the namespaces, so they cannot clash with others'.
  ip("netns", "add", host);
  ip("netns", "add", peer);
  ip("-n", host, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", peer);
  for (const [space, last] of [
    [host, 1],
    [peer, 2],
  ] as const) {
    ip("-n", space, "addr", "add", `198.51.100.${last}/24`, "dev", "eth0");
    ip("-n", space, "addr", "add", `2001:db8:77::${last}/64`, "dev", "eth0", "nodad");
    ip("-n", space, "link", "set", "lo", "up");
    ip("-n", space, "link", "set", "eth0", "up");
  }
  ip("-n", peer, "addr", "add", "198.51.100.3/24", "dev", "eth0");
  const listener = await listen(host);
  return {
    ...{ host, peer, managementAddress: "198.51.100.3" },
    hostAddress: { v4: "198.51.100.1", v6: "2001:db8:77::1" },
    peerAddress: { v4: "198.51.100.2", v6: "2001:db8:77::2" },
    connect: (to, from) => connect(peer, to === "v4" ? "198.51.100.1" : "2001:db8:77::1", from),
    open: (to) => keep(peer, to === "v4" ? "198.51.100.1" : "2001:db8:77::1"),
    close() {
      listener.kill("SIGKILL");
      spawnSync("ip", ["netns", "del", host]);
      spawnSync("ip", ["netns", "del", peer]);
    },
  };
}

const PORT = 7_777;
const LISTEN = `require("node:net").createServer((s)=>{s.on("error",()=>{});s.write("hello");s.pipe(s)}).listen(${PORT},"::",()=>console.log("ready"))`;

function listen(space: string) {
  const child = spawn("ip", ["netns", "exec", space, process.execPath, "-e", LISTEN], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise<typeof child>((resolve, reject) => {
    child.stdout.once("data", () => resolve(child));
    child.once("exit", (code) => reject(new Error(`the listener ended with ${code}`)));
  });
}

function connect(space: string, address: string, from: string | undefined): Promise<boolean> {
  const local = from === undefined ? "" : `,localAddress:${JSON.stringify(from)}`;
  const code = `const s=require("node:net").connect({port:${PORT},host:${JSON.stringify(address)}${local}});
    s.setTimeout(1000,()=>process.exit(1));s.on("error",()=>process.exit(1));s.on("data",()=>process.exit(0));`;
  return new Promise((resolve) => {
    const child = spawn("ip", ["netns", "exec", space, process.execPath, "-e", code], { stdio: "ignore" });
    child.once("exit", (status) => resolve(status === 0));
  });
}

/** Answers `yes` or `no` to each line it is given: did an echo come back within half a second? */
const KEEP = (
  address: string,
): string => `const s=require("node:net").connect({port:${PORT},host:${JSON.stringify(address)}});
  let heard=()=>{};s.on("error",()=>{});s.once("data",()=>{s.on("data",()=>heard(true));console.log("open");});
  process.stdin.on("data",()=>{const t=setTimeout(()=>heard(false),500);heard=(ok)=>{clearTimeout(t);heard=()=>{};console.log(ok?"yes":"no")};s.write("x")});`;

async function keep(space: string, address: string) {
  const child = spawn("ip", ["netns", "exec", space, process.execPath, "-e", KEEP(address)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const line = () =>
    new Promise<string>((resolve) => child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim())));
  await line();
  return {
    async alive() {
      const answer = line();
      child.stdin.write("\n");
      return (await answer) === "yes";
    },
    close: () => void child.kill("SIGKILL"),
  };
}
