// What the screens of a connection ask the door for.
import { queryOptions } from "@tanstack/react-query";
import { api, ask, pages, type Schemas } from "../../api/client";
import { ApiError } from "../../api/error";
import type { Tone } from "../../ui/parts";

export type Connection = Schemas["Connection"];
export type PunchSettings = Schemas["PunchSettings"];
export type Credentials = Schemas["Credentials"];

const path = (connection: string) => ({ params: { path: { connection } } });

export const integrationsQuery = queryOptions({
  queryKey: ["integrations"],
  queryFn: async () => {
    const [offers, list] = await Promise.all([
      ask(api.GET("/v1/integrations")),
      pages(async (pageToken) => {
        const page = await ask(api.GET("/v1/connections", { params: { query: { pageSize: 500, pageToken } } }));
        return { items: page.connections, nextPageToken: page.nextPageToken };
      }),
    ]);
    return { offers: offers.integrations, connections: list };
  },
});

export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: ["connection", id],
    queryFn: () => ask(api.GET("/v1/connections/{connection}", path(id))),
  });

export const tokensQuery = (id: string) =>
  queryOptions({
    queryKey: ["connection", id, "tokens"],
    queryFn: async () => (await ask(api.GET("/v1/connections/{connection}/tokens", path(id)))).tokens,
  });

export const settingsQuery = (id: string) =>
  queryOptions({
    queryKey: ["connection", id, "punchSettings"],
    queryFn: () => ask(api.GET("/v1/connections/{connection}/punchSettings", path(id))),
  });

/** The keys that are stored; null when there are none yet. */
export const credentialsQuery = (id: string) =>
  queryOptions({
    queryKey: ["connection", id, "credentials"],
    queryFn: async (): Promise<Credentials | null> => {
      try {
        return await ask(api.GET("/v1/connections/{connection}/credentials", path(id)));
      } catch (error) {
        if (error instanceof ApiError && error.status === 404 && error.reason === "CREDENTIALS_NOT_FOUND") return null;
        throw error;
      }
    },
  });

export const stateTone = (state: string | undefined): Tone =>
  (({ ACTIVE: "good", DRAFT: "info", DISABLED: "plain", BROKEN: "bad" })[state ?? ""] as Tone) ?? "plain";
