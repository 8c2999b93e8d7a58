// Who is logged in, and what they may do.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "./client";
import { ApiError } from "./error";
import { tellPerson } from "./person";

/** The session as the door tells it; null when nobody is logged in. */
export type Session = Schemas["GetSessionResponse"];

/** readSession asks the door whose session it is, and notes it for the other windows. */
export async function readSession(): Promise<Session> {
  const session = await ask(api.GET("/v1/session"));
  if (session.account) tellPerson(session.account.name);
  return session;
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await readSession();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** useSession is for screens behind the log-in: the session is there. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  return data ?? { permissions: [] };
}

/** useMay answers whether the person holds a permission. The door decides; this only hides what would be refused. */
export function useMay(): (permission: string) => boolean {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission);
}

/** Whether the person reaches the people of some departments alone. */
export function useLimited(): boolean {
  const { account } = useSession();
  return account?.role === "MANAGER" && account.departments.length > 0;
}

/** The zone in which the company counts its days. */
export function useZone(): string {
  return useSession().organization?.timeZone ?? "Asia/Tokyo";
}
