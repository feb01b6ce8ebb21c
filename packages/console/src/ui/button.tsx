import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type"> {
  readonly look?: "plain" | "primary" | "danger" | "ghost";
  readonly icon?: IconName;
  /** Key that does the same, shown beside the word. */
  readonly hint?: string;
  readonly small?: boolean;
  readonly submit?: boolean;
  readonly children?: ReactNode;
}

export function Button({ look = "plain", icon, hint, small, submit, children, className, ...rest }: Props) {
  const classes = ["btn", `btn-${look}`, small ? "btn-small" : "", children ? "" : "btn-icon", className ?? ""];
  return (
    <button type={submit ? "submit" : "button"} className={classes.filter(Boolean).join(" ")} {...rest}>
      {icon && <Icon name={icon} />}
      {children && <span>{children}</span>}
      {hint && <Kbd>{hint}</Kbd>}
    </button>
  );
}

export function Kbd({ children }: { readonly children: ReactNode }) {
  return (
    <span className="kbd" aria-hidden="true">
      {children}
    </span>
  );
}
