// The private PostgreSQL of an installation, for what only time does: a statement,
// as its owner, over its socket.
import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";

const note = (kind: string, body: Buffer) => {
  const head = Buffer.alloc(4);
  head.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(kind, "latin1"), head, body]);
};

/** execute runs one statement on the database of a data directory (PostgreSQL's protocol 3.0, simple query). */
export async function execute(data: string, sql: string): Promise<void> {
  const dir = readFileSync(join(data, "socket"), "utf8").trim();
  const socket = createConnection(join(dir, ".s.PGSQL.5432"));
  const version = Buffer.from([0, 3, 0, 0]);
  socket.write(note("", Buffer.concat([version, Buffer.from("user\0dakoku\0database\0dakoku\0\0")])));
  let got = Buffer.alloc(0);
  let asked = false;
  for await (const piece of socket) {
    got = Buffer.concat([got, piece as Buffer]);
    while (got.length > 4 && got.length > got.readInt32BE(1)) {
      const size = got.readInt32BE(1) + 1;
      const [kind, body] = [String.fromCharCode(got[0] ?? 0), got.subarray(5, size)];
      got = got.subarray(size);
      if (kind === "E") throw new Error(body.toString().replaceAll("\0", " "));
      if (kind !== "Z") continue; // ready for a query
      if (asked) {
        socket.end();
        return;
      }
      asked = true;
      socket.write(note("Q", Buffer.from(`${sql}\0`)));
    }
  }
  throw new Error("the database went away");
}
