// A small OpenID provider with one person, who is asked each time.
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function text(request: IncomingMessage) {
  let all = "";
  for await (const piece of request) all += piece;
  return all;
}

export type Provider = { issuer: string; asked: URLSearchParams[]; stop: () => void };

/** provide starts one on a port that was free; asked is what browsers came with. */
export async function provide(): Promise<Provider> {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const asked: URLSearchParams[] = [];
  const nonces = new Map<string, string>();
  let issuer = "";
  const token = (nonce: string) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: "dakoku", sub: "jiro", nonce, iat: now, exp: now + 300, auth_time: now };
    const signed = `${encoded({ alg: "RS256", kid: "k1" })}.${encoded(claims)}`;
    return `${signed}.${sign("sha256", Buffer.from(signed), keys.privateKey).toString("base64url")}`;
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", issuer);
    const json = (body: unknown) => {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(body));
    };
    const given = url.searchParams;
    if (url.pathname === "/.well-known/openid-configuration") {
      const at = (name: string) => `${issuer}/${name}`;
      json({ issuer, authorization_endpoint: at("authorize"), token_endpoint: at("token"), jwks_uri: at("keys") });
    } else if (url.pathname === "/keys") {
      json({ keys: [{ ...keys.publicKey.export({ format: "jwk" }), kid: "k1", alg: "RS256", use: "sig" }] });
    } else if (url.pathname === "/authorize") {
      asked.push(given);
      const code = randomUUID();
      nonces.set(code, given.get("nonce") ?? "");
      const back = `${given.get("redirect_uri")}?code=${code}&state=${given.get("state")}`;
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.end(
        `<!doctype html><html lang="ja"><title>社内ID</title><a href="${back}">次郎としてログイン</a></html>`,
      );
    } else if (url.pathname === "/token") {
      const code = new URLSearchParams(await text(request)).get("code") ?? "";
      json({ access_token: "x", token_type: "Bearer", id_token: token(nonces.get(code) ?? "") });
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => {
    server.listen(0, "127.0.0.1", listening);
  });
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { issuer, asked, stop: () => server.close() };
}
