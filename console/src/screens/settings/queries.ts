// What the screens of settings ask the door for, and others that name accounts and keys.
import { queryOptions } from "@tanstack/react-query";
import { api, ask, idOf, pages } from "../../api/client";

/** Every account of the company. */
export const accountsQuery = queryOptions({
  queryKey: ["accounts", "list"],
  queryFn: () =>
    pages(async (pageToken) => {
      const page = await ask(api.GET("/v1/accounts", { params: { query: { pageSize: 500, pageToken } } }));
      return { items: page.accounts, nextPageToken: page.nextPageToken };
    }),
});

/** The work rules that are in force. */
export const workRulesQuery = queryOptions({
  queryKey: ["workRules"],
  queryFn: () => ask(api.GET("/v1/workRules")),
});

/** Every API key that lives, the newest first. */
export const apiKeysQuery = queryOptions({
  queryKey: ["apiKeys"],
  queryFn: async () => {
    const keys = await pages(async (pageToken) => {
      const page = await ask(api.GET("/v1/apiKeys", { params: { query: { pageSize: 500, pageToken } } }));
      return { items: page.apiKeys, nextPageToken: page.nextPageToken };
    });
    return keys.reverse(); // the door lists the oldest first
  },
});

/** Where somebody else is logged in. */
export const sessionsQuery = (account: string) =>
  queryOptions({
    queryKey: ["accounts", "sessions", account],
    queryFn: () =>
      pages(async (pageToken) => {
        const params = { path: { account: idOf(account) }, query: { pageSize: 500, pageToken } };
        const page = await ask(api.GET("/v1/accounts/{account}/sessions", { params }));
        return { items: page.sessions, nextPageToken: page.nextPageToken };
      }),
  });
