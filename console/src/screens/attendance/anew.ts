// What follows when something was done to a record, and when it was refused.
import { useQueryClient } from "@tanstack/react-query";
import { ApiError } from "../../api/error";

/** The lists and records of the attendance, as their queries are called. */
type Kept = "corrections" | "events" | "held" | "punches" | "timesheet" | "timesheets";

/**
 * useAnew does something and fetches anew what it changes. A refusal tells that somebody else was there before: the
 * screen then shows where things stand, and does not offer the same again.
 */
export function useAnew() {
  const queries = useQueryClient();
  return async <T>(kept: Kept[], act: () => Promise<T>): Promise<T> => {
    const anew = () => Promise.all(kept.map((key) => queries.invalidateQueries({ queryKey: [key] })));
    try {
      const done = await act();
      await anew();
      return done;
    } catch (error) {
      if (error instanceof ApiError && (error.status === 400 || error.status === 409)) void anew();
      throw error;
    }
  };
}
