// Directory sync: who in LINE WORKS has which employee's e-mail address. First
// a preview, then the links.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, ask, idOf, type Schemas } from "../../api/client";
import { type ApiError, asApiError } from "../../api/error";
import { t, word } from "../../i18n";
import { Button } from "../../ui/button";
import { Rows } from "../../ui/list";
import { Badge, Card, Failure, Notice, Tiles } from "../../ui/parts";
import { linksQuery, resultTone, useEmployeeNames } from "./queries";

// What a sync does stands before those of whom it does nothing.
const last = ["UNCHANGED", "NO_MATCH"];
const inOrder = <R extends { result?: string }>(results: R[]) =>
  results.toSorted((a, b) => last.indexOf(a.result ?? "") - last.indexOf(b.result ?? ""));

type Run = Schemas["AccountLinkSync"];
type Progress = { run?: Run; failures: number; failure?: ApiError };

// How far a sync is. While nobody answers it is asked for again by itself, ever less often; what was known, and the
// failure, stay in sight meanwhile. A single failure is not worth a word.
function useProgress(id: string) {
  const queries = useQueryClient();
  const queryKey = ["sync", id];
  const read = async (): Promise<Progress> => {
    try {
      const run = await ask(api.GET("/v1/accountLinkSyncs/{sync}", { params: { path: { sync: id } } }));
      return { run, failures: 0 };
    } catch (error) {
      const failure = asApiError(error);
      if (!failure.unanswered) throw error;
      const before = queries.getQueryData<Progress>(queryKey);
      return { run: before?.run, failures: (before?.failures ?? 0) + 1, failure };
    }
  };
  const goesOn = ({ run }: Progress = { failures: 0 }) => !run || run.state === "RUNNING";
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: read,
    enabled: id !== "",
    refetchInterval: ({ state }) =>
      !state.error && goesOn(state.data) && 1_000 * 2 ** Math.min(state.data?.failures ?? 0, 5),
  });
  const failure = (data?.failures ?? 0) > 1 ? data?.failure : undefined;
  return { run: data?.run, error: error ?? failure, goesOn: !error && goesOn(data), retry: refetch };
}

export function DirectorySync() {
  const [id, setId] = useState("");
  const queries = useQueryClient();
  const names = useEmployeeNames();
  const start = useMutation({
    mutationFn: (validateOnly: boolean) =>
      ask(api.POST("/v1/accountLinks:sync", { params: { query: { validateOnly } }, body: {} })),
    onSuccess: (run) => setId(idOf(run.name)),
  });
  const { run, error, goesOn, retry } = useProgress(id);
  const finished = run?.state === "DONE" && !run.validateOnly;
  useEffect(() => {
    if (finished)
      void Promise.all([queries.invalidateQueries(linksQuery), queries.invalidateQueries({ queryKey: ["senders"] })]);
  }, [finished, queries]);
  const toDo = (run?.counts?.created ?? 0) + (run?.counts?.changed ?? 0) + (run?.counts?.gone ?? 0);
  const running = start.isPending || run?.state === "RUNNING" || (id !== "" && !run && !error);
  return (
    <Card title={t("sync.title")}>
      <div className="stack">
        <p>{t("sync.lead")}</p>
        <div className="buttons">
          <Button icon="search" busy={running} onClick={() => start.mutate(true)}>
            {t("sync.preview")}
          </Button>
          {run?.state === "DONE" && run.validateOnly && toDo > 0 && (
            <Button look="primary" icon="link" onClick={() => start.mutate(false)}>
              {t("sync.run", { n: toDo })}
            </Button>
          )}
        </div>
        {start.error && <Failure error={start.error} />}
        {error && <Failure error={error} retry={retry} />}
        {error && goesOn && <p className="small muted">{t("sync.goesOn")}</p>}
        {running && (
          <div className="stack tight" role="status">
            <div className="progress">
              <span />
            </div>
            <span className="small muted">
              {t("sync.running", { users: run?.usersRead ?? 0, employees: run?.employeesCompared ?? 0 })}
            </span>
          </div>
        )}
        {run?.state === "FAILED" && <Notice tone="bad" title={run.message ?? ""} />}
        {run?.state === "DONE" && (
          <>
            <Notice
              tone={run.validateOnly ? "info" : "good"}
              title={t(run.validateOnly ? "sync.isPreview" : "sync.done")}
            />
            {run.message && <Notice tone="warn" title={run.message} />}
            <Tiles
              tiles={(["created", "changed", "unchanged", "gone", "noMatch", "failed"] as const).map((k) => ({
                label: word("importCount", k),
                value: run.counts?.[k] ?? 0,
                unit: t("unit.people"),
              }))}
            />
            {run.results.length > 0 && (
              <Rows
                rows={inOrder(run.results)}
                id={(r) => r.employee || r.lineWorksAccountId || ""}
                columns={[
                  {
                    label: t("employee.name"),
                    kind: "head",
                    cell: (r) => names(r.employee) || r.employeeNumber || r.lineWorksAccountId,
                  },
                  { label: t("employee.account"), cell: (r) => r.lineWorksAccountId },
                  {
                    label: t("import.result"),
                    cell: (r) => (
                      <span>
                        <Badge tone={resultTone(r.result)}>{word("importResult", r.result)}</Badge>{" "}
                        <span className="small muted">{r.message}</span>
                      </span>
                    ),
                  },
                ]}
              />
            )}
          </>
        )}
      </div>
    </Card>
  );
}
