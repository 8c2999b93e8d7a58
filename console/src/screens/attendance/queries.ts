import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ask, pages, type Schemas } from "../../api/client";
import { useMay, useSession } from "../../api/session";
import { clockOf } from "../../i18n/time";
import type { Tone } from "../../ui/parts";
import { accountsQuery } from "../settings/queries";

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

/** The time of a punch as its working day counts it, past midnight as 24:50. */
export const timeOf = (p: Punch | undefined, zone: string, seconds = false): string =>
  clockOf(p?.businessDay, p?.time, zone, seconds);

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
