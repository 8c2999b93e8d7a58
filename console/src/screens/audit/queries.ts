import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t } from "../../i18n";
import { instantOf } from "../../i18n/time";
import type { Option } from "../../ui/inputs";
import { accountsQuery, apiKeysQuery } from "../settings/queries";

export type AuditEvent = Schemas["AuditEvent"];

/** What the list is limited to; an empty text limits nothing. Days are YYYY-MM-DD. */
export type Limits = { actor: string; action: string; resource: string; from: string; to: string };

export const noLimits: Limits = { actor: "", action: "", resource: "", from: "", to: "" };

/** Pages of the audit, newest first. */
export function useAudit(limits: Limits) {
  const zone = useZone();
  return useInfiniteQuery({
    queryKey: ["audit", limits],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/v1/auditEvents", {
          params: {
            query: {
              pageSize: 50,
              pageToken: pageParam,
              ...(limits.actor ? { actor: limits.actor } : {}),
              ...(limits.action ? { action: limits.action } : {}),
              ...(limits.resource ? { resource: limits.resource } : {}),
              ...(limits.from ? { startTime: instantOf(limits.from, "00:00", zone) } : {}),
              ...(limits.to ? { endTime: instantOf(limits.to, "24:00", zone) } : {}),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextPageToken || undefined,
  });
}

/** Everybody who can be chosen: accounts, live keys, and the system. */
export function useActors(): Option[] {
  const may = useMay();
  const accounts = useQuery({ ...accountsQuery, enabled: may("accounts.read") });
  const keys = useQuery({ ...apiKeysQuery, enabled: may("apiKeys.read") });
  return [
    { value: "", label: t("filter.all") },
    ...(accounts.data ?? []).map((a) => ({ value: a.name, label: a.displayName })),
    ...(keys.data ?? []).map((k) => ({ value: k.name, label: `${t("auditKind.API_KEY")}: ${k.displayName}` })),
    { value: "system", label: t("auditKind.SYSTEM") },
  ];
}
