/**
 * Paths whose files nobody's verdict takes away: without them a machine does not start, or nobody can log in.
 * Enters: a path as an event or the machine itself names it. Leaves: why its file stays, or nothing.
 */

const PATH_CHARS_MAX = 4_096;
const ODD = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Folders of the system, with everything below them. `/usr/local`, `/opt` and home folders are people's. */
const LINUX =
  /^\/(?:(?:usr\/)?(?:bin|sbin|lib|lib32|lib64|libx32|libexec)|boot|efi|proc|sys|dev|run\/systemd|usr\/share|usr\/include|nix\/store)(?:\/|$)/;
/** In /etc only what people and machines log in and start with: an attacker's cron file is his. */
const LINUX_FILES =
  /^\/etc\/(?:passwd|shadow|group|gshadow|sudoers|fstab|hosts|nsswitch\.conf|resolv\.conf|ld\.so\.(?:conf|cache)|crypttab|machine-id|(?:pam|sudoers|init|ssh|ssl|systemd|security|selinux|apparmor)(?:\.d)?\/.+)$/;
const SHARED_MEMORY = /^\/dev\/(?:shm|mqueue)\/[^/]/;
const MACOS = /^\/(?:System|Library\/Apple|private\/etc|cores|Volumes\/[^/]+\/System)(?:\/|$)/;
const WINDOWS =
  /^[A-Z]:\\(?:Windows\\(?!Temp\\|Tasks\\|Debug\\|Prefetch\\|System32\\(?:Tasks|spool\\drivers\\color)\\)|Boot\\|EFI\\|bootmgr$|pagefile\.sys$|hiberfil\.sys$|swapfile\.sys$|ntldr$|\$Recycle\.Bin$)/i;

export function whyNeverQuarantine(path: string): string | undefined {
  if (path.length > PATH_CHARS_MAX || ODD.test(path)) return "is no path that can be shown";
  const windows = /^(?:[A-Z]:\\|\\\\)/i.test(path);
  if (!windows && !path.startsWith("/")) return "is not a whole path";
  const parts = path.split(windows ? /[\\/]/ : "/");
  if (parts.includes("..") || parts.includes(".")) return "has a way around in it";
  if (/[\\/]$/.test(path)) return "is a folder";
  const plain = windows ? path : path.replace(/\/{2,}/g, "/");
  const system = windows
    ? WINDOWS.test(plain)
    : (LINUX.test(plain) && !SHARED_MEMORY.test(plain)) || LINUX_FILES.test(plain) || MACOS.test(plain);
  return system ? "belongs to the operating system" : undefined;
}
