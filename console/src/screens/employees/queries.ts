import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask, idOf, pages, type Schemas } from "../../api/client";
import { useMay } from "../../api/session";
import type { Tone } from "../../ui/parts";
import { credentialsQuery, integrationsQuery } from "../integrations/queries";

export type Employee = Schemas["Employee"];
export type AccountLink = Schemas["AccountLink"];

/** Every employee of the company, by number. */
export const employeesQuery = queryOptions({
  queryKey: ["employees"],
  queryFn: () =>
    pages(async (pageToken) => {
      const page = await ask(api.GET("/v1/employees", { params: { query: { pageSize: 500, pageToken } } }));
      return { items: page.employees, nextPageToken: page.nextPageToken };
    }),
  staleTime: 30_000,
});

/** Every link, by the employee's resource name. */
export const linksQuery = queryOptions({
  queryKey: ["links"],
  queryFn: async () => {
    const all = await pages(async (pageToken) => {
      const page = await ask(api.GET("/v1/accountLinks", { params: { query: { pageSize: 500, pageToken } } }));
      return { items: page.accountLinks, nextPageToken: page.nextPageToken };
    });
    return new Map(all.map((l) => [l.employee ?? "", l]));
  },
  staleTime: 30_000,
});

/** Whether the company has a connection, so that links mean something; undefined while nobody knows. */
export function useConnected(): boolean | undefined {
  const may = useMay();
  const { data, isLoading } = useQuery({
    ...integrationsQuery,
    enabled: may("integration.read"),
    staleTime: 60_000,
  });
  return isLoading ? undefined : (data?.offers.some((i) => i.connections > 0) ?? false);
}

/**
 * Whether LINE WORKS has yet to name the person of a link. It is asked by an active connection with keys of API 2.0;
 * where all have API 1.0 nobody is ever asked, and the account id itself says who writes.
 */
export function useUnconfirmed(): (link: AccountLink | null | undefined) => boolean {
  const queries = useQueryClient();
  const { data: asks } = useQuery({
    queryKey: [...integrationsQuery.queryKey, "lookUps"], // what changes a connection changes this
    queryFn: async () => {
      const { connections } = await queries.fetchQuery(integrationsQuery);
      const active = connections.filter((c) => c.state === "ACTIVE" || c.state === "BROKEN");
      const keys = await Promise.all(active.map((c) => queries.fetchQuery(credentialsQuery(idOf(c.name)))));
      return keys.some((k) => k?.apiVersion === "V2");
    },
    enabled: useMay()("integration.read"),
    staleTime: 60_000,
  });
  return (link) => asks === true && !!link && !link.userId && !link.goneTime;
}

/** What an employee is called, by resource name. */
export function useEmployeeNames(): (name: string | undefined) => string {
  const { data } = useRoster();
  const names = namesOf(data);
  return (name) => names.get(name ?? "") ?? "";
}

// The roster where it says nothing but names: these change seldom, and a list asks anew for one that is missing.
const rosterOfNames = { ...employeesQuery, staleTime: 300_000, gcTime: 1_800_000 };

function useRoster() {
  const may = useMay();
  return useQuery({ ...rosterOfNames, enabled: may("employees.read") });
}

const namesOf = (roster: Employee[] | undefined) => new Map(roster?.map((e) => [e.name, e.displayName]));

// Whoever a list names and the roster does not have may have been hired since: it is asked for anew, once for them.
function useSought(missing: string, refetch: ReturnType<typeof useRoster>["refetch"]) {
  return useQuery({
    queryKey: ["sought", missing],
    queryFn: async () => (await refetch({ throwOnError: true })).isSuccess,
    enabled: missing !== "",
    staleTime: Number.POSITIVE_INFINITY,
    retry: false, // the roster itself is tried again
  });
}

type Known = (employee: string | undefined) => boolean;

/** The rows whose people are known; undefined when none is left. */
export function ofKnown<R extends { employee?: string }>(rows: R[], known: Known): R[] | undefined {
  const left = rows.filter((row) => known(row.employee));
  return left.length > 0 ? left : undefined;
}

type Listed<D> = { data: D | undefined; error: Error | null; refetch: () => Promise<unknown> };

/**
 * A list that names employees: it has no rows before the roster is there, so that nobody decides about a nameless person,
 * and says so when the roster cannot be fetched. Where rows have verbs `left` takes those of known people, and the others
 * come when their names do.
 */
export function useNamed<D, L extends Listed<D>>(
  list: L & Listed<D>,
  left: (data: D, known: Known) => D | undefined = (data) => data,
): Omit<L, keyof Listed<D>> & Listed<D> {
  const roster = useRoster();
  const { data } = list;
  const names = namesOf(roster.data);
  const missing = new Set<string>();
  const known: Known = (name) => {
    if (name && !names.has(name)) missing.add(name);
    return !name || names.has(name);
  };
  const named = data !== undefined && roster.data !== undefined ? left(data, known) : undefined;
  const sought = useSought([...missing].sort().join(" "), roster.refetch);
  const failed = roster.data ? sought.error : roster.error;
  const told = sought.isLoading ? named : data;
  return {
    ...list,
    data: roster.isLoading || failed ? undefined : told,
    error: list.error ?? failed,
    refetch: () => Promise.all([list.refetch(), roster.error && roster.refetch(), sought.error && sought.refetch()]),
  };
}

const folded = (text: string | undefined) => (text ?? "").normalize("NFKC").toLowerCase();

/** seek tells whether one of the values has what was typed, however wide or tall its letters are. */
export function seek(text: string): (...values: (string | undefined)[]) => boolean {
  const needle = folded(text).trim();
  return (...values) => values.some((v) => folded(v).includes(needle));
}

/** The tone of what became, or would become, of a line of a file or a person of the directory. */
export const resultTone = (result: string | undefined): Tone =>
  (({ CREATED: "good", CHANGED: "info", UNCHANGED: "plain", FAILED: "bad", NO_MATCH: "warn", GONE: "warn" })[
    result ?? ""
  ] as Tone) ?? "plain";
