/** Staged attacks on hosts and networks, each at three amplitudes: 0 weak, 1 middle, 2 strong. */
import { DAY, HOUR, MINUTE, SECOND } from "@cordon/model/time";
import type { Scene } from "./scene.ts";
import { fileChange, flow, lookup, program } from "./world.ts";

const at3 = <T>(rows: readonly [T, T, T], amplitude: number): T => rows[amplitude] ?? rows[0];

export const networkScenes: Readonly<Record<string, (scene: Scene) => void>> = {
  "rare-process"({ pen, person, amplitude, noon }) {
    const names = ["C:\\ProgramData\\mscache\\wupd.exe", "C:\\Users\\Public\\a1.exe", "C:\\Windows\\Temp\\rundl.exe"];
    const image = names[amplitude] ?? "";
    program(pen, noon, [person.host, person.name, image, "C:\\Windows\\explorer.exe"]);
    if (amplitude === 2) program(pen, noon + MINUTE, [person.host, person.name, "C:\\Windows\\Temp\\mk.exe", image]);
  },
  "rare-parent"({ pen, person, amplitude, noon }) {
    const children = [
      "C:\\Program Files\\notepad\\notepad.exe",
      "C:\\Windows\\System32\\cmd.exe",
      "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
    ];
    for (const child of children.slice(amplitude === 2 ? 1 : amplitude, amplitude + 1))
      program(pen, noon, [person.host, person.name, child, "C:\\Program Files\\winword\\winword.exe"]);
  },
  beaconing({ pen, person, amplitude, noon }) {
    const jitter = at3([0.5, 0.3, 0.05], amplitude);
    const missing = at3([0.2, 0.1, 0], amplitude);
    const every = at3([300, 180, 60], amplitude) * SECOND;
    const to = `31.7.${amplitude}.${pen.chance.between(2, 250)}`;
    for (let t = noon; t < noon + 10 * HOUR; t += every * (1 + jitter * (2 * pen.chance.next() - 1)))
      if (pen.chance.next() >= missing) flow(pen, t, { ip: person.ip, to, port: 443, out: 900, in: 400 });
  },
  "dns-tunnel"({ pen, person, amplitude, noon }) {
    const count = at3([110, 60, 400], amplitude);
    const step = at3([150, 8, 1], amplitude) * SECOND;
    for (let i = 0; i < count; i += 1)
      lookup(pen, noon + i * step, [
        person.ip,
        `${pen.chance.hex(at3([24, 40, 56], amplitude))}.t.sync-files${amplitude}.net`,
        at3(["A", "TXT", "TXT"], amplitude),
        "NOERROR",
      ]);
  },
  "generated-domains"({ pen, person, amplitude, noon }) {
    const letters = "abcdefghijklmnopqrstuvwxyz";
    for (let i = 0; i < at3([14, 25, 80], amplitude); i += 1) {
      let name = "";
      for (let k = pen.chance.between(11, 17); k > 0; k -= 1) name += letters[pen.chance.between(0, 25)];
      lookup(pen, noon + i * at3([30, 10, 2], amplitude) * SECOND, [
        person.ip,
        `${name}.${pen.chance.pick(["com", "net", "info"])}`,
        "A",
        "NXDOMAIN",
      ]);
    }
  },
  exfiltration({ pen, person, amplitude, noon }) {
    const total = at3([200, 800, 4_000], amplitude) * 1e6;
    for (let i = 0; i < 20; i += 1)
      flow(pen, noon + i * 3 * MINUTE, {
        ip: person.ip,
        to: `37.9.${amplitude}.9`,
        port: 443,
        out: total / 20,
        in: 10_000,
      });
  },
  "port-scan"({ pen, person, amplitude, noon }) {
    for (let i = 0; i < at3([18, 60, 250], amplitude); i += 1)
      flow(pen, noon + i * at3([20, 5, 0.2], amplitude) * SECOND, {
        ip: person.ip,
        to: "10.0.1.12",
        port: 20 + i * 7,
        out: 60,
        in: 0,
        state: "REJ",
      });
  },
  "host-scan"({ pen, person, amplitude, noon }) {
    for (let i = 0; i < at3([24, 80, 240], amplitude); i += 1)
      flow(pen, noon + i * at3([15, 4, 0.2], amplitude) * SECOND, {
        ip: person.ip,
        to: `10.1.5.${i + 1}`,
        port: 445,
        out: 60,
        in: 0,
        state: "S0",
      });
  },
  "mass-file-change"({ pen, person, amplitude, noon }) {
    const count = at3([40, 120, 600], amplitude);
    for (let i = 0; i < count; i += 1)
      fileChange(pen, noon + (i * 100 * SECOND) / count, [
        person.host,
        `C:\\Users\\${person.name}\\Documents\\d${i % 7}\\report${i}.docx.lkd${amplitude}`,
        5,
      ]);
  },
  "log-silence"({ amplitude, noon, silence }) {
    silence(`srv01${amplitude}`, noon, noon + at3([7, 12, 30], amplitude) * HOUR);
  },
  "slow-drift"({ pen, person, amplitude, noon, lastDay, day }) {
    const growth = at3([1.12, 1.16, 1.2], amplitude);
    for (let later = day - 22; later < lastDay; later += 1)
      flow(pen, noon + (later - day) * DAY, {
        ip: person.ip,
        to: `38.9.${amplitude}.9`,
        port: 443,
        out: 2e6 * growth ** (later - day + 22),
        in: 1_000,
      });
  },
};
