import { useQuery } from "@tanstack/react-query";
import { api, ask, pages } from "../../api/client";
import { useZone } from "../../api/session";
import { t, word } from "../../i18n";
import { moment } from "../../i18n/time";
import { Card, Failure, Skeleton } from "../../ui/parts";

/** How the employee's link to LINE WORKS changed; entries never go away. */
export function LinkHistory({ id }: { id: string }) {
  const zone = useZone();
  const changes = useQuery({
    queryKey: ["employee", id, "linkChanges"],
    queryFn: () =>
      pages(async (pageToken) => {
        const params = { path: { employee: id }, query: { pageSize: 500, pageToken } };
        const page = await ask(api.GET("/v1/employees/{employee}/accountLink/changes", { params }));
        return { items: page.changes, nextPageToken: page.nextPageToken };
      }),
  });
  if (changes.data?.length === 0) return null;
  return (
    <Card title={t("linkHistory.title")}>
      {changes.isPending ? (
        <Skeleton rows={3} />
      ) : changes.error ? (
        <Failure error={changes.error} retry={changes.refetch} />
      ) : (
        <ol className="trail">
          {changes.data.map((c) => (
            <li key={`${c.time}${c.verb}`}>
              <span>
                <strong>{word("linkVerb", c.verb)}</strong> {c.lineWorksAccountId}
              </span>
              <span className="small muted">
                {moment(c.time, zone)}
                {c.source && ` · ${word("linkSource", c.source)}`}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
