// How the dashboard is built. `npm run dev` shows it with hot reload against a running
// daemon: RINGFENCE=http://127.0.0.1:4655 (its cookie must be set for localhost).
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { licences } from "./tools/licences.mjs";

const daemon = process.env["RINGFENCE"] ?? "http://127.0.0.1:4655";

export default defineConfig({
  plugins: [react(), licences()],
  build: {
    // `light-dark()` and `color-mix()` stay as they are written.
    target: ["chrome125", "firefox128", "safari18"],
    // The content security policy allows no data: fonts, and every file has its own name.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/api": { target: daemon, ws: true, changeOrigin: true },
    },
  },
  test: { include: ["src/**/*.test.ts"] },
});
