/** A leaked access key is used from elsewhere, makes itself a second way in, takes an administrator role. */
import { HOUR, instant, MINUTE } from "@cordon/model/time";
import { cloudCall, detected, makeStory, type Scenario } from "./event-builder.ts";

const ACCOUNT = "arn:aws:iam::123456789012";
const BOT = `${ACCOUNT}:user/ci-bot`;
const BOT_KEY = "AKIAEXAMPLECIBOT0001";
const NEW_USER = `${ACCOUNT}:user/backup-svc`;
const NEW_KEY = "AKIAEXAMPLEBACKUP001";
const ROLE_SESSION = "arn:aws:sts::123456789012:assumed-role/Admin/tmp";
const ROLE_KEY = "ASIAEXAMPLEADMIN0001";
const THIEF = "203.0.113.99";

export function cloudKeyTheft(startMs = Date.UTC(2026, 6, 20, 22, 0)): Scenario {
  const story = makeStory(`cloud-key-theft ${startMs}`);
  const bot = { principal: BOT, key: BOT_KEY };
  for (let i = 0; i < 12; i += 1) {
    const at = startMs - (12 - i) * HOUR;
    cloudCall(story, {
      at,
      name: "PutObject",
      service: "s3",
      ...bot,
      address: "52.95.110.4",
      resource: "arn:aws:s3:::build",
    });
  }
  const thief = { ...bot, address: THIEF };
  const who = cloudCall(story, { at: startMs, name: "GetCallerIdentity", service: "sts", ...thief });
  cloudCall(story, { at: startMs + MINUTE, name: "ListUsers", service: "iam", ...thief });
  cloudCall(story, { at: startMs + 2 * MINUTE, name: "CreateUser", service: "iam", ...thief, subject: NEW_USER });
  const key = cloudCall(story, {
    ...{ at: startMs + 3 * MINUTE, name: "CreateAccessKey", service: "iam", ...thief },
    ...{ subject: NEW_USER, newKey: NEW_KEY },
  });
  cloudCall(story, {
    ...{ at: startMs + 10 * MINUTE, name: "AssumeRole", service: "sts", principal: NEW_USER, key: NEW_KEY },
    ...{ address: THIEF, resource: `${ACCOUNT}:role/Admin`, newKey: ROLE_KEY },
  });
  const admin = { principal: ROLE_SESSION, key: ROLE_KEY, address: THIEF };
  const trail = `arn:aws:cloudtrail:eu-west-1:123456789012:trail/main`;
  const stop = cloudCall(story, {
    ...{ at: startMs + 12 * MINUTE, name: "StopLogging", service: "cloudtrail", ...admin, resource: trail },
  });
  cloudCall(story, {
    ...{ at: startMs + 15 * MINUTE, name: "GetObject", service: "s3", ...admin, resource: "arn:aws:s3:::customers" },
  });
  return {
    events: story.events,
    detections: [
      detected(
        {
          ...{ id: "r-caller-identity", title: "Key asks who it is from a new address", level: "low" },
          ...{ techniques: ["T1580"], tactics: ["discovery"] },
        },
        [who],
      ),
      detected(
        {
          ...{ id: "r-access-key", title: "Access key made for another user", level: "medium" },
          ...{ techniques: ["T1098"], tactics: ["persistence"] },
        },
        [key],
      ),
      detected(
        {
          ...{ id: "r-stop-logging", title: "Audit trail stopped", level: "high" },
          ...{ techniques: ["T1562.001"], tactics: ["defense-evasion"] },
        },
        [stop],
      ),
    ],
    truth: {
      roots: [`credential:${BOT_KEY}`, `user:${BOT}`, `ip:${THIEF}`],
      boundary: "cloud-access-key",
      hosts: [],
      accounts: [BOT, NEW_USER, ROLE_SESSION],
      addresses: [THIEF],
    },
    end: instant(startMs + HOUR),
  };
}
