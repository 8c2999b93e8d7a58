// Writes src/api/schema.d.ts from the OpenAPI 2.0 document of the admin door.
//
// In answers the door always writes lists, numbers and booleans, and leaves out
// empty strings, unspecified enum values and absent messages. The document does
// not say so, nor does it tell answers from requests, in which nothing is
// required: so each definition is copied under its name with "Input" behind it.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import converter from "swagger2openapi";

const source = new URL("../../proto/gen/openapi/dakoku.swagger.json", import.meta.url);
const target = new URL("../src/api/schema.d.ts", import.meta.url);

const document = JSON.parse(readFileSync(source, "utf8"));
const { openapi } = await converter.convertObj(document, { patch: true, warnOnly: true });
const schemas = openapi.components.schemas;

// neverEmpty lists the strings that no answer leaves out, since none of them can be empty.
const neverEmpty = new Set(["name", "displayName", "employeeNumber", "period", "date", "callbackUrl", "token", "id"]);

function isPresent(key, property) {
  return ["array", "boolean", "integer"].includes(property.type) || property.format === "int64" || neverEmpty.has(key);
}

// shortName drops the version that the generator writes before some names.
const shortName = (name) => name.replace(/^v1(?=[A-Z])/, "");

function rename(node, name) {
  if (Array.isArray(node)) return node.map((n) => rename(n, name));
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === "$ref" ? name(value) : rename(value, name)]),
  );
}

const prefix = "#/components/schemas/";
const bare = (ref) => ref.replace(prefix, "").replace("#/components/requestBodies/", "");
const output = (ref) => prefix + shortName(bare(ref));
const input = (ref) => `${output(ref)}Input`;

const all = {};
for (const [name, schema] of Object.entries(schemas)) {
  const required = Object.entries(schema.properties ?? {})
    .filter(([key, property]) => isPresent(key, property))
    .map(([key]) => key);
  all[shortName(name)] = { ...rename(schema, output), ...(required.length > 0 ? { required } : {}) };
  all[`${shortName(name)}Input`] = rename(schema, input);
}
openapi.components = { schemas: all };
for (const operations of Object.values(openapi.paths)) {
  for (const operation of Object.values(operations)) {
    if (operation.requestBody?.$ref) {
      const name = bare(operation.requestBody.$ref);
      operation.requestBody = { content: { "application/json": { schema: { $ref: prefix + name } } }, required: true };
    }
    operation.requestBody = rename(operation.requestBody, input);
    operation.responses = rename(operation.responses, output);
    delete operation.responses?.default;
    if (!operation.requestBody) delete operation.requestBody;
  }
}
const ast = await openapiTS(JSON.parse(JSON.stringify(openapi)), { alphabetize: true });
writeFileSync(target, astToString(ast));
