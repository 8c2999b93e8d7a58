import { defineConfig } from "@playwright/test";

// One browser, one installation, one flow after the other: a company is set up,
// connected and used, as the guide tells it.
export default defineConfig({
  testDir: ".",
  outputDir: "results",
  workers: 1,
  fullyParallel: false,
  timeout: 1_200_000, // also on a machine that does much else
  expect: { timeout: 120_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 860 },
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    trace: "retain-on-failure",
    actionTimeout: 120_000, // as what is expected; without it a button that is not there is waited for until the test ends
    navigationTimeout: 120_000,
    launchOptions: {
      executablePath: process.env.DAKOKU_CHROMIUM ?? "/usr/bin/chromium",
      env: { ...process.env, LANGUAGE: "ja", LANG: "ja_JP.UTF-8" } as Record<string, string>,
      args: [
        "--lang=ja-JP", // dates are written as a browser of Japan does
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
