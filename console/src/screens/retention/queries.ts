// What the screen of retention asks the door for.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ask, pages, type Schemas } from "../../api/client";

export type Retention = Schemas["Retention"];
export type LegalHold = Schemas["LegalHold"];
export type PurgeRecord = Schemas["PurgeRecord"];

/** The least that the law allows (労働基準法附則143条), and the most the door takes. */
export const yearsAllowed = { least: 3, most: 100 };

export const retentionQuery = queryOptions({
  queryKey: ["retention", "now"],
  queryFn: () => ask(api.GET("/v1/retention")),
});

export const versionsQuery = queryOptions({
  queryKey: ["retention", "versions"],
  queryFn: () =>
    pages(async (pageToken) => {
      const page = await ask(api.GET("/v1/retention/versions", { params: { query: { pageSize: 500, pageToken } } }));
      return { items: page.versions, nextPageToken: page.nextPageToken };
    }),
});

/** What the next purge does with each record that is old enough to be looked at. */
export const previewQuery = infiniteQueryOptions({
  queryKey: ["retention", "preview"],
  queryFn: ({ pageParam }) =>
    ask(api.GET("/v1/retention:preview", { params: { query: { pageSize: 100, pageToken: pageParam } } })),
  initialPageParam: "",
  getNextPageParam: (page) => page.nextPageToken || undefined,
});

export const holdsQuery = queryOptions({
  queryKey: ["legalHolds"],
  queryFn: () =>
    pages(async (pageToken) => {
      const page = await ask(api.GET("/v1/legalHolds", { params: { query: { pageSize: 500, pageToken } } }));
      return { items: page.legalHolds, nextPageToken: page.nextPageToken };
    }),
});
