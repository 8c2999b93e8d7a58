import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The bundle goes where the admin door embeds it. Nothing is inlined, since the
// door's content security policy allows files of its own only.
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../services/webhook-gateway/console/dist",
    emptyOutDir: true,
    assetsDir: "assets/app",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8081", "/employees": "http://127.0.0.1:8081" } },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
