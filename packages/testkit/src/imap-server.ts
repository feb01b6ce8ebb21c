/**
 * A real IMAP server of a test's own: Dovecot with its own certificate, its own mailboxes and a master user, on a loopback
 * port. In: mailboxes. Out: what a client needs to reach it, ways to put and look at mails, stop and start again.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ImapServer {
  readonly host: string;
  readonly port: number;
  /** The server's own certificate, PEM. */
  readonly ca: string;
  readonly password: string;
  /** Log-in of the master user for a mailbox: `{mailbox}*master`. */
  readonly masterUser: string;
  /** Delivers into a folder; `INBOX` unless said. */
  put(mailbox: string, mail: string, folder?: string): void;
  /** Mails in each folder, by Message-ID. */
  folders(mailbox: string): Readonly<Record<string, readonly string[]>>;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const DOVECOT = "/usr/sbin/dovecot";
const OPENSSL = "/usr/bin/openssl";
const START_MS = 15_000;
/** Uids below Dovecot's first_valid_uid are refused: a mail user of the test's own is nobody. */
const MAIL_UID = 65_534;

export function whyNoImapServer(): string | undefined {
  if (process.platform !== "linux") return "not Linux";
  if (process.getuid?.() !== 0) return "not root";
  if (!existsSync(DOVECOT)) return "Dovecot is not installed (package dovecot-imapd)";
  return existsSync(OPENSSL) ? undefined : "openssl is not installed";
}

export async function makeImapServer(mailboxes: readonly string[]): Promise<ImapServer> {
  const root = mkdtempSync(join(tmpdir(), "cordon-imap-"));
  chmodSync(root, 0o755);
  const at = (...parts: readonly string[]): string => join(root, ...parts);
  certify(root);
  const port = await freePort();
  const password = "test-password";
  const homes = at("mail");
  mkdirSync(homes, { mode: 0o755 });
  chownSync(homes, MAIL_UID, MAIL_UID);
  writeFileSync(at("users"), `${mailboxes.map((name) => `${name}:{PLAIN}${password}::::::`).join("\n")}\n`);
  writeFileSync(at("masters"), `master:{PLAIN}${password}\n`);
  writeFileSync(at("dovecot.conf"), settings(root, port));
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once("exit", resolve));
    // The whole group: a log-in that is open would otherwise be served on by its own process.
    if (running.pid !== undefined) process.kill(-running.pid, "SIGKILL");
    await gone;
  };
  const start = async (): Promise<void> => {
    // Left by a killed one.
    rmSync(at("run", "master.pid"), { force: true });
    child = spawn(DOVECOT, ["-F", "-c", at("dovecot.conf")], { stdio: "ignore", detached: true });
    await answers(port, () => (existsSync(at("log")) ? readFileSync(at("log"), "utf8") : ""));
  };
  await start();
  let serial = 0;
  return {
    ...{ host: "127.0.0.1", port, password, masterUser: "{mailbox}*master" },
    ca: readFileSync(at("cert.pem"), "utf8"),
    put(mailbox, mail, folder = "INBOX") {
      serial += 1;
      const dir = maildir(at("mail", mailbox), folder);
      for (const part of ["new", "cur", "tmp"]) owned(join(dir, part));
      const path = join(dir, "new", `${Math.floor(Date.now() / 1_000)}.${process.pid}_${serial}.test`);
      writeFileSync(path, mail.replace(/\r\n/g, "\n"));
      chownSync(path, MAIL_UID, MAIL_UID);
    },
    folders(mailbox) {
      const home = at("mail", mailbox);
      const names = existsSync(home) ? readdirSync(home).filter((name) => name.startsWith(".") && name.length > 1) : [];
      return Object.fromEntries(
        ["INBOX", ...names.map((name) => name.slice(1))].map((name) => [name, idsIn(maildir(home, name))]),
      );
    },
    ...{ stop, start },
    async close() {
      await stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const maildir = (home: string, folder: string): string => (folder === "INBOX" ? home : join(home, `.${folder}`));

function owned(path: string): void {
  mkdirSync(path, { recursive: true });
  for (let dir = path, i = 0; i < 3; i += 1, dir = join(dir, "..")) chownSync(dir, MAIL_UID, MAIL_UID);
}

function idsIn(dir: string): readonly string[] {
  return ["new", "cur"]
    .flatMap((part) =>
      existsSync(join(dir, part)) ? readdirSync(join(dir, part)).map((name) => join(dir, part, name)) : [],
    )
    .filter((path) => !/:2,[A-Za-z]*T/.test(path))
    .map((path) => /^message-id:\s*<([^>]*)>/im.exec(readFileSync(path, "utf8"))?.[1] ?? "")
    .sort();
}

function certify(root: string): void {
  const words = "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost".split(" ");
  const made = spawnSync(
    OPENSSL,
    [
      ...words,
      ...["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
      "-keyout",
      join(root, "key.pem"),
      "-out",
      join(root, "cert.pem"),
    ],
    { encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
}

const settings = (root: string, port: number): string =>
  `
base_dir = ${root}/run
state_dir = ${root}/state
log_path = ${root}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <${root}/cert.pem
ssl_key = <${root}/key.pem
mail_location = maildir:${root}/mail/%u
mail_uid = ${MAIL_UID}
mail_gid = ${MAIL_UID}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login
auth_master_user_separator = *
default_internal_user = root
default_login_user = nobody
default_internal_group = root
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${port}
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
namespace inbox {
  inbox = yes
  separator = .
}
passdb {
  driver = passwd-file
  args = ${root}/masters
  master = yes
  result_success = continue
}
passdb {
  driver = passwd-file
  args = ${root}/users
}
userdb {
  driver = static
  args = uid=${MAIL_UID} gid=${MAIL_UID} home=${root}/mail/%u
}
`.trimStart();

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function answers(port: number, log: () => string): Promise<void> {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(socket.destroy() !== undefined));
      socket.once("error", () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Dovecot does not answer: ${log().slice(-2_000)}`);
}
