// A real Dakoku on a PostgreSQL of its own, with a stand-in for LINE WORKS
// beside it; both on ports that were free.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "./database";

const bin = new URL("../../bin/", import.meta.url).pathname;
const root = new URL("../../", import.meta.url).pathname;

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

export type Installation = {
  admin: string;
  platform: string;
  secret: string;
  /** execute runs a statement on its database. */
  execute: (sql: string) => Promise<void>;
  stop: () => Promise<void>;
};

/** start makes one; more are settings besides. */
export async function start(more: Record<string, string> = {}): Promise<Installation> {
  const dir = mkdtempSync(join(tmpdir(), "dakoku-console-"));
  chmodSync(dir, 0o755); // the database may run as another user
  const [admin, open, debug, chat] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const secret = "dks_console-test-secret-0123456789";
  const platform = `http://127.0.0.1:${chat}`;
  const children: ChildProcess[] = [];
  const run = (name: string, args: string[], env: Record<string, string>) => {
    const child = spawn(join(bin, name), args, {
      cwd: root,
      env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    children.push(child);
    return child;
  };
  run("simulator", ["-addr", `127.0.0.1:${chat}`, "-old-bot", "-credentials", join(dir, "credentials.json")], {});
  run("dakoku", ["up"], {
    DAKOKU_DATA_DIR: join(dir, "data"),
    DAKOKU_ADMIN_ADDR: `127.0.0.1:${admin}`,
    DAKOKU_PUBLIC_ADDR: `127.0.0.1:${open}`,
    DAKOKU_PUBLIC_URL: `http://127.0.0.1:${open}`,
    DAKOKU_DEBUG_ADDR: `127.0.0.1:${debug}`,
    DAKOKU_SETUP_SECRET: secret,
    DAKOKU_LINEWORKS_AUTH_URL: platform,
    DAKOKU_LINEWORKS_API_URL: platform,
    DAKOKU_LINEWORKS_API_V1_URL: platform,
    DAKOKU_LOG_LEVEL: "error",
    ...more,
  });
  await ready(`http://127.0.0.1:${debug}/readyz`);
  await ready(`${platform}/sim/world`);
  return {
    admin: `http://127.0.0.1:${admin}`,
    platform,
    secret,
    execute: (sql) => execute(join(dir, "data"), sql),
    stop: async () => {
      await Promise.all(
        children.map(
          (c) =>
            new Promise((done) => {
              c.once("exit", done);
              c.kill("SIGTERM");
            }),
        ),
      );
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function ready(url: string) {
  const end = Date.now() + 180_000;
  for (;;) {
    const ok = await fetch(url).then(
      (r) => r.ok,
      () => false,
    );
    if (ok) return;
    if (Date.now() > end) throw new Error(`${url} never answered`);
    await new Promise((wait) => setTimeout(wait, 250));
  }
}
