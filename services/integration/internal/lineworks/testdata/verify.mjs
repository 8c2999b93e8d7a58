// An independent look at our token requests: form by URLSearchParams, JWT by
// jose, signature once more by Node's crypto. Standard input is the request;
// standard output is what was found. Nothing of the product is used.
import { createVerify, createPublicKey } from "node:crypto";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const tools = createRequire(process.argv[2] + "/package.json");
const jose = await import(pathToFileURL(tools.resolve("jose")));
const request = JSON.parse(readFileSync(0, "utf8"));

const form = Object.fromEntries(new URLSearchParams(request.body));
const repeated = [...new URLSearchParams(request.body).keys()].length !== Object.keys(form).length;
const key = createPublicKey(request.publicKey);
const { payload, protectedHeader } = await jose.jwtVerify(form.assertion, key, {
  algorithms: ["RS256"],
  typ: "JWT",
  issuer: request.issuer,
  subject: request.subject || undefined,
  requiredClaims: ["iat", "exp"],
  currentDate: new Date(request.now * 1000),
  maxTokenAge: "1h",
});
const [header, claims, signature] = form.assertion.split(".");
const again = createVerify("RSA-SHA256").update(header + "." + claims).verify(key, Buffer.from(signature, "base64url"));
const other = await jose.generateKeyPair("RS256");
const strange = await jose.jwtVerify(form.assertion, other.publicKey).then(() => true, () => false);

console.log(JSON.stringify({ form, repeated, payload, protectedHeader, again, strange }));
