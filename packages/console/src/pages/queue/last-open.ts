/** Which incident was opened last from the queue of this tab: coming back, the cursor stands on it again. */
const KEY = "cordon.queue.last";

export function rememberOpened(id: string): void {
  try {
    window.sessionStorage.setItem(KEY, id);
  } catch {
    // Storage may be forbidden: then the cursor starts at the top.
  }
}

export function lastOpened(): string | undefined {
  try {
    return window.sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
