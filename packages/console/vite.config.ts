import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run dev` finds an API; the built console always talks to the server that served it. */
const DEV_API = "http://127.0.0.1:8787";

// What is built is what ships, also when a test runner that sets NODE_ENV builds it: its own mode would put the development
// form of React and the paths of this machine into the files.
if (process.argv.includes("build")) process.env.NODE_ENV = "production";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    // Browsers that know light-dark(): older ones would get a rewritten form that doubles every colour.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The page's policy allows no inline script, and every browser we serve preloads modules by itself.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    rolldownOptions: {
      output: {
        // The wire shapes and the switch that must come before them stay in one file, where their order is kept.
        codeSplitting: { groups: [{ name: "wire", test: /node_modules\/zod\/|packages\/model\/src\/|src\/no-eval/ }] },
      },
    },
    reportCompressedSize: true,
  },
  server: { proxy: { "/api": DEV_API } },
});
