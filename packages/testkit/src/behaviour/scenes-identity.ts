/** Staged attacks on accounts, each at three amplitudes: 0 weak, 1 middle, 2 strong. */
import { HOUR, MINUTE, SECOND } from "@cordon/model/time";
import type { Scene } from "./scene.ts";
import { call, cloudSignIn, entity, hostLogon, type SignIn } from "./world.ts";

const at3 = <T>(rows: readonly [T, T, T], amplitude: number): T => rows[amplitude] ?? rows[0];
const FAR = ["VN", "BR", "NG", "ID", "KZ", "PE"] as const;

const home = ({ person }: Pick<Scene, "person">): SignIn => ({
  ...{ user: person.mail, ip: "185.10.20.5", country: person.country, network: person.network },
  ...{ agent: person.agent, device: person.device, ok: true },
});

export const identityScenes: Readonly<Record<string, (scene: Scene) => void>> = {
  "first-country"({ pen, person, amplitude, noon }) {
    const country = at3(["PT", pen.chance.pick(FAR), pen.chance.pick(FAR)] as const, amplitude);
    const odd = amplitude === 2 ? { agent: "python-requests", device: `dev-${pen.chance.hex(8)}` } : {};
    const base = {
      ...home({ person }),
      country,
      ip: "102.9.4.4",
      network: `${70_000 + pen.chance.between(0, 99)}`,
      ...odd,
    };
    cloudSignIn(pen, noon + 14 * HOUR, base);
  },
  "impossible-travel"({ pen, person, amplitude, noon }) {
    cloudSignIn(pen, noon, { ...home({ person }), network: "64801" });
    const country = pen.chance.pick(FAR);
    cloudSignIn(pen, noon + at3([170, 60, 8], amplitude) * MINUTE, {
      ...home({ person }),
      country,
      ip: "45.7.7.7",
      network: "70500",
    });
  },
  "off-hours"({ pen, person, amplitude, noon }) {
    const hour = at3([-9.5, -10, -10], amplitude);
    for (let i = at3([1, 1, 6], amplitude); i > 0; i -= 1)
      cloudSignIn(pen, noon + hour * HOUR + i * 4 * MINUTE, home({ person }));
  },
  "password-spray"({ pen, people, amplitude, noon }) {
    const accounts = at3([15, 15, 40], amplitude);
    const step = at3([40 * MINUTE, 35 * SECOND, 9 * SECOND], amplitude);
    const victims = people.slice(0, accounts);
    for (const [i, victim] of victims.entries())
      cloudSignIn(pen, noon + i * step, {
        ...home({ person: victim }),
        ip: `193.${9 + amplitude}.9.9`,
        country: "RO",
        network: "71000",
        agent: "BAV2ROPC",
        ok: false,
      });
  },
  "credential-stuffing"({ pen, people, amplitude, noon }) {
    const victims = people.slice(0, at3([14, 25, 50], amplitude));
    for (const [i, victim] of victims.entries())
      cloudSignIn(pen, noon + i * at3([200, 60, 12], amplitude) * SECOND, {
        ...home({ person: victim }),
        ip: `193.7.${i}.${pen.chance.between(2, 250)}`,
        country: "US",
        network: `${71_100 + i}`,
        agent: `okhttp ${"abc"[amplitude]}`,
        ok: false,
      });
  },
  "brute-force"({ pen, person, amplitude, noon }) {
    const base = { ...home({ person }), ip: "194.1.1.1", country: "UA", network: "71200", agent: "imap" };
    const count = at3([13, 25, 80], amplitude);
    for (let i = 0; i < count; i += 1) cloudSignIn(pen, noon + (i * 480 * SECOND) / count, { ...base, ok: false });
    if (amplitude === 2) cloudSignIn(pen, noon + 9 * MINUTE, base);
  },
  "mfa-fatigue"({ pen, person, amplitude, noon }) {
    const count = at3([5, 8, 16], amplitude);
    const base = { ...home({ person }), ip: "195.1.1.1", country: "US", network: "71300", factor: "duo_push" };
    for (let i = 0; i < count; i += 1) cloudSignIn(pen, noon + i * 30 * SECOND, { ...base, ok: false });
    cloudSignIn(pen, noon + count * 30 * SECOND, base);
  },
  "service-account-use"({ pen, amplitude, noon, person }) {
    if (amplitude < 2)
      hostLogon(pen, noon, [
        "svc-backup",
        amplitude === 0 ? "srv003" : person.host,
        amplitude === 0 ? "10" : "3",
        "10.1.0.44",
      ]);
    else
      for (let i = 0; i < 4; i += 1) hostLogon(pen, noon + i * MINUTE, ["svc-monitor", person.host, "10", "10.1.0.44"]);
  },
  "lateral-fan-out"({ pen, people, person, amplitude, noon }) {
    const hosts = people.slice(-at3([5, 10, 25], amplitude));
    for (const [i, { host }] of hosts.entries())
      hostLogon(pen, noon + i * at3([500, 150, 20], amplitude) * SECOND, [person.name, host, "3", person.ip]);
  },
  "privilege-change"({ pen, person, amplitude, noon }) {
    const user = `arn:aws:iam::111122223333:user/${person.name}`;
    for (const name of ["PutUserPolicy", "AttachRolePolicy", "AddUserToGroup"].slice(0, amplitude + 1))
      call(pen, noon, { user, ip: "185.10.20.5", name, class: 3005 });
  },
  "new-credential"({ pen, person, amplitude, noon }) {
    const user = `arn:aws:iam::111122223333:user/${person.name}`;
    for (const name of ["CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile"].slice(0, amplitude + 1))
      call(pen, noon, { user, ip: "185.10.20.5", name, class: 3001 });
  },
  "mail-forwarding"({ pen, person, amplitude, noon }) {
    for (let i = 0; i <= amplitude; i += 1)
      pen.write(noon + i * MINUTE, {
        ...{ source: "m365.audit", class: 6003, activity: 99, outcome: "success" },
        raw: {
          Operation: "New-InboxRule",
          Workload: "Exchange",
          Parameters: [{ Name: "ForwardTo", Value: `drop${i}@mailbox${amplitude}.example` }],
        },
        who: [entity("user", "actor", person.mail), entity("ip", "src", "185.10.20.5")],
      });
  },
  "rare-action"({ pen, person, amplitude, noon }) {
    const user = `arn:aws:iam::111122223333:user/${person.name}`;
    for (const name of ["DeleteTrail", "ModifySnapshotAttribute", "DeleteFlowLogs"].slice(0, amplitude + 1))
      call(pen, noon, { user, ip: "185.10.20.5", name });
  },
  "cloud-enumeration"({ pen, person, amplitude, noon }) {
    const user = `arn:aws:iam::111122223333:user/${person.name}`;
    const what = [
      "Users",
      "Roles",
      "Groups",
      "Policies",
      "Buckets",
      "Instances",
      "Vpcs",
      "Subnets",
      "Secrets",
      "Keys",
      "Functions",
      "Tables",
      "Clusters",
      "Queues",
      "Topics",
      "Stacks",
      "Trails",
      "Alarms",
      "Images",
      "Snapshots",
    ];
    const verbs = ["List", "Describe", "Get"];
    const count = at3([17, 30, 58], amplitude);
    for (let i = 0; i < count; i += 1)
      call(pen, noon + i * 5 * SECOND, {
        user,
        ip: "185.10.20.5",
        name: `${verbs[Math.floor(i / 20)]}${what[i % 20]}`,
        ok: pen.chance.next() < 0.5,
      });
  },
  "instance-credentials"({ pen, amplitude, noon }) {
    const user = "arn:aws:sts::111122223333:assumed-role/web-tier/i-0aaaa1111";
    for (let i = 0; i < at3([1, 3, 10], amplitude); i += 1)
      call(pen, noon + i * MINUTE, { user, ip: `77.${60 + amplitude}.1.9`, name: "ListBuckets" });
  },
  "dormant-account"({ pen, amplitude, noon, midnightOf }) {
    const user = `old.contractor${amplitude}@corp.example`;
    const base = {
      user,
      ip: "185.10.20.5",
      country: "DE",
      network: "64500",
      agent: "Edge on Windows",
      device: `dev-old${amplitude}`,
      ok: true,
    };
    for (let day = 0; day < at3([8, 5, 2], amplitude); day += 1) cloudSignIn(pen, midnightOf(day) + 9 * HOUR, base);
    cloudSignIn(pen, noon, base);
  },
};
