import "./no-eval.ts";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiProblem } from "./api/problem.ts";
import { router } from "./router.tsx";
import { KeysProvider } from "./ui/keys.tsx";
import { applyTheme, loadSettings, SettingsProvider } from "./ui/settings.tsx";
import { NowProvider } from "./ui/time.tsx";
import { ToastProvider } from "./ui/toast.tsx";
import "./ui/tokens.css";
import "./ui/parts.css";
import "./shell/shell.css";

const RETRIES_MAX = 2;

applyTheme(loadSettings().theme);

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused once it refuses again; only a silent server is worth asking again.
      retry: (count, error) => count < RETRIES_MAX && !(error instanceof ApiProblem && error.retry === "never"),
    },
  },
});

const place = document.getElementById("root");
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <SettingsProvider>
          <NowProvider>
            <KeysProvider>
              <ToastProvider>
                <RouterProvider router={router} />
              </ToastProvider>
            </KeysProvider>
          </NowProvider>
        </SettingsProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
