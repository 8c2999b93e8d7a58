import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t } from "../../i18n";
import { instantOf } from "../../i18n/time";
import type { Option } from "../../ui/inputs";
import { useEmployeeNames } from "../employees/queries";
import { integrationsQuery } from "../integrations/queries";
import { accountsQuery, apiKeysQuery } from "../settings/queries";
import type { Names } from "./values";

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

/** What the reader may read of who and what the audit names. */
function useNamesakes() {
  const may = useMay();
  const accounts = useQuery({ ...accountsQuery, enabled: may("accounts.read") });
  const keys = useQuery({ ...apiKeysQuery, enabled: may("apiKeys.read") });
  return { accounts, keys };
}

/**
 * What employees, accounts, keys and connections are called now; undefined while that is on its way. What the reader may
 * not read, and what is gone, nobody tells.
 */
export function useNames(): Names | undefined {
  const { accounts, keys } = useNamesakes();
  const connections = useQuery({ ...integrationsQuery, enabled: useMay()("integration.read") });
  const employees = useEmployeeNames();
  const all = [...(accounts.data ?? []), ...(keys.data ?? []), ...(connections.data?.connections ?? [])];
  const names = new Map(all.map((x) => [x.name, x.displayName]));
  if ([accounts, keys, connections].some((q) => q.isLoading)) return undefined;
  return (name) => employees(name) || (names.get(name ?? "") ?? "");
}

/** Everybody who can be chosen: accounts, live keys, and the system. */
export function useActors(): Option[] {
  const { accounts, keys } = useNamesakes();
  return [
    { value: "", label: t("filter.all") },
    ...(accounts.data ?? []).map((a) => ({ value: a.name, label: a.displayName })),
    ...(keys.data ?? []).map((k) => ({ value: k.name, label: `${t("auditKind.API_KEY")}: ${k.displayName}` })),
    { value: "system", label: t("auditKind.SYSTEM") },
  ];
}
