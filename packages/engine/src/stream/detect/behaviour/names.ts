/** Names as baselines keep them: without what differs although it means the same. */
import { keeping } from "./kept.ts";

const ASSUMED = /^(arn:[a-z-]+:sts::\d+:assumed-role\/[^/]+)\/.*$/;

/** A session of an assumed role is the role. */
export function principalOf(user: string): string {
  return user.startsWith("arn:") ? user.replace(ASSUMED, "$1") : user;
}

const SERVICE =
  /(?:^|[\\/@._-])(?:svc|sa|srv|service|serviceaccount|daemon|bot|cron|system)(?:[._-]|$|\d)|[._-](?:svc|bot)(?:@|$)/i;

const KEPT_MAX = 20_000;

/** Machine accounts (`HOST$`) and accounts named as services. The inventory may say more. */
export const isService = keeping(
  (user) => user.endsWith("$") || user.includes("gserviceaccount.com") || SERVICE.test(user),
  KEPT_MAX,
);

/** `C:\Users\bob\AppData\Local\App-1.2.3\run.exe` -> `c:\users\*\appdata\local\app-#\run.exe`. */
export const programOf = keeping(masked, KEPT_MAX);

function masked(path: string): string {
  return path
    .toLowerCase()
    .replace(/^([a-z]:\\users|\/home|\/users)([\\/])[^\\/]+/, "$1$2*")
    .replace(/\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}\}?/g, "#")
    .replace(/[0-9]+(?:[._][0-9]+)+/g, "#")
    .replace(/(?<=[\\/._-])[0-9a-f]{6,}(?=[\\/._-]|$)/g, "#")
    .replace(/[0-9]{3,}/g, "#")
    .slice(0, 160);
}

export const lastPart = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/")) + 1);

export interface Parts {
  readonly name: string;
  readonly folder: string;
}

/** A program's own name, and the folder it lies in. */
export const partsOf = keeping((program): Parts => {
  const name = lastPart(program);
  return { name, folder: program.slice(0, -name.length) };
}, KEPT_MAX);

const pairs = keeping((parent) => keeping((name) => `${parent} > ${name}`, 64), 1_024);

/** `outlook.exe > powershell.exe` */
export const pairOf = (parent: string, name: string): string => pairs(parent)(name);
