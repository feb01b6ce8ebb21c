/**
 * Runs programs on this machine, in a network namespace, or on another machine over ssh.
 * In: an argument vector and bytes for standard input. Out: exit code and output.
 *
 * X1. No shell on this side, ever: arguments are a vector.
 * X2. ssh hands its words to a remote shell, so every word that goes there consists of harmless characters only.
 * X3. Host keys are pinned; nothing is asked, nothing is learned. Passwords are never used.
 * X4. Output and time are bounded; a program that runs over is killed.
 * X5. "ssh did not get there" is never taken for an answer of the far side.
 */
import { spawn } from "node:child_process";
import type { SshConfig } from "@cordon/model/action-config";
import { AppError, messageOf } from "@cordon/model/error";
import type { Stop } from "@cordon/model/ports/runtime";

/** Rule sets and process lists are far smaller; more than this is not something we asked for. */
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024;
/** A local tool answers in milliseconds, a slow ssh in seconds. */
const TIMEOUT_MS = 30_000;
/** Exit code of ssh itself; none of the programs we run over it ends with this. */
const SSH_FAILED = 255;
const HARMLESS = /^[A-Za-z0-9_@%+=:,./-]+$/;

export interface Ran {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Runner {
  /** `ssh root@web01`, `netns x`, `local`: for plans and errors. */
  readonly where: string;
  run(argv: readonly string[], stop: Stop, stdin?: string): Promise<Ran>;
}

export interface Place {
  readonly netns?: string | undefined;
  readonly ssh?: SshConfig | undefined;
}

export function makeRunner({ netns, ssh }: Place): Runner {
  const inside = netns === undefined ? [] : ["ip", "netns", "exec", netns];
  if (ssh === undefined) {
    const where = netns === undefined ? "local" : `netns ${netns}`;
    return { where, run: (argv, stop, stdin) => execute([...inside, ...argv], stop, stdin) };
  }
  const sudo = ssh.sudo ? ["sudo", "-n"] : [];
  return {
    where: `ssh ${ssh.user}@${ssh.host}`,
    async run(argv, stop, stdin) {
      const ran = await execute([...sshWords(ssh), ...remoteWords([...sudo, ...inside, ...argv])], stop, stdin);
      if (ran.code !== SSH_FAILED) return ran;
      const text = `ssh ${ssh.user}@${ssh.host} port ${ssh.port} failed: ${ran.stderr.slice(0, 500) || "no reason given"}`;
      throw new AppError("command-failed", text, { retry: "later" });
    },
  };
}

export function sshWords(ssh: SshConfig): readonly string[] {
  const options = [
    ...[
      "BatchMode=yes",
      "StrictHostKeyChecking=yes",
      `UserKnownHostsFile=${ssh.knownHosts}`,
      "GlobalKnownHostsFile=none",
    ],
    ...["PasswordAuthentication=no", "KbdInteractiveAuthentication=no", "IdentitiesOnly=yes", "ForwardAgent=no"],
    ...["ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=2", "ControlPath=none"],
  ];
  const flags = options.flatMap((option) => ["-o", option]);
  return [
    "ssh",
    "-F",
    "none",
    ...flags,
    "-i",
    ssh.keyFile,
    "-p",
    String(ssh.port),
    "-l",
    ssh.user,
    "-T",
    "--",
    ssh.host,
  ];
}

/** X2. An empty word cannot be said over ssh without quoting, so it is refused too. */
export function remoteWords(argv: readonly string[]): readonly string[] {
  const bad = argv.find((word) => !HARMLESS.test(word));
  if (bad === undefined) return argv;
  throw new AppError(
    "command-failed",
    `refused to send a word over ssh that a shell could read: ${JSON.stringify(bad.slice(0, 80))}`,
  );
}

function execute(argv: readonly string[], stop: Stop, stdin = ""): Promise<Ran> {
  const [program, ...words] = argv;
  if (program === undefined) throw new AppError("command-failed", "no program to run");
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ["pipe", "pipe", "pipe"], shell: false, env: plainEnv() });
    const out: Buffer[] = [];
    let errors = "";
    let size = 0;
    const fail = (text: string): void => {
      done();
      child.kill("SIGKILL");
      reject(new AppError("command-failed", `${program}: ${text}`, { retry: "later" }));
    };
    const timer = setTimeout(() => fail(`no answer within ${TIMEOUT_MS} ms`), TIMEOUT_MS);
    const unsubscribe = stop.onStop(() => fail("stopped"));
    const done = (): void => {
      clearTimeout(timer);
      unsubscribe();
    };
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT_BYTES_MAX) fail(`more than ${OUTPUT_BYTES_MAX} bytes of output`);
      else out.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (errors.length < 4_096) errors += chunk.toString("utf8");
    });
    child.on("error", (error) => fail(messageOf(error)));
    // A program that ends before it has read everything is judged by its exit code.
    child.stdin.on("error", () => {});
    child.on("close", (code) => {
      done();
      resolve({ code: code ?? -1, stdout: Buffer.concat(out), stderr: errors.trim() });
    });
    child.stdin.end(stdin);
  });
}

/** Messages are compared and shown: one language, no colours, and no secrets of ours in a child's environment. */
const plainEnv = (): Record<string, string> => ({ PATH: SAFE_PATH, LC_ALL: "C", TZ: "UTC" });
const SAFE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export async function must(runner: Runner, argv: readonly string[], stop: Stop, stdin?: string): Promise<Buffer> {
  const ran = await runner.run(argv, stop, stdin);
  if (ran.code === 0) return ran.stdout;
  const text = `${argv[0]} (${runner.where}) ended with ${ran.code}: ${ran.stderr.slice(0, 500)}`;
  throw new AppError("command-failed", text, { retry: "later" });
}
