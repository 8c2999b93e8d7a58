import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ask, idOf, pages, type Schemas } from "../../api/client";
import { useMay, useSession, useZone } from "../../api/session";
import { clockOf } from "../../i18n/time";
import type { Tone } from "../../ui/parts";
import { accountsQuery, workRulesQuery } from "../settings/queries";
import { businessDay, periodOf } from "./periods";

export type Timesheet = Schemas["Timesheet"];
export type Day = Schemas["TimesheetDay"];
export type Punch = Schemas["Punch"];

export const timesheetQuery = (employee: string, period: string) =>
  queryOptions({
    queryKey: ["timesheet", employee, period],
    queryFn: () =>
      ask(api.GET("/v1/employees/{employee}/timesheets/{period}", { params: { path: { employee, period } } })),
  });

export const timesheetsQuery = (period: string) =>
  queryOptions({
    queryKey: ["timesheets", period],
    queryFn: () =>
      pages(async (pageToken) => {
        const page = await ask(api.GET("/v1/timesheets", { params: { query: { period, pageSize: 500, pageToken } } }));
        return { items: page.timesheets, nextPageToken: page.nextPageToken };
      }),
  });

/** The table of a period, of everybody. */
export const attendanceTable = async (period: string): Promise<Blob> =>
  (await ask(api.GET("/v1/reports/attendance.csv", { params: { query: { period } }, parseAs: "blob" }))) as Blob;

export const sheetTone = (state: string | undefined): Tone =>
  (({ SUBMITTED: "info", APPROVED: "good", SENT_BACK: "warn" })[state ?? ""] as Tone) ?? "plain";

/** The punches of a day that count: none that is voided, repeats another or takes one back. */
export const countingOf = (day: Day | undefined): Punch[] =>
  day?.punches.filter((p) => !day.uncounted.includes(p.name)) ?? [];

/** The time of a punch as its working day counts it, past midnight as 24:50. */
export const timeOf = (p: Punch | undefined, zone: string, seconds = false): string =>
  clockOf(p?.businessDay, p?.time, zone, seconds);

/**
 * The business day of an instant, or of now: that of the day before until the company's cutoff. Who may not read the
 * work rules is told it with his or her own month; any month tells it, so that a guess of the present one will do.
 */
export function useBusinessDay(): { dayOf: (instant?: Date) => string; pending: boolean } {
  const zone = useZone();
  const { account, organization } = useSession();
  const reads = useMay()("settings.read");
  const usual = "05:00"; // of a company that never chose
  const guess = periodOf(businessDay(new Date(), zone, usual), organization?.closingDay ?? 31);
  const rules = useQuery({ ...workRulesQuery, enabled: reads });
  const own = useQuery({
    ...timesheetQuery(idOf(account?.employee), guess),
    enabled: !reads && Boolean(account?.employee),
  });
  const cutoff = (reads ? rules.data : own.data)?.dayCutoff || usual;
  const dayOf = (instant = new Date()) => businessDay(instant, zone, cutoff);
  return { dayOf, pending: rules.isLoading || own.isLoading };
}

/** What an account is called, for those who may know. */
export function useActorNames(): (actor: string | undefined) => string {
  const may = useMay();
  const { account } = useSession();
  const { data } = useQuery({ ...accountsQuery, enabled: may("accounts.read"), staleTime: 60_000 });
  return (actor) => {
    if (!actor) return "";
    if (actor === account?.name) return account.displayName;
    return data?.find((a) => a.name === actor)?.displayName ?? "";
  };
}
