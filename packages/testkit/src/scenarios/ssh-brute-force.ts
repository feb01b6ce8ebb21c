/** Passwords are guessed over SSH until one fits; the visitor becomes root. */
import { instant, MINUTE, SECOND } from "@cordon/model/time";
import { detected, makeStory, type Scenario, sshd, sudo } from "./event-builder.ts";

const HOST = "web-1";
const GUEST = "198.51.100.23";

export function sshBruteForce(startMs = Date.UTC(2026, 5, 2, 1, 30)): Scenario {
  const story = makeStory(`ssh-brute-force ${startMs}`);
  for (let i = 0; i < 6; i += 1) {
    const at = startMs - (6 - i) * 30 * MINUTE;
    sshd(story, { at, host: HOST, user: "ops", address: "10.2.0.8", outcome: "success" });
    sudo(story, { at: at + 20 * SECOND, host: HOST, user: "ops", command: "/usr/bin/systemctl status nginx" });
  }
  const failures = Array.from({ length: 40 }, (_, i) =>
    sshd(story, { at: startMs + i * 2 * SECOND, host: HOST, user: "deploy", address: GUEST, outcome: "failure" }),
  );
  const inAt = startMs + 90 * SECOND;
  const accepted = sshd(story, { at: inAt, host: HOST, user: "deploy", address: GUEST, outcome: "success" });
  const first = sudo(story, { at: inAt + 30 * SECOND, host: HOST, user: "deploy", command: "/bin/bash" });
  sudo(story, { at: inAt + MINUTE, host: HOST, user: "deploy", command: "/usr/bin/cat /etc/shadow" });
  return {
    events: story.events,
    detections: [
      detected(
        {
          ...{ id: "r-ssh-guess", title: "Many failed SSH logons, then one that worked", level: "high" },
          ...{ techniques: ["T1110.001"], tactics: ["credential-access", "initial-access"] },
        },
        [...failures.slice(-5), accepted],
      ),
      detected(
        {
          ...{ id: "r-sudo-shell", title: "Shell through sudo", level: "medium" },
          ...{ techniques: ["T1548.003"], tactics: ["privilege-escalation"] },
        },
        [first],
      ),
    ],
    truth: {
      roots: [`ip:${GUEST}`, `user:deploy`],
      boundary: "remote-logon",
      hosts: [HOST],
      accounts: ["deploy"],
      addresses: [GUEST],
    },
    end: instant(inAt + 10 * MINUTE),
  };
}
