/** Staged: password guessing on the bastion until one account opens -> sudo to root -> a new account and a cron job. */
import type { Instant } from "@cordon/model/time";
import { BASTION, later, type Pen, syslogLine } from "./estate.ts";
import type { Truth } from "./story.ts";

const VICTIM = "backup";
const GUESSES = 46;

export function stageSshBruteForce(pen: Pen, start: Instant): Truth {
  const ip = `198.51.100.${pen.chance.between(100, 200)}`;
  const names = ["root", "admin", "oracle", "test", VICTIM] as const;
  let at = start;
  for (let guess = 0; guess < GUESSES; guess += 1) {
    at = later(at, pen.chance.between(700, 2_200));
    const name = pen.chance.pick(names);
    const unknown = name === "oracle" || name === "test" || name === "admin" ? "invalid user " : "";
    syslogLine(
      pen,
      at,
      BASTION,
      "sshd",
      `Failed password for ${unknown}${name} from ${ip} port ${pen.chance.between(40_000, 60_000)} ssh2`,
    );
  }
  at = later(at, 1_500);
  syslogLine(pen, at, BASTION, "sshd", `Accepted password for ${VICTIM} from ${ip} port 51234 ssh2`);
  syslogLine(
    pen,
    later(at, 100),
    BASTION,
    "sshd",
    `pam_unix(sshd:session): session opened for user ${VICTIM}(uid=34) by (uid=0)`,
  );
  syslogLine(
    pen,
    later(at, 21_000),
    BASTION,
    "sudo",
    `${VICTIM} : TTY=pts/2 ; PWD=/tmp ; USER=root ; COMMAND=/bin/bash`,
  );
  syslogLine(
    pen,
    later(at, 48_000),
    BASTION,
    "useradd",
    "new user: name=sysupd, UID=0, GID=0, home=/root, shell=/bin/bash, from=/dev/pts/2",
  );
  syslogLine(pen, later(at, 75_000), BASTION, "crontab", "(root) REPLACE (root)");
  return {
    scenario: "ssh-brute-force",
    summary: `${ip} guesses the password of ${VICTIM} on ${BASTION.name}, becomes root and leaves an account and a cron job`,
    from: start,
    to: later(at, 75_000),
    rootCause: { kind: "ip", value: ip, boundary: "remote-logon" },
    hosts: [BASTION.name],
    users: [VICTIM],
    addresses: [ip],
    techniques: ["T1110.001", "T1078.003", "T1548.003", "T1136.001", "T1053.003"],
  };
}
