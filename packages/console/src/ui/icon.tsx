/** Own line icons, 16 by 16. Decorative: the word beside them carries the meaning. */
const PATHS = {
  queue: "M2.5 3.5h11M2.5 8h11M2.5 12.5h7",
  approve:
    "M8 1.8 13.5 4v4c0 3.2-2.3 5.4-5.5 6.3C4.800 13.400 2.500 11.200 2.500 8V4zM5.500 8l1.800 1.800L10.700 6.300",
  search: "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.500 10.500 14 14",
  status: "M1.500 8.500h3l2-5 3 9 2-4h3",
  rules: "M3 2.500h7.500L13 5v8.500H3zM5.500 6.500h5M5.500 9h5M5.500 11.500h3",
  playbook: "M3.500 3.500h3v3h-3zM9.500 9.500h3v3h-3zM6.500 5h3.500v4.500M5 6.500v4.500h4.500",
  token: "M10.500 2.500a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8.300 7.700 2.500 13.500M4 12l1.800 1.800M6 10l1.500 1.500",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.600M8 13.400V15M1 8h1.600M13.400 8H15M3 3l1.200 1.200M11.800 11.800 13 13M13 3l-1.200 1.200M4.200 11.800 3 13",
  moon: "M13.500 9.800A6 6 0 1 1 6.200 2.500a4.800 4.800 0 0 0 7.300 7.300z",
  contrast: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 2v12M8 5l4.500-.500M8 8h6M8 11l4.500.500",
  stop: "M5.500 1.800h5l3.700 3.700v5l-3.700 3.700h-5L1.800 10.500v-5zM5.500 8h5",
  close: "M3.500 3.500l9 9M12.500 3.500l-9 9",
  left: "M10 3 5 8l5 5",
  right: "M6 3l5 5-5 5",
  down: "M3 6l5 5 5-5",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10",
  copy: "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
  link: "M6.500 9.500l3-3M7 4.500l1.500-1.500a3 3 0 0 1 4.300 4.300L11.300 8.800M9 11.500l-1.500 1.500a3 3 0 0 1-4.300-4.300L4.700 7.200",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.500V8l2.500 1.500",
  host: "M2 3h12v8H2zM6 13.500h4M8 11v2.500",
  user: "M8 2.500a2.700 2.700 0 1 0 0 5.400 2.700 2.700 0 0 0 0-5.400zM2.800 13.800c.400-2.700 2.500-4 5.200-4s4.800 1.300 5.200 4",
  process: "M2 3.500h12v9H2zM4.500 6.500l2 1.500-2 1.500M8 10h3.500",
  file: "M4 1.800h5.500L12.500 5v9.200H4zM9.500 1.800V5h3",
  network: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c-4 4-4 8 0 12M8 2c4 4 4 8 0 12",
  key: "M10.500 2.500a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8.300 7.700 2.500 13.500",
  cloud: "M4.500 12.500a3 3 0 0 1-.300-6A4 4 0 0 1 12 6a3.200 3.200 0 0 1-.500 6.500z",
  gear: "M8 5.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5zM8 1.500v2M8 12.500v2M1.500 8h2M12.500 8h2M3.400 3.400l1.400 1.400M11.200 11.200l1.400 1.400M12.600 3.400l-1.400 1.400M4.800 11.200l-1.400 1.400",
  alert: "M8 2 14.500 13.500h-13zM8 6.500v3.200M8 11.600v.200",
  check: "M3 8.500l3.200 3.200L13 4.500",
  help: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6.200 6.300c0-2.400 3.600-2.400 3.600 0C9.800 7.800 8 7.800 8 9.300M8 11.400v.200",
  eye: "M1.500 8C4.500 3 11.500 3 14.500 8 11.500 13 4.500 13 1.500 8zM8 6.200a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600z",
  note: "M3 2.500h10v7l-4 4H3zM9 13.500v-4h4",
  undo: "M3 6.500h6.500a3.500 3.500 0 0 1 0 7H6M3 6.500 6 3.500M3 6.500l3 3",
  out: "M9 2.500h4.500V7M13.500 2.500 7.500 8.500M11.500 9v4.500h-9v-9H7",
  group: "M2.500 2.500h5v5h-5zM8.500 8.500h5v5h-5zM10 2.500h3.500V6M2.500 10v3.500H6",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

export const iconPath = (name: IconName): string => PATHS[name];

export function entityIcon(kind: string): IconName {
  switch (kind) {
    case "host":
    case "container":
      return "host";
    case "user":
    case "email":
      return "user";
    case "process":
    case "cmdline":
    case "script":
      return "process";
    case "file":
    case "hash":
    case "message":
    case "regkey":
      return "file";
    case "ip":
    case "subnet":
    case "mac":
    case "domain":
    case "url":
      return "network";
    case "session":
    case "credential":
    case "cert":
      return "key";
    case "resource":
      return "cloud";
    case "service":
      return "gear";
    default:
      return "alert";
  }
}
