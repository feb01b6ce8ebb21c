/** Names as baselines keep them: without what differs although it means the same. */

const ASSUMED = /^(arn:[a-z-]+:sts::\d+:assumed-role\/[^/]+)\/.*$/;

/** A session of an assumed role is the role. */
export function principalOf(user: string): string {
  return user.startsWith("arn:") ? user.replace(ASSUMED, "$1") : user;
}

const SERVICE =
  /(?:^|[\\/@._-])(?:svc|sa|srv|service|serviceaccount|daemon|bot|cron|system)(?:[._-]|$|\d)|[._-](?:svc|bot)(?:@|$)/i;

/** Machine accounts (`HOST$`) and accounts named as services. The inventory may say more. */
export const isService = (user: string): boolean =>
  user.endsWith("$") || user.includes("gserviceaccount.com") || SERVICE.test(user);

const MEMO_MAX = 20_000;
const programs = new Map<string, string>();

/** `C:\Users\bob\AppData\Local\App-1.2.3\run.exe` -> `c:\users\*\appdata\local\app-#\run.exe`. */
export function programOf(path: string): string {
  const known = programs.get(path);
  if (known !== undefined) return known;
  const masked = path
    .toLowerCase()
    .replace(/^([a-z]:\\users|\/home|\/users)([\\/])[^\\/]+/, "$1$2*")
    .replace(/\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}\}?/g, "#")
    .replace(/[0-9]+(?:[._][0-9]+)+/g, "#")
    .replace(/(?<=[\\/._-])[0-9a-f]{6,}(?=[\\/._-]|$)/g, "#")
    .replace(/[0-9]{3,}/g, "#")
    .slice(0, 160);
  if (programs.size >= MEMO_MAX) programs.clear();
  programs.set(path, masked);
  return masked;
}

export const lastPart = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/")) + 1);
