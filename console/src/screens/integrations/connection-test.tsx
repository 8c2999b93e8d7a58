import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { t, word } from "../../i18n";
import { Button } from "../../ui/button";
import { Icon, type IconName } from "../../ui/icon";
import { Badge, Card, Failure, Skeleton } from "../../ui/parts";
import { credentialsQuery } from "./queries";

const signs: Record<string, IconName> = { PASSED: "circleCheck", ADVICE: "alert", FAILED: "circleX", UNKNOWN: "info" };

/** 接続テスト: line by line what works, what is missing and what to do about it. */
export function ConnectionTest({ id, staged }: { id: string; staged?: boolean }) {
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: () =>
      ask(api.POST("/v1/connections/{connection}:test", { params: { path: { connection: id } }, body: { staged } })),
    onSuccess: () => queries.invalidateQueries(credentialsQuery(id)), // it may have proven the keys
  });
  return (
    <Card
      title={t(staged ? "test.stagedTitle" : "test.title")}
      action={
        test.data && (
          <Badge tone={test.data.ready ? "good" : "bad"}>{t(test.data.ready ? "test.ready" : "test.notReady")}</Badge>
        )
      }
    >
      <div className="stack">
        <p>{t("test.lead")}</p>
        <div>
          <Button
            icon="check"
            look={test.data || staged ? "secondary" : "primary"}
            busy={test.isPending}
            onClick={() => test.mutate()}
          >
            {t(test.data ? "test.again" : "test.run")}
          </Button>
        </div>
        <div aria-live="polite">
          {test.isPending && <Skeleton rows={6} />}
          {test.error && !test.isPending && <Failure error={test.error} />}
          {test.data && !test.isPending && (
            <ul className="checks">
              {test.data.items.map((item) => (
                <li key={item.kind}>
                  <Icon name={signs[item.result ?? "UNKNOWN"] ?? "info"} className={item.result} />
                  <p>
                    <strong>{word("check", item.kind)}</strong>
                    <span className="hidden"> {word("checkResult", item.result)}</span>
                  </p>
                  <p className="small">{item.message}</p>
                  {item.remedy && <p className="remedy">{item.remedy}</p>}
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </Card>
  );
}
