/**
 * What kind of door a program is. Enters: a program's name. Leaves: the boundary at which a search for causes stops.
 * A table, not a judgement: being on it makes a program neither good nor bad.
 */

export type Door =
  | "mail-client"
  | "document"
  | "browser"
  | "web-service"
  | "remote-shell"
  | "remote-provider"
  | "desktop"
  | "scheduler"
  | "service-host"
  | "system";

const NAMES: Readonly<Record<Door, readonly string[]>> = {
  "mail-client": ["outlook.exe", "hxoutlook.exe", "olk.exe", "thunderbird.exe", "thunderbird", "winmail.exe"],
  document: [
    ...["winword.exe", "excel.exe", "powerpnt.exe", "onenote.exe", "mspub.exe", "visio.exe", "msaccess.exe"],
    ...["acrord32.exe", "acrobat.exe", "foxitreader.exe", "wordpad.exe", "soffice.bin", "soffice.exe", "hwp.exe"],
    ...["eqnedt32.exe", "hh.exe"],
  ],
  browser: [
    ...["chrome.exe", "msedge.exe", "firefox.exe", "iexplore.exe", "opera.exe", "brave.exe", "chrome", "firefox"],
    ...["microsoftedge.exe", "microsoftedgecp.exe", "chromium"],
  ],
  "web-service": [
    ...["w3wp.exe", "httpd", "httpd.exe", "apache2", "nginx", "nginx.exe", "php-cgi.exe", "php-fpm", "tomcat9.exe"],
    ...["tomcat.exe", "sqlservr.exe", "mysqld", "mysqld.exe", "postgres", "java", "java.exe", "node", "gunicorn"],
    ...["umworkerprocess.exe", "vsftpd", "smbd"],
  ],
  "remote-shell": ["sshd", "sshd.exe", "telnetd", "in.telnetd"],
  "remote-provider": [
    ...["wmiprvse.exe", "wsmprovhost.exe", "winrshost.exe", "psexesvc.exe", "remcomsvc.exe"],
    ...["paexec.exe", "csexecsvc.exe", "rdpinit.exe"],
  ],
  desktop: ["explorer.exe", "gnome-shell", "plasmashell", "finder", "sihost.exe", "runtimebroker.exe"],
  scheduler: ["taskeng.exe", "taskhostw.exe", "taskhost.exe", "cron", "crond", "atd", "anacron"],
  "service-host": [
    "services.exe",
    "svchost.exe",
    "systemd",
    "init",
    "launchd",
    "msiexec.exe",
    "spoolsv.exe",
    "dllhost.exe",
  ],
  system: [
    ...["winlogon.exe", "wininit.exe", "userinit.exe", "smss.exe", "csrss.exe", "system", "lsass.exe", "registry"],
    ...["logonui.exe", "consent.exe"],
  ],
};

const ALL: readonly Door[] = [
  ...(["mail-client", "document", "browser", "web-service", "remote-shell", "remote-provider"] as const),
  ...(["desktop", "scheduler", "service-host", "system"] as const),
];

const DOORS: ReadonlyMap<string, Door> = new Map(
  ALL.flatMap((door) => NAMES[door].map((name) => [name, door] as const)),
);

export const doorOf = (name: string | undefined): Door | undefined =>
  name === undefined ? undefined : DOORS.get(name);

/** Doors that start things for everybody: their other children say nothing about this incident. */
export const isBackdrop = (door: Door | undefined): boolean =>
  door !== undefined && door !== "document" && door !== "web-service";
