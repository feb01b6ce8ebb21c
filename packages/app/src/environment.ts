/**
 * A value from the environment that is not configuration: where the token of this shell is, colours, the user's name.
 * Apart from `config.ts`, which brings the libraries that parse: the terminal asks here, and `--help` must stay quick.
 */
export function environment(
  key: "CORDON_TOKEN" | "NO_COLOR" | "TERM" | "USER" | "CORDON_FAILPOINT",
): string | undefined {
  return process.env[key];
}
