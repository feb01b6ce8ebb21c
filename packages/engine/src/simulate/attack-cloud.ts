/** Staged: a stolen console password, no MFA -> new access key for an administrator -> logging off -> secrets and data taken. */
import type { Instant } from "@cordon/model/time";
import { ACCOUNT, cloudCall, later, type Pen } from "./estate.ts";
import type { Truth } from "./story.ts";

const VICTIM = "dana.petrov";
const TARGET = "ops-admin";
const CONSOLE = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";
const TOOL = "aws-cli/2.15.0 Python/3.11 Linux/6.1 kali";

export function stageCloudTakeover(pen: Pen, start: Instant): Truth {
  const ip = `203.0.113.${pen.chance.between(100, 200)}`;
  const keyId = `AKIAEXAMPLE${pen.chance.hex(9).toUpperCase()}`;
  const login = (at: number, ok: boolean): void =>
    cloudCall(pen, later(start, at), {
      name: "ConsoleLogin",
      source: "signin.amazonaws.com",
      user: VICTIM,
      ip,
      agent: CONSOLE,
      response: { ConsoleLogin: ok ? "Success" : "Failure" },
      extra: {
        additionalEventData: { MFAUsed: "No", MobileVersion: "No", LoginTo: "https://console.aws.amazon.com/" },
      },
    });
  for (let attempt = 0; attempt < 3; attempt += 1) login(attempt * 7_000, false);
  login(30_000, true);
  const web = { user: VICTIM, ip, agent: CONSOLE };
  const iam = "iam.amazonaws.com";
  cloudCall(pen, later(start, 55_000), { ...web, name: "ListUsers", source: iam });
  cloudCall(pen, later(start, 80_000), {
    ...web,
    name: "CreateAccessKey",
    source: iam,
    request: { userName: TARGET },
    response: { accessKey: { accessKeyId: keyId, status: "Active", userName: TARGET } },
  });
  const cli = { user: TARGET, ip, agent: TOOL, keyId };
  cloudCall(pen, later(start, 120_000), { ...cli, name: "GetCallerIdentity", source: "sts.amazonaws.com" });
  cloudCall(pen, later(start, 135_000), {
    ...cli,
    name: "AttachUserPolicy",
    source: iam,
    request: { userName: VICTIM, policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
  });
  const trail = { name: `arn:aws:cloudtrail:eu-central-1:${ACCOUNT}:trail/main` };
  cloudCall(pen, later(start, 150_000), {
    ...cli,
    name: "StopLogging",
    source: "cloudtrail.amazonaws.com",
    request: trail,
  });
  for (const [at, secret] of ["db/prod", "payments/api", "backup/key"].entries())
    cloudCall(pen, later(start, 170_000 + at * 3_000), {
      ...cli,
      name: "GetSecretValue",
      source: "secretsmanager.amazonaws.com",
      request: { secretId: secret },
    });
  cloudCall(pen, later(start, 200_000), {
    ...cli,
    name: "ModifySnapshotAttribute",
    source: "ec2.amazonaws.com",
    request: {
      snapshotId: "snap-0abc1234",
      attributeType: "CREATE_VOLUME_PERMISSION",
      createVolumePermission: { add: { items: [{ userId: "999999999999" }] } },
    },
  });
  return {
    scenario: "cloud-takeover",
    summary: `${ip} signs in as ${VICTIM} without MFA, makes an access key for ${TARGET}, stops CloudTrail, reads secrets and shares a snapshot`,
    from: start,
    to: later(start, 200_000),
    rootCause: { kind: "ip", value: ip, boundary: "cloud-console" },
    hosts: [],
    users: [`arn:aws:iam::${ACCOUNT}:user/${VICTIM}`, `arn:aws:iam::${ACCOUNT}:user/${TARGET}`],
    addresses: [ip],
    techniques: ["T1078.004", "T1098.001", "T1562.008", "T1552", "T1537"],
  };
}
